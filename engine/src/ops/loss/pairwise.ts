// How losses that compare predictions with targets one by one are declared. Both must have one shape: a target that
// merely broadcasts, [5] beside [5, 1], would compare every prediction with every target and train on nonsense.

import { sumOver } from "../../kernels/lanes";
import { constantOf, type Dim, dimsEqual, formatDim, productOfDims } from "../../shape/dim";
import { differ, ShapeError } from "../../shape/errors";
import { agree, describe, formatShape, sharper } from "../../shape/shape";
import { allocate, allocateUnset, type DataArray, type DType, floating } from "../../tensor/dtype";
import { Tensor } from "../../tensor/tensor";
import { checkOptions } from "../axis";
import { checkNumber } from "../create";
import { engineOp, type Op, resultType, type SampleSource, type TensorLike, type TensorSpec } from "../op";

/** What becomes of the losses of the single elements. */
export type Reduction = "mean" | "sum" | "none";

export interface LossOptions {
  /** "mean" unless given; "none" leaves one loss for each element. */
  readonly reduction?: Reduction;
}

export interface HuberOptions extends LossOptions {
  /** Where the loss turns from square to straight, 1 unless given. */
  readonly delta?: number;
}

export interface LossParams {
  readonly reduction: Reduction;
  readonly delta: number;
}

type LossArgs<Options> = [pred: TensorLike, target: TensorLike, options?: Options];

export type LossOp<Options = LossOptions> = Op<LossArgs<Options>, LossParams>;

interface PairwiseLoss {
  readonly name: string;
  readonly doc: string;
  readonly example: string;
  /** What the first argument is called, "pred" unless given. */
  readonly pred?: string;
  /** The loss of one prediction. */
  readonly value: (pred: number, target: number, params: LossParams) => number;
  /** Its derivative with respect to the prediction. */
  readonly slope: (pred: number, target: number, params: LossParams) => number;
  /** Its derivative with respect to the target; the opposite of `slope` when absent, as for all that see the difference. */
  readonly targetSlope?: (pred: number, target: number, params: LossParams) => number;
  /** The options besides reduction. */
  readonly options?: readonly string[];
  /** Predictions it takes, for the tests. */
  readonly predictions?: (make: SampleSource, shape: readonly number[]) => Tensor;
  readonly samples?: readonly ((make: SampleSource) => LossArgs<HuberOptions>)[];
}

/** Declares a loss of predictions and targets of one shape. */
export function pairwiseLoss<Options extends LossOptions = LossOptions>(loss: PairwiseLoss): LossOp<Options> {
  const { name } = loss;
  const predName = loss.pred ?? "pred";
  const predictions = loss.predictions ?? ((make, shape) => make.normal(shape));
  const declared = engineOp<LossArgs<HuberOptions>, LossParams>({
    name,
    doc: loss.doc,
    example: loss.example,
    args: (pred, target, options) => {
      checkOptions(name, options, ["reduction", ...(loss.options ?? [])]);
      const delta = checkNumber(name, "delta", options?.delta ?? 1);
      if (delta <= 0) throw new TypeError(`${name}: delta must be greater than 0, found ${delta}.`);
      return { inputs: [pred, target], params: { reduction: readReduction(name, options?.reduction), delta } };
    },
    shape: (inputs, { reduction }) => lossShape(name, predName, inputs, reduction),
    forward: ([pred, target], params, _, dtype) => {
      const [given, wanted] = [pred!.data, target!.data];
      const lossOf = (i: number): number => loss.value(given[i]!, wanted[i]!, params);
      return reduced(lossOf, given.length, params.reduction, dtype);
    },
    backward: ({ grad, inputs: [pred, target], params, wanted }) => {
      const along = (x: Tensor, slope: PairwiseLoss["slope"]): Tensor => {
        const [given, wanted] = [pred!.data, target!.data];
        const scale = shares(grad, params.reduction, x.size);
        const out = allocateUnset(floating(x.dtype), x.size);
        for (let i = 0; i < out.length; i++) out[i] = scale(i) * slope(given[i]!, wanted[i]!, params);
        return new Tensor(x.dims, floating(x.dtype), out);
      };
      const targetSlope = loss.targetSlope ?? ((p, t, given) => -loss.slope(p, t, given));
      return [wanted[0] ? along(pred!, loss.slope) : undefined, wanted[1] ? along(target!, targetSlope) : undefined];
    },
    samples: [
      (make) => [predictions(make, [4, 2]), make.uniform(0.1, 0.9, [4, 2])],
      (make) => [predictions(make, [4]), make.uniform(0.1, 0.9, [4]), { reduction: "sum" }],
      (make) => [predictions(make, [2, 3]), make.uniform(0.1, 0.9, [2, 3]), { reduction: "none" }],
      (make) => [predictions(make, [3]), make.integers(0, 2, [3])],
      (make) => [predictions(make, []), make.uniform(0.1, 0.9, [])],
      (make) => [predictions(make, [0, 2]), make.uniform(0.1, 0.9, [0, 2])],
      (make) => {
        const shape = make.shape();
        const reduction = make.oneOf(undefined, "mean", "sum", "none");
        return [predictions(make, shape), make.uniform(0.1, 0.9, shape), { reduction }];
      },
      ...(loss.samples ?? []),
    ],
  });
  return declared as unknown as LossOp<Options>;
}

/** The shapes of random scores [N, C, …] and of the ids of their classes [N, …]. */
export function drawnScores(make: SampleSource): {
  readonly scores: number[];
  readonly ids: number[];
  classes: number;
} {
  const [batch, classes, positions] = [make.oneOf(0, 1, 2), make.dim(1), make.shape(0, 1).slice(0, 2)];
  return { scores: [batch, classes, ...positions], ids: [batch, ...positions], classes };
}

export function readReduction(op: string, value: unknown): Reduction {
  if (value === undefined) return "mean";
  if (value === "mean" || value === "sum" || value === "none") return value;
  throw new TypeError(`${op}: reduction must be "mean", "sum" or "none", found ${describe(value)}.`);
}

/** The losses of the single elements as they are, added up, or added up and divided by their count. */
export function reduced(lossOf: (i: number) => number, count: number, reduction: Reduction, dtype: DType): DataArray {
  const out = allocate(dtype, reduction === "none" ? count : 1);
  if (reduction === "none") for (let i = 0; i < count; i++) out[i] = lossOf(i);
  else out[0] = sumOver(0, count, lossOf) / (reduction === "mean" ? count : 1);
  return out;
}

/** How much of the result's gradient the loss of each element gets. */
export function shares(grad: Tensor, reduction: Reduction, count: number): (i: number) => number {
  if (reduction === "none") return (i) => grad.data[i]!;
  const share = grad.data[0]! / (reduction === "mean" ? count : 1);
  return () => share;
}

function lossShape(op: string, predName: string, inputs: readonly Tensor[], reduction: Reduction): TensorSpec {
  const [pred, target] = inputs as [Tensor, Tensor];
  const dtype = floating(resultType(inputs));
  const axis = pred.rank === target.rank ? pred.dims.findIndex((dim, i) => !agree(dim, target.dims[i]!)) : -1;
  if (pred.rank === target.rank && axis < 0) {
    return { dims: reduction === "none" ? pred.dims.map((dim, i) => sharper(dim, target.dims[i]!)) : [], dtype };
  }
  const numbers: readonly [Dim, Dim] = axis >= 0 ? [pred.dims[axis]!, target.dims[axis]!] : [pred.rank, target.rank];
  const problem =
    axis >= 0 ? `${differ(...numbers)} at axis ${axis}` : `${formatDim(pred.rank)} ≠ ${formatDim(target.rank)} axes`;
  throw new ShapeError({
    code: "loss-target",
    op,
    message: `${predName} is ${formatShape(pred.dims)} and target is ${formatShape(target.dims)}: their shapes must be equal, found ${problem}.`,
    operands: [
      { name: predName, dims: pred.dims },
      { name: "target", dims: target.dims },
    ],
    axes: axis >= 0 ? [axis, axis] : [undefined, undefined],
    blame: 1,
    numbers,
    suggestion: targetSuggestion(pred, target, predName),
    likely: { dims: reduction === "none" ? pred.dims : [], dtype },
  });
}

/** The commonest case is one lost or superfluous axis of length 1. */
function targetSuggestion(pred: Tensor, target: Tensor, predName: string): string {
  if (target.rank === 0) return `make target a tensor of ${predName}'s shape, for example with full.`;
  const extra = pred.dims.findIndex((dim, axis) => constantOf(dim) === 1 && areEqual(without(pred, axis), target.dims));
  if (extra >= 0) return `use expandDims(target, ${extra}), or squeeze(${predName}, ${extra}).`;
  const lost = target.dims.findIndex((dim, i) => constantOf(dim) === 1 && areEqual(without(target, i), pred.dims));
  if (lost >= 0) return `use squeeze(target, ${lost}).`;
  if (pred.rank === 2 && areEqual([...pred.dims].reverse(), target.dims)) return "use transpose(target).";
  if (dimsEqual(productOfDims(pred.dims), productOfDims(target.dims)) === "yes") {
    return `use reshape(target, ${formatShape(pred.dims)}), if its numbers come in that order.`;
  }
  return `make target ${formatShape(pred.dims)}.`;
}

const without = ({ dims }: Tensor, axis: number): Dim[] => dims.filter((_, i) => i !== axis);

const areEqual = (a: readonly Dim[], b: readonly Dim[]): boolean =>
  a.length === b.length && a.every((dim, i) => dimsEqual(dim, b[i]!) === "yes");
