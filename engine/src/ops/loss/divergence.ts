// Losses of logarithms of probabilities, as logSoftmax gives them.

import { eachLane, lanesAlong } from "../../kernels/lanes";
import { type Dim } from "../../shape/dim";
import { differ, ShapeError } from "../../shape/errors";
import { agree, concrete, countAxes, formatShape } from "../../shape/shape";
import { floating } from "../../tensor/dtype";
import { type Tensor } from "../../tensor/tensor";
import { checkOptions } from "../axis";
import { zeroGradient } from "../gradient";
import { engineOp, type Op, resultType, type TensorLike, type TensorSpec } from "../op";
import {
  drawnScores,
  type LossOp,
  type LossOptions,
  pairwiseLoss,
  readReduction,
  reduced,
  type Reduction,
  shares,
} from "./pairwise";

export const klDivergence: LossOp = pairwiseLoss({
  name: "klDivergence",
  doc: "The mean of t · (log t − pred) for logarithms of probabilities pred and probabilities t; t = 0 costs nothing.",
  example: "klDivergence(log(tensor([0.5, 0.5])), tensor([1, 0]))",
  value: (pred, target) => (target === 0 ? 0 : target * (Math.log(target) - pred)),
  slope: (_, target) => -target,
  targetSlope: (pred, target) => Math.log(target) + 1 - pred,
});

export interface NllParams {
  readonly reduction: Reduction;
}

type NllArgs = [logProbs: TensorLike, ids: TensorLike, options?: LossOptions];

/**
 * −logProbs at each class id: logProbs [N, C, …] with the classes in axis 1, ids [N, …].
 * `nll(logSoftmax(x, 1), ids)` is `crossEntropy(x, ids)`.
 * @throws ShapeError `loss-target` for ids of another shape and, when it runs, for an id that is no class; `rank`.
 */
export const nll: Op<NllArgs, NllParams> = engineOp<NllArgs, NllParams>({
  name: "nll",
  doc: "The negative log-likelihood: −logProbs at each class id; the classes are in axis 1.",
  example: "nll(log(tensor([[0.5, 0.5]])), tensor([1]))",
  args: (logProbs, ids, options) => {
    checkOptions("nll", options, ["reduction"]);
    return { inputs: [logProbs, ids], params: { reduction: readReduction("nll", options?.reduction) } };
  },
  shape: (inputs, { reduction }) => nllShape(inputs, reduction),
  forward: ([logProbs, ids], { reduction }, _, dtype) => {
    const losses = new Float64Array(ids!.size);
    eachChosen(logProbs!, ids!, (i, place) => (losses[i] = -logProbs!.data[place]!));
    return reduced((i) => losses[i]!, losses.length, reduction, dtype);
  },
  backward: ({ grad, inputs: [logProbs, ids], params: { reduction } }) => {
    const share = shares(grad, reduction, ids!.size);
    const gradient = zeroGradient(logProbs!);
    eachChosen(logProbs!, ids!, (i, place) => (gradient.data[place] = -share(i)));
    return [gradient, undefined];
  },
  samples: [
    (make) => [make.normal([4, 3]), make.integers(0, 3, [4])],
    (make) => [make.normal([2, 3, 2]), make.integers(0, 3, [2, 2]), { reduction: "none" }],
    (make) => [make.normal([4, 3]), make.integers(0, 3, [4]), { reduction: "sum" }],
    (make) => [make.normal([0, 3]), make.integers(0, 3, [0])],
    (make) => {
      const { scores, ids, classes } = drawnScores(make);
      return [make.normal(scores), make.integers(0, classes, ids), { reduction: make.oneOf("mean", "sum", "none") }];
    },
  ],
});

/** Visits each id with the place of its class in logProbs. */
function eachChosen(logProbs: Tensor, ids: Tensor, visit: (i: number, place: number) => void): void {
  const classes = logProbs.shape[1]!;
  let i = 0;
  eachLane(lanesAlong(logProbs.data, concrete(logProbs.dims), [1]), (start, step) => {
    const id = ids.data[i]!;
    if (!Number.isInteger(id) || id < 0 || id >= classes) throw noSuchClass(logProbs, ids, id, i);
    visit(i++, start + id * step);
  });
}

const operandsOf = (logProbs: Tensor, ids: Tensor): { name: string; dims: readonly Dim[] }[] => [
  { name: "logProbs", dims: logProbs.dims },
  { name: "ids", dims: ids.dims },
];

function noSuchClass(logProbs: Tensor, ids: Tensor, id: number, i: number): ShapeError {
  const classes = logProbs.shape[1]!;
  return new ShapeError({
    code: "loss-target",
    op: "nll",
    message: `ids holds ${id} (element ${i}), and logProbs ${formatShape(logProbs.dims)} have ${classes} classes: expected whole numbers from 0 to ${classes - 1}.`,
    operands: operandsOf(logProbs, ids),
    axes: [1, undefined],
    blame: 1,
    numbers: Number.isInteger(id) ? [classes, id] : undefined,
    suggestion: id === classes ? "ids count from 0: subtract 1, or give the last layer one more output." : undefined,
  });
}

function nllShape(inputs: readonly Tensor[], reduction: Reduction): TensorSpec {
  const [logProbs, ids] = inputs as [Tensor, Tensor];
  const dtype = floating(resultType([logProbs]));
  const operands = operandsOf(logProbs, ids);
  if (logProbs.rank < 2) {
    throw new ShapeError({
      code: "rank",
      op: "nll",
      message: `logProbs are ${formatShape(logProbs.dims)}: expected at least 2 axes, [batch, classes], found ${logProbs.rank}.`,
      operands,
      blame: 0,
      numbers: [2, logProbs.rank],
      suggestion: logProbs.rank === 1 ? "for a single sample use expandDims(logProbs, 0)." : undefined,
      likely: { dims: reduction === "none" ? ids.dims : [], dtype },
    });
  }
  const wanted = logProbs.dims.filter((_, axis) => axis !== 1);
  const spec = { dims: reduction === "none" ? wanted : [], dtype };
  const axis = ids.rank === wanted.length ? wanted.findIndex((dim, i) => !agree(dim, ids.dims[i]!)) : -1;
  if (ids.rank === wanted.length && axis < 0) return spec;
  const numbers: readonly [Dim, Dim] = axis < 0 ? [wanted.length, ids.rank] : [wanted[axis]!, ids.dims[axis]!];
  throw new ShapeError({
    code: "loss-target",
    op: "nll",
    message: `logProbs are ${formatShape(logProbs.dims)} and ids is ${formatShape(ids.dims)}: expected one class id each, ${formatShape(wanted)}; ${axis < 0 ? `found ${countAxes(ids.rank)}` : differ(...numbers)}.`,
    operands,
    axes: axis < 0 ? [undefined, undefined] : [axis === 0 ? 0 : axis + 1, axis],
    blame: 1,
    numbers,
    suggestion:
      ids.rank === logProbs.rank ? "for one-hot rows or probabilities use crossEntropy with the scores." : undefined,
    likely: spec,
  });
}
