// How reductions are declared: what one lane of numbers becomes, and the local gradient. Axes, shapes and errors are
// the same for all.

import { type LaneFunction, lanesAlong, reduceLanes } from "../../kernels/lanes";
import { constantOf, type Dim } from "../../shape/dim";
import { ShapeError } from "../../shape/errors";
import { concrete, describe, formatShape, plainNumber, sizeOf } from "../../shape/shape";
import { allocate, type DType, floating } from "../../tensor/dtype";
import { type Tensor } from "../../tensor/tensor";
import { type Axes, axesOf, checkAxisArgument, checkOptions, flag } from "../axis";
import { engineOp, type Op, type OpArguments, resultType, type SampleSource, type TensorLike } from "../op";
import { broadcastTo } from "../view/broadcastTo";
import { reshape } from "../view/reshape";

export interface ReduceOptions {
  /** Leaves the reduced axes in place with length 1. */
  readonly keepDims?: boolean;
}

export interface VarianceOptions extends ReduceOptions {
  /** What is taken off the count before dividing: 0 for a population, 1 for a sample. */
  readonly correction?: number;
}

export interface ReduceParams {
  readonly axis: Axes | undefined;
  readonly keepDims: boolean;
  readonly correction: number;
}

type ReduceArgs<Options, Axis> = [x: TensorLike, axis?: Axis, options?: Options];

/** A reduction over one axis, several, or all of them. */
export type ReduceOp<Options = ReduceOptions, Axis = Axes> = Op<ReduceArgs<Options, Axis>, ReduceParams>;

interface Reduction {
  readonly name: string;
  readonly doc: string;
  readonly example: string;
  /** The type of the result; the input's own, as a float, when absent. */
  readonly dtype?: (dtype: DType) => DType;
  readonly lane: (params: ReduceParams) => LaneFunction;
  /** What an empty lane is missing, for ops that have no answer for it: "maximum". */
  readonly missing?: string;
  /** True where a list of axes makes no sense. */
  readonly oneAxis?: boolean;
  /** The options besides keepDims. */
  readonly options?: readonly string[];
  /** dL/dx, of any shape that broadcasts to x. `grad` and `output` have their reduced axes with length 1. */
  readonly gradient?: (context: GradientContext) => Tensor;
  readonly samples?: readonly ((make: SampleSource) => ReduceArgs<VarianceOptions, number>)[];
}

export interface GradientContext {
  readonly grad: Tensor;
  readonly x: Tensor;
  readonly output: Tensor;
  /** The reduced axes, sorted. */
  readonly axes: readonly number[];
  /** How many numbers became one. */
  readonly count: number;
  readonly params: ReduceParams;
}

/** Declares a reduction. */
export function reduction<Options extends ReduceOptions = ReduceOptions, Axis extends Axes = Axes>(
  op: Reduction,
): ReduceOp<Options, Axis> {
  const { gradient } = op;
  const declared = engineOp<ReduceArgs<VarianceOptions, Axes>, ReduceParams>({
    name: op.name,
    doc: op.doc,
    example: op.example,
    args: (x, axis, options) => readArguments(op, x, axis, options),
    shape: ([x], params) => {
      const dtype = (op.dtype ?? floating)(resultType([x!]));
      const axes = axesOf(op.name, x!, params.axis, likelyResult(x!, params, dtype));
      const dims = reducedDims(x!.dims, axes, params.keepDims);
      if (op.missing !== undefined) refuseEmpty(op.name, op.missing, x!, axes, dims, dtype);
      return { dims, dtype };
    },
    forward: ([x], params, dims, dtype) => {
      const lanes = lanesAlong(x!.data, concrete(x!.dims), axesOf(op.name, x!, params.axis));
      return reduceLanes(lanes, allocate(dtype, sizeOf(dims)), op.lane(params));
    },
    backward:
      gradient &&
      (({ grad, inputs: [x], output, params }) => {
        const axes = axesOf(op.name, x!, params.axis);
        const kept = concrete(reducedDims(x!.dims, axes, true));
        const count = sizeOf(axes.map((axis) => x!.shape[axis]!));
        const context = { grad: reshape(grad, kept), output: reshape(output, kept), x: x!, axes, count, params };
        return [broadcastTo(gradient(context), x!.shape)];
      }),
    samples: [...commonSamples, drawnSample(op), ...(op.oneAxis ? [] : severalAxes), ...(op.samples ?? [])],
  });
  return declared as unknown as ReduceOp<Options, Axis>;
}

const commonSamples: readonly ((make: SampleSource) => ReduceArgs<ReduceOptions, number>)[] = [
  (make) => [make.distinct([2, 3])],
  (make) => [make.distinct([2, 3]), 0],
  (make) => [make.distinct([2, 3]), -1, { keepDims: true }],
  (make) => [make.distinct([2, 3, 2]), 1],
  (make) => [make.distinct([2, 3]), undefined, { keepDims: true }],
  (make) => [make.distinct([])],
  (make) => [make.distinct([0, 3]), 1],
];

/** Any axis of any shape; an empty one only where it has an answer. */
const drawnSample =
  ({ missing }: Reduction) =>
  (make: SampleSource): ReduceArgs<ReduceOptions, number> => {
    const shape = make.shape(1, missing === undefined ? 0 : 1);
    return [make.distinct(shape), make.axis(shape.length), { keepDims: make.oneOf(true, false) }];
  };

const severalAxes: readonly ((make: SampleSource) => ReduceArgs<ReduceOptions, Axes>)[] = [
  (make) => [make.distinct([2, 3, 2]), [0, 1]],
  (make) => [make.distinct([2, 3, 2]), [-1, 0]],
  (make) => [make.distinct([2, 3, 2]), [0, 2], { keepDims: true }],
  (make) => [make.distinct([2, 2]), []],
];

function readArguments(
  op: Reduction,
  x: TensorLike,
  axis: Axes | undefined,
  options: VarianceOptions | undefined,
): OpArguments<ReduceParams> {
  checkAxisArgument(op.name, axis);
  if (op.oneAxis && Array.isArray(axis)) {
    throw new TypeError(`${op.name}: axis must be one whole number, found ${describe(axis)}.`);
  }
  checkOptions(op.name, options, ["keepDims", ...(op.options ?? [])]);
  const keepDims = flag(op.name, "keepDims", options?.keepDims);
  const correction = plainNumber(op.name, "correction", options?.correction ?? 0);
  return { inputs: [x], params: { axis: Array.isArray(axis) ? [...axis] : axis, keepDims, correction } };
}

function reducedDims(dims: readonly Dim[], axes: readonly number[], keepDims: boolean): Dim[] {
  if (keepDims) return dims.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  return dims.filter((_, axis) => !axes.includes(axis));
}

/** With an axis that does not exist the last ones are the likeliest to have been meant. */
function likelyResult(x: Tensor, { axis, keepDims }: ReduceParams, dtype: DType): { dims: Dim[]; dtype: DType } {
  const count = Math.min(axis === undefined ? x.rank : Array.isArray(axis) ? axis.length : 1, x.rank);
  const axes = Array.from({ length: count }, (_, i) => x.rank - count + i);
  return { dims: reducedDims(x.dims, axes, keepDims), dtype };
}

function refuseEmpty(
  op: string,
  missing: string,
  x: Tensor,
  axes: readonly number[],
  dims: readonly Dim[],
  dtype: DType,
): void {
  const empty = axes.find((axis) => constantOf(x.dims[axis]!) === 0);
  if (empty === undefined || dims.some((dim) => constantOf(dim) === 0)) return;
  throw new ShapeError({
    code: "axis-range",
    op,
    message: `axis ${empty} of ${formatShape(x.dims)} has length 0: expected at least 1, as an empty axis has no ${missing}.`,
    operands: [{ name: "x", dims: x.dims }],
    axes: [empty],
    blame: 0,
    numbers: [1, x.dims[empty]!],
    likely: { dims, dtype },
  });
}
