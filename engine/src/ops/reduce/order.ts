// Reductions without a gradient that ask which and whether, and the running sum.

import { eachLane, type LaneFunction, lanesAlong } from "../../kernels/lanes";
import { concrete, sizeOf, symbolicSize } from "../../shape/shape";
import { allocate, type DataArray, type DType } from "../../tensor/dtype";
import { Tensor } from "../../tensor/tensor";
import { axisOf, checkAxisArgument } from "../axis";
import { engineOp, type Op, resultType, type TensorLike } from "../op";
import { type ReduceOp, type ReduceOptions, reduction } from "./reduction";

const toBool = (): DType => "bool";
const toIndex = (): DType => "int32";

export const all: ReduceOp = reduction({
  name: "all",
  doc: "Whether all elements along the axes are not 0; true for none.",
  example: "all(tensor([1, 0]))",
  dtype: toBool,
  lane: () => (data, start, step, count) => {
    for (let i = 0; i < count; i++) if (data[start + i * step] === 0) return 0;
    return 1;
  },
});

export const any: ReduceOp = reduction({
  name: "any",
  doc: "Whether any element along the axes is not 0; false for none.",
  example: "any(tensor([1, 0]))",
  dtype: toBool,
  lane: () => (data, start, step, count) => {
    for (let i = 0; i < count; i++) if (data[start + i * step] !== 0) return 1;
    return 0;
  },
});

/** The place of the first element that beats all before it; a NaN beats everything, as in NumPy. */
const firstBest =
  (isBetter: (value: number, best: number) => boolean): LaneFunction =>
  (data, start, step, count) => {
    let best = 0;
    for (let i = 0; i < count; i++) {
      const value = data[start + i * step]!;
      if (Number.isNaN(value)) return i;
      if (isBetter(value, data[start + best * step]!)) best = i;
    }
    return best;
  };

export const argmax: ReduceOp<ReduceOptions, number> = reduction<ReduceOptions, number>({
  name: "argmax",
  doc: "The index of the largest element along the axis, or among all in row-major order; the first of several.",
  example: "argmax(tensor([[1, 5], [3, 2]]), 1)",
  dtype: toIndex,
  missing: "maximum",
  oneAxis: true,
  lane: () => firstBest((value, best) => value > best),
});

export const argmin: ReduceOp<ReduceOptions, number> = reduction<ReduceOptions, number>({
  name: "argmin",
  doc: "The index of the smallest element along the axis, or among all in row-major order; the first of several.",
  example: "argmin(tensor([[1, 5], [3, 2]]), 1)",
  dtype: toIndex,
  missing: "minimum",
  oneAxis: true,
  lane: () => firstBest((value, best) => value < best),
});

export const cumsum: Op<[x: TensorLike, axis?: number], { readonly axis: number | undefined }> = engineOp({
  name: "cumsum",
  doc: "The running sum along the axis; without an axis of all elements in row-major order, as one axis.",
  example: "cumsum(tensor([1, 2, 3]), 0)",
  args: (x: TensorLike, axis?: number) => {
    checkAxisArgument("cumsum", axis, false);
    return { inputs: [x], params: { axis } };
  },
  shape: ([x], { axis }) => {
    const type = resultType([x!]);
    const dtype = type === "bool" ? "int32" : type;
    if (axis === undefined) return { dims: [symbolicSize(x!.dims)], dtype };
    axisOf("cumsum", x!, axis, { dims: x!.dims, dtype });
    return { dims: x!.dims, dtype };
  },
  forward: ([x], { axis }, dims, dtype) => runningSums(x!, axis, allocate(dtype, sizeOf(dims)), false),
  backward: ({ grad, inputs: [x], params: { axis } }) => {
    const g = new Tensor(x!.dims, grad.dtype, grad.data);
    return [new Tensor(x!.dims, grad.dtype, runningSums(g, axis, allocate(grad.dtype, grad.size), true))];
  },
  samples: [
    (make) => [make.normal([2, 3]), 0],
    (make) => [make.normal([2, 3, 2]), 1],
    (make) => [make.normal([2, 3]), -1],
    (make) => [make.normal([2, 3])],
    (make) => [make.normal([])],
    (make) => [make.normal([0, 2]), 0],
    (make) => {
      const shape = make.shape(1);
      return [make.normal(shape), make.axis(shape.length)];
    },
  ],
});

/** Sums up to each element, or from each element on when `backwards`. */
function runningSums(x: Tensor, axis: number | undefined, out: DataArray, backwards: boolean): DataArray {
  const shape = concrete(x.dims);
  const axes = axis === undefined ? shape.map((_, i) => i) : [axisOf("cumsum", x, axis)];
  const lanes = lanesAlong(x.data, shape, axes);
  eachLane(lanes, (start, step, count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const p = start + (backwards ? count - 1 - i : i) * step;
      sum += lanes.data[p]!;
      out[p] = sum;
    }
  });
  return out;
}
