// Reading a part of a tensor: ranges along each axis, with Python's conventions.

import { gatherStrided, scatterStrided, type StridedView } from "../../kernels/strided";
import {
  addDims,
  ceilDivDims,
  constantOf,
  type Dim,
  DimExpr,
  dimsAtMost,
  formatDim,
  maxDims,
  minDims,
  NeedsValue,
  subDims,
} from "../../shape/dim";
import { ShapeError } from "../../shape/errors";
import {
  agreeAtMost,
  concrete,
  countAxes,
  describe,
  formatShape,
  sizeOf,
  stridesOf,
  wholeNumber,
} from "../../shape/shape";
import { allocate, allocateUnset } from "../../tensor/dtype";
import { Tensor } from "../../tensor/tensor";
import { engineOp, type Op, resultType, type TensorLike } from "../op";

/**
 * What to read along one axis: `[start, stop, step]` keeps the axis, with negative positions counted from the end and
 * everything beyond the ends cut off; a number picks one position and drops the axis; `null` keeps all.
 */
export type Range = number | null | readonly [start?: number | null, stop?: number | null, step?: number | null];

export interface Span {
  /** `null` where the range leaves the start or the stop open. */
  readonly start: Dim | null;
  readonly stop: Dim | null;
  readonly step: number;
  /** How many positions it reads, where that is certain without looking at the axis. */
  readonly length?: Dim;
}

/** `length` positions from `start` on, which exist: parts of an axis that add up to it need no clamps. */
class Section implements Span {
  readonly stop = null;
  readonly step = 1;

  constructor(
    readonly start: Dim,
    readonly length: Dim,
  ) {}
}

/** A range for `slice` from whoever made sure that these positions exist. */
export function section(start: Dim, length: Dim): Range {
  return new Section(start, length) as unknown as Range;
}

export interface SliceParams {
  readonly ranges: readonly (Dim | Span | null)[];
}

/**
 * Reads a part: per axis `[start, stop, step]`, a number that picks and drops the axis, or `null` for all.
 * Ranges are cut at the ends as in Python; a picked position must exist.
 * @throws ShapeError `rank` for more ranges than axes, `axis-range` for a position that does not exist.
 */
export const slice: Op<[x: TensorLike, ...ranges: Range[]], SliceParams> = engineOp({
  name: "slice",
  doc: "Reads a part: per axis [start, stop, step], a number that picks and drops the axis, or null for all.",
  example: "slice(reshape(arange(6), [2, 3]), [0, 1], -1)",
  args: (x: TensorLike, ...ranges: Range[]) => ({
    inputs: [x],
    params: { ranges: ranges.map((range, i) => readRange(range, `range ${i + 1}`)) },
  }),
  shape: ([x], { ranges }) => {
    const dtype = resultType([x!]);
    if (ranges.length > x!.rank) throw tooManyRanges(x!, ranges);
    const dims = x!.dims.flatMap((dim, axis): Dim[] => {
      const range = ranges[axis] ?? null;
      if (range === null) return [dim];
      return isSpan(range) ? [spanLength(dim, range)] : [];
    });
    ranges.forEach((range, axis) => {
      if (range !== null && !isSpan(range)) checkPosition("slice", x!, axis, range, { dims, dtype });
    });
    return { dims, dtype };
  },
  forward: ([x], params, dims, dtype) =>
    gatherStrided(x!.data, viewOf(x!, params, dims), allocateUnset(dtype, sizeOf(dims))),
  backward: ({ grad, inputs: [x], params }) => [scattered(grad, x!, viewOf(x!, params, grad.shape))],
  samples: [
    (make) => [make.normal([4, 3]), [1, 3]],
    (make) => [make.normal([4, 3]), [-3, -1], [0, 9]],
    (make) => [make.normal([5, 3]), [0, null, 2], 1],
    (make) => [make.normal([5, 3]), [null, null, -2]],
    (make) => [make.normal([5, 3]), null, [2, 0, -1]],
    (make) => [make.normal([2, 3, 4]), -1, null, [1]],
    (make) => [make.normal([2, 3]), 1, 2],
    (make) => [make.normal([4, 3]), [3, 1]],
    (make) => [make.normal([4, 3]), [7, 9], [-9, 2]],
    (make) => [make.normal([0, 3]), [0, 2]],
    (make) => [make.normal([2])],
    (make) => {
      const x = make.normal(make.shape(1, 1));
      const ranges = x.shape.map((length) =>
        make.oneOf<Range>(
          null,
          make.axis(length),
          [make.oneOf(-9, -2, 0, 1), make.oneOf(null, -1, 2, 9), make.oneOf(1, 2)],
          [null, null, make.oneOf(-1, -2)],
        ),
      );
      return [x, ...ranges];
    },
  ],
});

/** Picks one position along axis 0. @throws ShapeError `axis-range` when it does not exist. */
export const at: Op<[x: TensorLike, i: number], { readonly i: Dim }> = engineOp({
  name: "at",
  doc: "Picks one position along axis 0; negative ones count from the end.",
  example: "at(tensor([[1, 2], [3, 4]]), -1)",
  args: (x: TensorLike, i: number) => ({ inputs: [x], params: { i: readPosition("at", "i", i) } }),
  shape: ([x], { i }) => {
    const dtype = resultType([x!]);
    if (x!.rank === 0) {
      throw new ShapeError({
        code: "rank",
        op: "at",
        message: `expected at least one axis to pick position ${formatDim(i)} from, found a scalar of shape [].`,
        operands: [{ name: "x", dims: x!.dims }],
        blame: 0,
        suggestion: "a scalar is read with item().",
        likely: { dims: [], dtype },
      });
    }
    const dims = x!.dims.slice(1);
    checkPosition("at", x!, 0, i, { dims, dtype });
    return { dims, dtype };
  },
  forward: ([x], { i }, dims, dtype) =>
    gatherStrided(x!.data, viewOf(x!, { ranges: [i] }, dims), allocate(dtype, sizeOf(dims))),
  backward: ({ grad, inputs: [x], params: { i } }) => [scattered(grad, x!, viewOf(x!, { ranges: [i] }, grad.shape))],
  samples: [
    (make) => [make.normal([3, 2]), 1],
    (make) => [make.normal([3]), -1],
    (make) => [make.normal([2, 0]), 0],
    (make) => {
      const shape = make.shape(1, 1);
      return [make.normal(shape), make.axis(shape[0]!)];
    },
  ],
});

export const isSpan = (range: Dim | Span): range is Span => typeof range === "object" && !(range instanceof DimExpr);

function readRange(range: unknown, name: string): Dim | Span | null {
  if (range === null || range instanceof Section) return range;
  if (!Array.isArray(range)) {
    if (typeof range === "number" || range instanceof DimExpr) return readPosition("slice", name, range);
    const legal = "[start, stop, step], a whole number, or null";
    throw new TypeError(`slice: ${name} must be ${legal}, found ${describe(range)}.`);
  }
  if (range.length === 0 || range.length > 3) {
    throw new TypeError(`slice: ${name} must be [start, stop, step] with one to three entries, found ${range.length}.`);
  }
  const [start, stop, step] = range as unknown[];
  const read = (entry: string, value: unknown): Dim | null =>
    value === undefined || value === null ? null : readPosition("slice", `${entry} of ${name}`, value);
  const size = wholeNumber("slice", `step of ${name}`, step ?? 1);
  if (size === 0) throw new TypeError(`slice: step of ${name} must not be 0.`);
  return { start: read("start", start), stop: read("stop", stop), step: size };
}

/** A position may be symbolic; a number must be whole. */
function readPosition(op: string, name: string, value: unknown): Dim {
  if (value instanceof DimExpr && constantOf(value) === undefined) return value;
  wholeNumber(op, name, value);
  return value as Dim;
}

function isNegative(position: Dim): boolean {
  const answer = dimsAtMost(0, position);
  if (answer === "unknown") throw new NeedsValue(`Whether ${formatDim(position)} counts from the end is not known.`);
  return answer === "no";
}

/** A position counted from the end, as counted from the start; it may lie outside. */
function fromStart(dim: Dim, position: Dim): Dim {
  return isNegative(position) ? addDims(dim, position) : position;
}

/**
 * How many positions a span reads. Only those clamps are written that can matter, so that symbolic lengths stay
 * readable: x[1:] of H is max(0, H − 1), x[:3] is min(H, 3), x[-1:] is min(1, H).
 */
function spanLength(dim: Dim, { start, stop, step, length }: Span): Dim {
  if (length !== undefined) return length;
  if (step < 0) {
    const first = start === null ? subDims(dim, 1) : minDims(fromStart(dim, start), subDims(dim, 1));
    const last = stop === null ? -1 : maxDims(fromStart(dim, stop), -1);
    return maxDims(0, ceilDivDims(subDims(first, last), -step));
  }
  const end = stop === null ? dim : isNegative(stop) ? addDims(dim, stop) : minDims(stop, dim);
  const begin = start ?? 0;
  const room = isNegative(begin) ? minDims(subDims(end, addDims(dim, begin)), end) : subDims(end, begin);
  return maxDims(0, ceilDivDims(room, step));
}

/** Where the first position of a span lies. */
function spanStart(length: number, { start, step }: { start: number | null; step: number }): number {
  if (start === null) return step > 0 ? 0 : length - 1;
  const position = start < 0 ? start + length : start;
  return step > 0 ? Math.max(position, 0) : Math.min(position, length - 1);
}

function viewOf(x: Tensor, { ranges }: SliceParams, shape: readonly number[]): StridedView {
  const dims = concrete(x.dims);
  const strides = stridesOf(dims);
  const steps: number[] = [];
  let offset = 0;
  dims.forEach((length, axis) => {
    const range = ranges[axis] ?? null;
    const stride = strides[axis]!;
    if (range === null) steps.push(stride);
    else if (isSpan(range)) {
      const start = range.start === null ? null : Number(range.start);
      offset += spanStart(length, { start, step: range.step }) * stride;
      steps.push(range.step * stride);
    } else offset += (Number(range) < 0 ? Number(range) + length : Number(range)) * stride;
  });
  return { offset, steps, shape };
}

function scattered(grad: Tensor, x: Tensor, view: StridedView): Tensor {
  return new Tensor(x.dims, grad.dtype, scatterStrided(grad.data, view, allocate(grad.dtype, x.size)));
}

/** A symbolic position is trusted, unless it certainly lies outside. */
function checkPosition(op: string, x: Tensor, axis: number, position: Dim, likely: ShapeError["likely"]): void {
  const dim = x.dims[axis]!;
  const value = constantOf(position);
  if (value === undefined) {
    if (dimsAtMost(dim, position) !== "yes") return;
  } else if (agreeAtMost(value < 0 ? -value : value + 1, dim)) return;
  const length = constantOf(dim);
  const legal =
    length === 0
      ? "it is empty"
      : `expected ${length === undefined ? "" : `${-length} to `}${formatDim(subDims(dim, 1))}`;
  throw new ShapeError({
    code: "axis-range",
    op,
    message: `position ${formatDim(position)} does not exist on axis ${axis} of ${formatShape(x.dims)}, which has length ${formatDim(dim)}: ${legal}.`,
    operands: [{ name: "x", dims: x.dims }],
    axes: [axis],
    parameter: op === "at" ? "i" : `ranges[${axis}]`,
    numbers: [dim, position],
    likely,
  });
}

function tooManyRanges(x: Tensor, ranges: SliceParams["ranges"]): ShapeError {
  return new ShapeError({
    code: "rank",
    op: "slice",
    message: `${ranges.length} ranges for the ${countAxes(x.rank)} of ${formatShape(x.dims)}: expected at most ${x.rank}.`,
    operands: [{ name: "x", dims: x.dims }],
    blame: 0,
    numbers: [x.rank, ranges.length],
  });
}
