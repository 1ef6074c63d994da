// Tensors repeated as a whole, and turned around.

import { eachPair } from "../../kernels/elementwise";
import { type Dim, mulDims } from "../../shape/dim";
import { checkShape, concrete, sizeOf, stridesOf, wholeNumber } from "../../shape/shape";
import { allocate, type DataArray } from "../../tensor/dtype";
import { type Tensor } from "../../tensor/tensor";
import { axisOf } from "../axis";
import { zeroGradient } from "../gradient";
import { engineOp, type Op, resultType, type TensorLike } from "../op";

export interface TileParams {
  /** How often along each axis, the last axes last. */
  readonly times: readonly Dim[];
}

/** Repeats the whole tensor along each axis; missing axes are put in front, as in NumPy. */
export const tile: Op<[x: TensorLike, times: number | readonly number[]], TileParams> = engineOp<
  [x: TensorLike, times: number | readonly number[]],
  TileParams
>({
  name: "tile",
  doc: "Repeats the whole tensor along each axis; missing axes are put in front.",
  example: "tile(tensor([1, 2]), 2)",
  args: (x, times) => ({ inputs: [x], params: { times: checkShape("tile", times) } }),
  shape: ([x], { times }) => {
    const [dims, counts] = aligned(x!.dims, times);
    return { dims: dims.map((dim, axis) => mulDims(dim, counts[axis]!)), dtype: resultType([x!]) };
  },
  forward: ([x], { times }, dims, dtype) => {
    const out = allocate(dtype, sizeOf(dims));
    eachCopy(x!, times, dims, (from, to) => (out[to] = x!.data[from]!));
    return out;
  },
  backward: ({ grad, inputs: [x], params: { times } }) => {
    const dx = zeroGradient(x!);
    eachCopy(x!, times, grad.shape, (from, to) => (dx.data[from]! += grad.data[to]!));
    return [dx];
  },
  samples: [
    (make) => [make.normal([2, 3]), [2, 2]],
    (make) => [make.normal([2]), [3, 2]],
    (make) => [make.normal([2, 3]), 2],
    (make) => [make.normal([2]), 0],
    (make) => {
      const shape = make.shape().slice(0, 3);
      return [make.normal(shape), [...make.oneOf([], [2]), ...shape.map(() => make.oneOf(0, 1, 2))]];
    },
  ],
});

/** Both with as many axes as the longer one has: 1 in front. */
function aligned(dims: readonly Dim[], times: readonly Dim[]): [Dim[], Dim[]] {
  const rank = Math.max(dims.length, times.length);
  const padded = (list: readonly Dim[]): Dim[] => [...new Array<Dim>(rank - list.length).fill(1), ...list];
  return [padded(dims), padded(times)];
}

/** Visits each element of the result with the one of x that it is a copy of. */
function eachCopy(
  x: Tensor,
  times: readonly Dim[],
  shape: readonly number[],
  visit: (from: number, to: number) => void,
): void {
  const [dims, counts] = aligned(x.dims, times).map(concrete) as [readonly number[], readonly number[]];
  // Each axis is split in two, the copies and the positions in a copy, of which only the second moves in x.
  const split = dims.flatMap((dim, axis) => [counts[axis]!, dim]);
  const steps = stridesOf(dims).flatMap((step) => [0, step]);
  if (sizeOf(shape) > 0) eachPair(split, steps, steps, (to, from) => visit(from, to));
}

export interface RollParams {
  readonly shift: number;
  readonly axis: number | undefined;
}

/** Moves elements along an axis, those that leave at one end coming in at the other; without an axis in row-major order. */
export const roll: Op<[x: TensorLike, shift: number, axis?: number], RollParams> = engineOp<
  [x: TensorLike, shift: number, axis?: number],
  RollParams
>({
  name: "roll",
  doc: "Moves elements along an axis, or all in row-major order; what leaves at one end comes in at the other.",
  example: "roll(tensor([1, 2, 3]), 1)",
  args: (x, shift, axis) => ({ inputs: [x], params: { shift: wholeNumber("roll", "shift", shift), axis } }),
  shape: ([x], { axis }) => {
    const spec = { dims: x!.dims, dtype: resultType([x!]) };
    if (axis !== undefined) axisOf("roll", x!, axis, spec);
    return spec;
  },
  forward: ([x], { shift, axis }, _, dtype) => rolled(x!, allocate(dtype, x!.size), shift, axis),
  backward: ({ grad, params: { shift, axis } }) => [roll(grad, -shift, axis)],
  samples: [
    (make) => [make.normal([4]), 1],
    (make) => [make.normal([3, 4]), -2, 1],
    (make) => [make.normal([3, 2]), 7, 0],
    (make) => [make.normal([2, 3]), 2],
    (make) => [make.normal([0, 2]), 1, 0],
    (make) => {
      const shape = make.shape(1);
      return [make.normal(shape), make.oneOf(-5, -1, 0, 2, 7), make.axis(shape.length)];
    },
  ],
});

function rolled(x: Tensor, out: DataArray, shift: number, axis: number | undefined): DataArray {
  const along = axis === undefined ? undefined : axisOf("roll", x, axis);
  const length = along === undefined ? x.size : x.shape[along]!;
  const inner = along === undefined ? 1 : sizeOf(x.shape.slice(along + 1));
  if (x.size === 0) return out;
  const forward = ((shift % length) + length) % length;
  for (let start = 0; start < x.size; start += length * inner) {
    const cut = start + (length - forward) * inner;
    const end = start + length * inner;
    out.set(x.data.subarray(cut, end), start);
    out.set(x.data.subarray(start, cut), start + forward * inner);
  }
  return out;
}
