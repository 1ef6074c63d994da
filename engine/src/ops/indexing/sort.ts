// Elements in order of their size.

import { eachLane, lanesAlong } from "../../kernels/lanes";
import { constantOf, type Dim, formatDim } from "../../shape/dim";
import { ShapeError } from "../../shape/errors";
import { agreeAtMost, checkDim, concrete, formatShape, type Shape, sizeOf } from "../../shape/shape";
import { allocate, type DataArray } from "../../tensor/dtype";
import { type Tensor } from "../../tensor/tensor";
import { axisOf } from "../axis";
import { engineFunction, engineOp, type Op, type TensorLike, toTensor } from "../op";
import { gather } from "./gather";

export interface OrderParams {
  readonly axis: number;
  readonly descending: boolean;
  /** How many of the first to keep; all when absent. */
  readonly count: Dim | undefined;
}

type OrderOptions = Pick<OrderParams, "descending" | "count">;

const order: Op<[x: TensorLike, axis?: number, options?: OrderOptions], OrderParams> = engineOp<
  [x: TensorLike, axis?: number, options?: OrderOptions],
  OrderParams
>({
  name: "argsort",
  doc: "The positions of the elements along an axis (the last unless given) from the smallest to the largest.",
  example: "argsort(tensor([3, 1, 2]))",
  args: (x, axis, options) => ({
    inputs: [x],
    params: { axis: axis ?? -1, descending: options?.descending ?? false, count: options?.count },
  }),
  shape: ([x], { axis, count }) => {
    const along = axisOf("argsort", x!, axis, { dims: x!.dims, dtype: "int32" });
    return { dims: x!.dims.with(along, count ?? x!.dims[along]!), dtype: "int32" };
  },
  forward: ([x], { axis, descending }, dims) => ordered(x!, axisOf("argsort", x!, axis), descending, dims),
  samples: [
    (make) => [make.distinct([2, 3])],
    (make) => [make.distinct([3, 2]), 0, { descending: true, count: 2 }],
    (make) => [make.distinct([0, 2]), 0],
    (make) => {
      const shape = make.shape(1);
      const axis = make.axis(shape.length);
      const count = Math.min(make.dim(), shape.at(axis)!);
      return [make.distinct(shape), axis, { descending: make.oneOf(true, false), count }];
    },
  ],
});

/** The positions that would sort x along an axis; equal elements stay in their order, NaN is last. @throws ShapeError `axis-range`. */
export const argsort = order as unknown as Op<[x: TensorLike, axis?: number], OrderParams>;

function ordered(x: Tensor, axis: number, descending: boolean, shape: readonly number[]): DataArray {
  const out = allocate("int32", sizeOf(shape));
  const [lanes, target] = [lanesAlong(x.data, concrete(x.dims), [axis]), lanesAlong(out, shape, [axis])];
  const starts: number[] = [];
  eachLane(target, (start) => starts.push(start));
  let lane = 0;
  eachLane(lanes, (start, step, length) => {
    const value = (i: number): number => x.data[start + i * step]!;
    const compare = (i: number, j: number): number => {
      const [a, b] = [value(i), value(j)];
      if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
      return (descending ? -1 : 1) * (a < b ? -1 : a > b ? 1 : 0);
    };
    const positions = Array.from({ length }, (_, i) => i).sort(compare);
    const first = starts[lane++]!;
    for (let i = 0; i < target.count; i++) out[first + i * target.inner] = positions[i]!;
  });
  return out;
}

/** The elements along an axis from the smallest to the largest, NaN last. @throws ShapeError `axis-range`. */
export const sort: (x: TensorLike, axis?: number) => Tensor = engineFunction<[x: TensorLike, axis?: number], Tensor>({
  name: "sort",
  doc: "The elements along an axis (the last unless given) from the smallest to the largest.",
  example: "sort(tensor([3, 1, 2]))",
  call: (x, axis) => {
    const input = toTensor("sort", x, 0);
    const along = axisOf("sort", input, axis ?? -1, input);
    return gather(input, order(input, along), along);
  },
  samples: [
    (make) => [make.distinct([2, 4])],
    (make) => [make.distinct([3, 2]), 0],
    (make) => [make.distinct([0, 2]), 1],
    (make) => {
      const shape = make.shape(1);
      return [make.distinct(shape), make.axis(shape.length)];
    },
  ],
});

/** The largest elements along an axis, and where they are. */
export interface TopK {
  readonly values: Tensor;
  readonly indices: Tensor;
}

/** The k largest elements along an axis, the largest first. @throws ShapeError `axis-range` for more than there are. */
export const topk: (x: TensorLike, k: number, axis?: number) => TopK = engineFunction<
  [x: TensorLike, k: number, axis?: number],
  TopK
>({
  name: "topk",
  doc: "The k largest elements along an axis (the last unless given), the largest first, and their positions.",
  example: "topk(tensor([3, 1, 2]), 2)",
  call: (x, k, axis) => {
    const count = checkDim("topk", "k", k);
    const input = toTensor("topk", x, 0);
    const along = axisOf("topk", input, axis ?? -1, input);
    if (!agreeAtMost(count, input.dims[along]!)) throw tooMany(input.dims, along, count);
    const indices = order(input, along, { descending: true, count });
    return { values: gather(input, indices, along), indices };
  },
  samples: [
    (make) => [make.distinct([2, 4]), 3],
    (make) => {
      const shape = make.shape(1);
      const axis = make.axis(shape.length);
      return [make.distinct(shape), Math.min(make.dim(), shape.at(axis)!), axis];
    },
  ],
});

function tooMany(dims: Shape, axis: number, k: Dim): ShapeError {
  const length = dims[axis]!;
  return new ShapeError({
    code: "axis-range",
    op: "topk",
    message: `k is ${formatDim(k)}, and axis ${axis} of ${formatShape(dims)} has length ${formatDim(length)}: expected at most ${formatDim(length)}.`,
    operands: [{ name: "x", dims }],
    axes: [axis],
    parameter: "k",
    numbers: [length, k],
    suggestion: constantOf(length) === undefined ? undefined : `use ${formatDim(length)} for all of them.`,
  });
}
