// The cross-entropy of scores and classes, softmax included: one fused op, exact for scores of any size.

import { eachLane, lanesAlong, logSumExpLane } from "../../kernels/lanes";
import { constantOf, type Dim, dimsEqual } from "../../shape/dim";
import { differ, ShapeError } from "../../shape/errors";
import { agree, concrete, countAxes, formatShape, sizeOf } from "../../shape/shape";
import { allocate, floating } from "../../tensor/dtype";
import { Tensor } from "../../tensor/tensor";
import { checkOptions } from "../axis";
import { engineOp, type Op, resultType, type TensorLike, type TensorSpec } from "../op";
import { drawnScores, type LossOptions, readReduction, reduced, type Reduction, shares } from "./pairwise";

export interface CrossEntropyParams {
  readonly reduction: Reduction;
}

type CrossEntropyArgs = [logits: TensorLike, target: TensorLike, options?: LossOptions];

/**
 * −Σ target · log softmax(logits) over the class axis, which is axis 1. `target` is either class ids, without the class
 * axis ([N] for logits [N, C], [N, H, W] for [N, C, H, W]), or one-hot rows or probabilities in the shape of the logits.
 * @throws ShapeError `loss-target` for any other shape and, when it runs, for an id that is no class; `rank` for logits
 * without a class axis.
 */
export const crossEntropy: Op<CrossEntropyArgs, CrossEntropyParams> = engineOp<CrossEntropyArgs, CrossEntropyParams>({
  name: "crossEntropy",
  doc: "−Σ target · log softmax(logits) over axis 1; target is class ids, or one-hot rows in the logits' shape.",
  example: "crossEntropy(tensor([[0, 0]]), tensor([1]))",
  args: (logits, target, options) => {
    checkOptions("crossEntropy", options, ["reduction"]);
    return { inputs: [logits, target], params: { reduction: readReduction("crossEntropy", options?.reduction) } };
  },
  shape: (inputs, { reduction }) => crossEntropyShape(inputs, reduction),
  forward: ([logits, target], { reduction }, _, dtype) => {
    const positions = positionsOf(logits!);
    const losses = new Float64Array(positions);
    const weightOf = targetReader(logits!, target!);
    const { data } = logits!;
    eachPosition(logits!, (position, start, step, count) => {
      const total = logSumExpLane(data, start, step, count);
      let loss = 0;
      for (let c = 0; c < count; c++) {
        const weight = weightOf(position, c, start + c * step);
        // A class that is impossible on both sides costs nothing, rather than 0 · ∞.
        if (weight !== 0) loss += weight * (total - data[start + c * step]!);
      }
      losses[position] = loss;
    });
    return reduced((i) => losses[i]!, positions, reduction, dtype);
  },
  backward: ({ grad, inputs, params: { reduction } }) => {
    const [logits, target] = inputs as [Tensor, Tensor];
    const share = shares(grad, reduction, positionsOf(logits));
    const weightOf = targetReader(logits, target);
    const dLogits = new Tensor(logits.dims, floating(logits.dtype), allocate(floating(logits.dtype), logits.size));
    const dTarget = new Tensor(logits.dims, floating(target.dtype), allocate(floating(target.dtype), logits.size));
    const { data } = logits;
    eachPosition(logits, (position, start, step, count) => {
      const total = logSumExpLane(data, start, step, count);
      let weights = 0;
      for (let c = 0; c < count; c++) weights += weightOf(position, c, start + c * step);
      for (let c = 0, p = start; c < count; c++, p += step) {
        const score = data[p]! - total;
        dLogits.data[p] = share(position) * (weights * Math.exp(score) - weightOf(position, c, p));
        dTarget.data[p] = -share(position) * score;
      }
    });
    return [dLogits, target.rank === logits.rank ? dTarget : undefined];
  },
  samples: [
    (make) => [make.normal([4, 3]), make.integers(0, 3, [4])],
    (make) => [make.normal([4, 3]), make.integers(0, 3, [4]), { reduction: "sum" }],
    (make) => [make.normal([4, 3]), make.integers(0, 3, [4]), { reduction: "none" }],
    (make) => [make.normal([2, 3, 2, 2]), make.integers(0, 3, [2, 2, 2])],
    (make) => [make.normal([2, 3, 2]), make.integers(0, 3, [2, 2]), { reduction: "none" }],
    (make) => [make.normal([4, 3]), make.uniform(0, 1, [4, 3])],
    (make) => [make.normal([2, 3, 2]), make.uniform(0, 1, [2, 3, 2]), { reduction: "none" }],
    (make) => [make.normal([0, 3]), make.integers(0, 3, [0])],
    (make) => {
      const { scores, ids, classes } = drawnScores(make);
      const target = make.oneOf(make.integers(0, classes, ids), make.uniform(0, 1, scores));
      return [make.normal(scores), target, { reduction: make.oneOf("mean", "sum", "none") }];
    },
  ],
});

const positionsOf = ({ shape }: Tensor): number => sizeOf(shape.filter((_, axis) => axis !== 1));

/** Visits the class scores of every position, in the row-major order of the ids. */
function eachPosition(
  logits: Tensor,
  visit: (position: number, start: number, step: number, count: number) => void,
): void {
  let position = 0;
  eachLane(lanesAlong(logits.data, concrete(logits.dims), [1]), (start, step, count) => {
    visit(position++, start, step, count);
  });
}

/** How much a class counts at a position: read from probabilities, or 1 for the class whose id stands there. */
function targetReader(logits: Tensor, target: Tensor): (position: number, c: number, place: number) => number {
  const { data } = target;
  if (target.rank === logits.rank) return (_position, _c, place) => data[place]!;
  const classes = logits.shape[1]!;
  const wrong = data.findIndex((id) => !Number.isInteger(id) || id < 0 || id >= classes);
  if (wrong >= 0) throw noSuchClass(logits, target, data[wrong]!, wrong);
  return (position, c) => (data[position] === c ? 1 : 0);
}

function noSuchClass(logits: Tensor, target: Tensor, id: number, index: number): ShapeError {
  const classes = logits.shape[1]!;
  return new ShapeError({
    code: "loss-target",
    op: "crossEntropy",
    message: `target holds the class id ${id} (element ${index}), and logits ${formatShape(logits.dims)} have ${classes} classes: expected whole numbers from 0 to ${classes - 1}.`,
    operands: operandsOf(logits, target),
    axes: [1, undefined],
    blame: 1,
    numbers: Number.isInteger(id) ? [classes, id] : undefined,
    suggestion: id === classes ? "ids count from 0: subtract 1, or give the last layer one more output." : undefined,
  });
}

const operandsOf = (logits: Tensor, target: Tensor): { name: string; dims: readonly Dim[] }[] => [
  { name: "logits", dims: logits.dims },
  { name: "target", dims: target.dims },
];

function crossEntropyShape(inputs: readonly Tensor[], reduction: Reduction): TensorSpec {
  const [logits, target] = inputs as [Tensor, Tensor];
  const dtype = floating(logits.rank === target.rank ? resultType(inputs) : resultType([logits]));
  if (logits.rank < 2) {
    throw new ShapeError({
      code: "rank",
      op: "crossEntropy",
      message: `logits are ${formatShape(logits.dims)}: expected at least 2 axes, [batch, classes], found ${logits.rank}.`,
      operands: operandsOf(logits, target),
      blame: 0,
      numbers: [2, logits.rank],
      suggestion: scalarSuggestion(logits, target),
      likely: { dims: reduction === "none" ? target.dims : [], dtype },
    });
  }
  const ids = logits.dims.filter((_, axis) => axis !== 1);
  const spec = { dims: reduction === "none" ? ids : [], dtype };
  const wanted = target.rank === logits.rank ? logits.dims : ids;
  const axis = target.rank === wanted.length ? wanted.findIndex((dim, i) => !agree(dim, target.dims[i]!)) : -1;
  if (target.rank === wanted.length && axis < 0) return spec;
  const logitsAxis = axis < 0 ? undefined : target.rank === logits.rank || axis === 0 ? axis : axis + 1;
  const numbers: readonly [Dim, Dim] = axis < 0 ? [ids.length, target.rank] : [wanted[axis]!, target.dims[axis]!];
  const problem = axis < 0 ? `found ${countAxes(target.rank)}` : differ(...numbers);
  throw new ShapeError({
    code: "loss-target",
    op: "crossEntropy",
    message: `logits are ${formatShape(logits.dims)} and target is ${formatShape(target.dims)}: expected class ids ${formatShape(ids)}, or one-hot rows or probabilities ${formatShape(logits.dims)}; ${problem}.`,
    operands: operandsOf(logits, target),
    axes: [logitsAxis, axis < 0 ? undefined : axis],
    blame: 1,
    numbers,
    suggestion: suggestion(logits, target, ids),
    likely: spec,
  });
}

/** One axis only: a single sample, or the target where the logits should be. */
function scalarSuggestion(logits: Tensor, target: Tensor): string | undefined {
  if (logits.rank !== 1) return undefined;
  const isSwapped = target.rank === 2 && dimsEqual(target.dims[0]!, logits.dims[0]!) === "yes";
  return isSwapped
    ? "logits and target seem to have changed places: crossEntropy(logits, target)."
    : "for a single sample use expandDims(logits, 0).";
}

function suggestion(logits: Tensor, target: Tensor, ids: readonly Dim[]): string {
  const equal = (a: readonly Dim[], b: readonly Dim[]): boolean =>
    a.length === b.length && a.every((dim, i) => dimsEqual(dim, b[i]!) === "yes");
  if (target.rank === logits.rank) {
    if (constantOf(target.dims[1]!) === 1) return "drop the axis of length 1 from the ids: squeeze(target, 1).";
    const last = [target.dims[0]!, target.dims[target.rank - 1]!, ...target.dims.slice(1, -1)];
    if (target.rank > 2 && equal(last, logits.dims)) {
      return `the classes of target are in its last axis: move them to axis 1 with transpose.`;
    }
  }
  const moved = [logits.dims[0]!, ...logits.dims.slice(1, -1)];
  if (logits.rank > 2 && target.rank === ids.length && equal(moved, target.dims)) {
    return `the classes of the logits seem to be in their last axis: move them to axis 1 with swapAxes(logits, 1, -1), or join all other axes with reshape.`;
  }
  return `make target ${formatShape(ids)} with one class id each.`;
}
