// Losses of predictions and targets of one shape: for numbers, and for probabilities of yes or no.

import { type HuberOptions, type LossOp, pairwiseLoss } from "./pairwise";

export const mse: LossOp = pairwiseLoss({
  name: "mse",
  doc: "The mean squared error: the mean of (pred − target)².",
  example: "mse(tensor([1, 2]), tensor([1, 4]))",
  value: (pred, target) => (pred - target) ** 2,
  slope: (pred, target) => 2 * (pred - target),
});

export const mae: LossOp = pairwiseLoss({
  name: "mae",
  doc: "The mean absolute error: the mean of |pred − target|; where they are equal the gradient is 0.",
  example: "mae(tensor([1, 2]), tensor([1, 4]))",
  value: (pred, target) => Math.abs(pred - target),
  slope: (pred, target) => Math.sign(pred - target),
});

export const huber: LossOp<HuberOptions> = pairwiseLoss<HuberOptions>({
  name: "huber",
  doc: "½d² for differences up to delta (1 unless given), straight beyond: δ(|d| − ½δ) (Huber, 1964).",
  example: "huber(tensor([0, 3]), tensor([1, 0]))",
  options: ["delta"],
  value: (pred, target, { delta }) => {
    const distance = Math.abs(pred - target);
    return distance <= delta ? 0.5 * distance * distance : delta * (distance - 0.5 * delta);
  },
  slope: (pred, target, { delta }) => Math.min(Math.max(pred - target, -delta), delta),
  samples: [
    (make) => [make.uniform(2, 4, [3]), make.uniform(0, 1, [3]), { delta: 0.5 }],
    (make) => [make.uniform(0, 1, [3]), make.uniform(0, 1, [3]), { delta: 2, reduction: "sum" }],
    (make) => {
      const shape = make.shape();
      return [make.normal(shape), make.normal(shape), { delta: make.oneOf(0.3, 1.5) }];
    },
  ],
});

/** As in PyTorch: a probability of exactly 0 or 1 costs at most 100 instead of infinity. */
const cappedLog = (logarithm: number): number => Math.max(logarithm, -100);

export const binaryCrossEntropy: LossOp = pairwiseLoss({
  name: "binaryCrossEntropy",
  doc: "−(t log p + (1 − t) log(1 − p)) for probabilities p in 0 … 1; logarithms are cut at −100, as in PyTorch.",
  example: "binaryCrossEntropy(tensor([0.5]), tensor([1]))",
  pred: "prob",
  value: (prob, target) => {
    if (prob < 0 || prob > 1) {
      throw new RangeError(
        `binaryCrossEntropy: prob must lie in 0 … 1, found ${prob}.\n  Fix: apply sigmoid first, or use binaryCrossEntropyWithLogits.`,
      );
    }
    return -(target * cappedLog(Math.log(prob)) + (1 - target) * cappedLog(Math.log1p(-prob)));
  },
  slope: (prob, target) => (prob - target) / Math.max(prob * (1 - prob), 1e-12),
  targetSlope: (prob) => cappedLog(Math.log1p(-prob)) - cappedLog(Math.log(prob)),
  predictions: (make, shape) => make.uniform(0.1, 0.9, shape),
});

const logistic = (x: number): number => {
  const e = Math.exp(-Math.abs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
};

export const binaryCrossEntropyWithLogits: LossOp = pairwiseLoss({
  name: "binaryCrossEntropyWithLogits",
  doc: "The binary cross-entropy of sigmoid(logits), in one step that cannot overflow.",
  example: "binaryCrossEntropyWithLogits(tensor([0]), tensor([1]))",
  pred: "logits",
  value: (logit, target) => Math.max(logit, 0) - logit * target + Math.log1p(Math.exp(-Math.abs(logit))),
  slope: (logit, target) => logistic(logit) - target,
  targetSlope: (logit) => -logit,
});
