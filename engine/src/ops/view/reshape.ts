// The same numbers under another shape: nothing moves.

import {
  constantOf,
  type Dim,
  DimExpr,
  dimsEqual,
  divides,
  exactDivDims,
  floorDivDims,
  formatDim,
  mulDims,
  NeedsValue,
  productOfDims,
} from "../../shape/dim";
import { differ, ShapeError } from "../../shape/errors";
import { assumeDivides } from "../../shape/facts";
import { agree, checkShape, countAxes, formatShape, normalizeAxes, type Shape, symbolicSize } from "../../shape/shape";
import { convert, type DataArray, type DType } from "../../tensor/dtype";
import { type Tensor } from "../../tensor/tensor";
import { type Axes, axesOf, axisOf, checkAxisArgument, refuseExtra } from "../axis";
import { engineOp, type Op, resultType, type TensorLike } from "../op";

/** The numbers in the type of the result; the array itself, since nothing moves. */
const unmoved = ([x]: readonly Tensor[], _params: unknown, _dims: readonly number[], dtype: DType): DataArray =>
  convert(x!.data, x!.dtype, dtype);

const backToInput = ({ grad, inputs: [x] }: { grad: Tensor; inputs: readonly Tensor[] }): [Tensor] => [
  reshape(grad, x!.shape),
];

/**
 * The same numbers, row-major, under another shape; one length may be −1 and is worked out.
 * @throws ShapeError `reshape-size` when the shape does not hold exactly as many numbers.
 */
export const reshape: Op<[x: TensorLike, shape: number | readonly number[]], { readonly shape: Shape }> = engineOp<
  [x: TensorLike, shape: number | readonly number[]],
  { readonly shape: Shape }
>({
  name: "reshape",
  doc: "The same numbers, row-major, under another shape; one length may be −1 and is worked out.",
  example: "reshape(arange(6), [2, -1])",
  args: (x: TensorLike, shape: number | readonly number[], ...extra: unknown[]) => {
    refuseExtra("reshape", "shape", shape, extra);
    return { inputs: [x], params: { shape: readShape(shape) } };
  },
  shape: ([x], { shape }) => ({ dims: fittingShape(x!, shape), dtype: resultType([x!]) }),
  forward: unmoved,
  backward: backToInput,
  samples: [
    (make) => [make.normal([2, 3]), [3, 2]],
    (make) => [make.normal([2, 3]), [-1, 2]],
    (make) => [make.normal([2, 3]), 6],
    (make) => [make.normal([1]), []],
    (make) => [make.normal([0, 3]), [3, 0, 2]],
    (make) => [make.normal([0, 3]), [-1, 3]],
    (make) => {
      const shape = make.shape();
      return [make.normal(shape), make.oneOf([-1], shape.toReversed(), [1, ...shape])];
    },
  ],
});

const isInferred = (dim: unknown): boolean =>
  (typeof dim === "number" || dim instanceof DimExpr) && constantOf(dim) === -1;

/** Checks the lengths; at most one of them may be −1. */
function readShape(shape: unknown): Shape {
  const list = Array.isArray(shape) ? shape : [shape];
  const checked = checkShape("reshape", Array.isArray(shape) || isInferred(shape) ? list.map(oneForInferred) : shape);
  const inferred = list.filter(isInferred).length;
  if (inferred > 1) {
    throw new ShapeError({
      code: "reshape-size",
      op: "reshape",
      message: `only one length can be -1, found ${inferred} in ${formatShape(list as Dim[])}.`,
      parameter: "shape",
    });
  }
  return checked.map((dim, axis) => (isInferred(list[axis]) ? -1 : dim));
}

const oneForInferred = (dim: unknown): unknown => (isInferred(dim) ? 1 : dim);

/** The shape with −1 replaced, when it holds exactly the numbers of x. */
function fittingShape(x: Tensor, shape: Shape): Shape {
  const size = symbolicSize(x.dims);
  const hole = shape.indexOf(-1);
  const needed = productOfDims(shape.filter((_, axis) => axis !== hole));
  if (hole < 0) {
    if (!agree(size, needed)) throw wrongSize(x, shape, size, needed);
    return shape;
  }
  if (constantOf(needed) === 0) throw wrongSize(x, shape, size, needed);
  const certainty = divides(needed, size);
  if (certainty === "no") throw wrongSize(x, shape, size, needed);
  if (certainty === "unknown") assumeDivides(needed, size);
  return shape.map((dim, axis) => (axis === hole ? exactDivDims(size, needed) : dim));
}

function wrongSize(x: Tensor, shape: Shape, size: Dim, needed: Dim): ShapeError {
  const hole = shape.indexOf(-1);
  const isEmpty = hole >= 0 && constantOf(needed) === 0;
  const problem =
    hole < 0
      ? `${formatShape(shape)} needs ${formatDim(needed)}: ${differ(size, needed)}`
      : isEmpty
        ? `with a length of 0 beside it the -1 in ${formatShape(shape)} could be anything`
        : `${formatShape(shape)} needs a multiple of ${formatDim(needed)}`;
  const filled = shape.map((dim, axis) => (axis === hole && !isEmpty ? floorDivDims(size, needed) : dim));
  const rows = hole < 0 ? fittingRows(x, shape, size) : undefined;
  return new ShapeError({
    code: "reshape-size",
    op: "reshape",
    message: `${formatShape(x.dims)} holds ${formatDim(size)} numbers, ${problem}.`,
    operands: [{ name: "x", dims: x.dims }],
    parameter: "shape",
    numbers: [size, needed],
    suggestion: sizeSuggestion(size, shape),
    likely: isEmpty ? undefined : { dims: rows === undefined ? filled : [rows, ...shape.slice(1)], dtype: x.dtype },
  });
}

/** The batch that x has, where that and not the one in the shape fits beside the other lengths. */
function fittingRows(x: Tensor, shape: Shape, size: Dim): Dim | undefined {
  const sample = productOfDims(shape.slice(1));
  const [batch] = x.dims;
  if (batch === undefined || shape.length < 2 || constantOf(sample) === 0) return undefined;
  return dimsEqual(mulDims(batch, sample), size) === "yes" ? batch : undefined;
}

/** The first length that could be changed alone to make the shape fit. */
function sizeSuggestion(size: Dim, shape: Shape): string {
  const hole = shape.indexOf(-1);
  for (const [axis] of shape.entries()) {
    if (hole >= 0 && axis !== hole) continue;
    const others = productOfDims(shape.filter((_, i) => i !== axis));
    if (constantOf(others) === 0 || divides(others, size) !== "yes") continue;
    return `use ${formatShape(shape.map((dim, i) => (i === axis ? exactDivDims(size, others) : dim)))}.`;
  }
  return `choose lengths whose product is ${formatDim(size)}.`;
}

/** Joins the axes from `startAxis` on into one. A scalar becomes [1]. */
export const flatten: Op<[x: TensorLike, startAxis?: number], { readonly startAxis: number }> = engineOp<
  [x: TensorLike, startAxis?: number],
  { readonly startAxis: number }
>({
  name: "flatten",
  doc: "Joins the axes from startAxis on (0 unless given) into one.",
  example: "flatten(ones([64, 1, 28, 28]), 1)",
  args: (x: TensorLike, startAxis?: number) => ({ inputs: [x], params: { startAxis: startAxis ?? 0 } }),
  shape: ([x], { startAxis }) => {
    const dtype = resultType([x!]);
    if (x!.rank === 0 && constantOf(startAxis) === 0) return { dims: [1], dtype };
    const start = axisOf("flatten", x!, startAxis, { dims: x!.dims, dtype }, "startAxis");
    return { dims: [...x!.dims.slice(0, start), productOfDims(x!.dims.slice(start))], dtype };
  },
  forward: unmoved,
  backward: backToInput,
  samples: [
    (make) => [make.normal([2, 3])],
    (make) => [make.normal([2, 3, 2]), 1],
    (make) => [make.normal([2, 3, 2]), -1],
    (make) => [make.normal([])],
    (make) => [make.normal([2, 0, 3]), 1],
    (make) => {
      const shape = make.shape(1);
      return [make.normal(shape), make.axis(shape.length)];
    },
  ],
});

/** Drops axes of length 1: the given ones, or all of them. */
export const squeeze: Op<[x: TensorLike, axis?: Axes], { readonly axis: Axes | undefined }> = engineOp<
  [x: TensorLike, axis?: Axes],
  { readonly axis: Axes | undefined }
>({
  name: "squeeze",
  doc: "Drops axes of length 1: the given ones, or all of them.",
  example: "squeeze(ones([5, 1]), 1)",
  args: (x: TensorLike, axis?: Axes) => {
    checkAxisArgument("squeeze", axis);
    return { inputs: [x], params: { axis } };
  },
  shape: ([x], { axis }) => {
    const dtype = resultType([x!]);
    const axes = axis === undefined ? unitAxes(x!) : axesOf("squeeze", x!, axis, { dims: x!.dims, dtype });
    const dims = x!.dims.filter((_, i) => !axes.includes(i));
    const wide = axes.find((i) => !agree(x!.dims[i]!, 1));
    if (wide === undefined) return { dims, dtype };
    const found = x!.dims[wide]!;
    throw new ShapeError({
      code: "axis-range",
      op: "squeeze",
      message: `axis ${wide} of ${formatShape(x!.dims)} has length ${formatDim(found)}: expected 1, as only such an axis can be dropped.`,
      operands: [{ name: "x", dims: x!.dims }],
      axes: [wide],
      blame: 0,
      numbers: [1, found],
      suggestion: squeezeSuggestion(x!),
      likely: { dims, dtype },
    });
  },
  forward: unmoved,
  backward: backToInput,
  samples: [
    (make) => [make.normal([1, 3, 1])],
    (make) => [make.normal([1, 3, 1]), -1],
    (make) => [make.normal([1, 3, 1]), [0, 2]],
    (make) => [make.normal([1, 0]), 0],
    (make) => {
      const shape = make.shape(1);
      const axis = make.axis(shape.length);
      return [make.normal(shape.with(axis, 1)), axis];
    },
  ],
});

/** Which axes go without being named must be certain: a batch of unknown size may be a batch of one. */
function unitAxes(x: Tensor): number[] {
  return x.dims.flatMap((dim, axis) => {
    const isOne = dimsEqual(dim, 1);
    if (isOne === "unknown") throw new NeedsValue(`Whether axis ${axis} of ${formatShape(x.dims)} is 1 is not known.`);
    return isOne === "yes" ? [axis] : [];
  });
}

function squeezeSuggestion(x: Tensor): string {
  const axes = x.dims.flatMap((dim, axis) => (constantOf(dim) === 1 ? [axis] : []));
  if (axes.length === 0) return "no axis has length 1; to drop one by picking from it use slice or at.";
  return `use ${axes.length === 1 ? "axis" : "one of the axes"} ${axes.join(", ")}.`;
}

/** Puts in axes of length 1, at these places of the result. */
export const expandDims: Op<[x: TensorLike, axis: Axes], { readonly axis: Axes }> = engineOp<
  [x: TensorLike, axis: Axes],
  { readonly axis: Axes }
>({
  name: "expandDims",
  doc: "Puts in axes of length 1, at these places of the result.",
  example: "expandDims(ones([5]), 1)",
  args: (x: TensorLike, axis: Axes) => {
    checkAxisArgument("expandDims", axis ?? null);
    return { inputs: [x], params: { axis } };
  },
  shape: ([x], { axis }) => {
    const rank = x!.rank + (Array.isArray(axis) ? axis.length : 1);
    const axes = resultAxes(x!, axis, rank);
    const rest = [...x!.dims];
    const dims = Array.from({ length: rank }, (_, i): Dim => (axes.includes(i) ? 1 : rest.shift()!));
    return { dims, dtype: resultType([x!]) };
  },
  forward: unmoved,
  backward: backToInput,
  samples: [
    (make) => [make.normal([2, 3]), 0],
    (make) => [make.normal([2, 3]), -1],
    (make) => [make.normal([2, 3]), [0, 2]],
    (make) => [make.normal([]), 0],
    (make) => {
      const shape = make.shape().slice(0, 3);
      return [make.normal(shape), make.axis(shape.length + 1)];
    },
  ],
});

function resultAxes(x: Tensor, axis: Axes, rank: number): number[] {
  try {
    return normalizeAxes("expandDims", axis, rank);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw error.with({
      message: `x is ${formatShape(x.dims)} and the result has ${countAxes(rank)}: ${error.details.message}`,
      operands: [{ name: "x", dims: x.dims }],
      axes: [undefined],
      likely: { dims: [...x.dims, ...Array.from({ length: rank - x.rank }, () => 1)], dtype: x.dtype },
    });
  }
}
