// Losses: what training makes small.

export { crossEntropy } from "./crossEntropy";
export { klDivergence, nll } from "./divergence";
export { binaryCrossEntropy, binaryCrossEntropyWithLogits, huber, mae, mse } from "./losses";
export { type HuberOptions, type LossOp, type LossOptions, type Reduction } from "./pairwise";
