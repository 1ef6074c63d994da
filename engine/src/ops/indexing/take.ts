// Slices picked by their positions along one axis: rows of a table, most of all.

import { ShapeError } from "../../shape/errors";
import { formatShape, sizeOf } from "../../shape/shape";
import { allocate, type DataArray, type DType } from "../../tensor/dtype";
import { type Tensor } from "../../tensor/tensor";
import { axisOf } from "../axis";
import { zeroGradient } from "../gradient";
import { engineOp, type Op, resultType, type TensorLike } from "../op";
import { checkIds, readIds } from "./ids";

export interface TakeParams {
  readonly axis: number;
}

/**
 * The slices of x at these positions of an axis: the axis gives way to the axes of `ids`. Negative positions count from
 * the end.
 * @throws ShapeError `axis-range`; `gather-index` for a position that does not exist, when it runs.
 */
export const take: Op<[x: TensorLike, ids: TensorLike, axis?: number], TakeParams> = engineOp<
  [x: TensorLike, ids: TensorLike, axis?: number],
  TakeParams
>({
  name: "take",
  doc: "The slices of x at these positions of an axis (0 unless given), which gives way to the axes of ids.",
  example: "take(tensor([[1, 2], [3, 4]]), tensor([1, 0, 1]))",
  args: (x, ids, axis) => ({ inputs: [x, ids], params: { axis: axis ?? 0 } }),
  shape: ([x, ids], params) => {
    checkIds("take", ids!);
    const dtype = resultType([x!]);
    const axis = axisOf("take", x!, params.axis, { dims: [...ids!.dims, ...x!.dims.slice(1)], dtype });
    return { dims: [...x!.dims.slice(0, axis), ...ids!.dims, ...x!.dims.slice(axis + 1)], dtype };
  },
  forward: ([x, ids], params, dims, dtype) => {
    const axis = axisOf("take", x!, params.axis);
    return takeSlices(x!, readIds("take", ids!, x!, axis, true), axis, dtype, sizeOf(dims));
  },
  backward: ({ grad, inputs: [x, ids], params }) => {
    const axis = axisOf("take", x!, params.axis);
    return [slicesBack(grad, x!, readIds("take", ids!, x!, axis, true), axis), undefined];
  },
  samples: [
    (make) => [make.normal([3, 2]), make.integers(0, 3, [4])],
    (make) => [make.normal([2, 3, 2]), make.integers(-3, 3, [2, 2]), 1],
    (make) => [make.normal([2, 3]), make.integers(0, 3, []), -1],
    (make) => [make.normal([3, 2]), make.integers(0, 3, [0])],
    (make) => {
      const shape = make.shape(1, 1);
      const axis = make.axis(shape.length);
      const length = shape.at(axis)!;
      return [make.normal(shape), make.integers(-length, length, make.shape()), axis];
    },
  ],
});

/**
 * The row of `table` for each id: ids [...], table [count, dim] → [..., dim].
 * @throws ShapeError `rank` unless the table is a matrix; `gather-index` for an id without a row, when it runs.
 */
export const embedding: Op<[ids: TensorLike, table: TensorLike]> = engineOp<
  [ids: TensorLike, table: TensorLike],
  undefined
>({
  name: "embedding",
  doc: "The row of table [count, dim] for each id: ids of any shape gain an axis of length dim.",
  example: "embedding(tensor([2, 0]), ones([5, 8]))",
  shape: (inputs) => {
    const [ids, table] = inputs as [Tensor, Tensor];
    checkIds("embedding", ids);
    const dtype = resultType([table]);
    if (table.rank === 2) return { dims: [...ids.dims, table.dims[1]!], dtype };
    throw new ShapeError({
      code: "rank",
      op: "embedding",
      message: `table must be [count, dim], found ${formatShape(table.dims)}: 2 axes ≠ ${table.rank}.`,
      operands: [
        { name: "ids", dims: ids.dims },
        { name: "table", dims: table.dims },
      ],
      blame: 1,
      numbers: [2, table.rank],
      suggestion: ids.rank === 2 ? "the ids come first: embedding(ids, table)." : undefined,
      likely: table.rank > 0 ? { dims: [...ids.dims, table.dims.at(-1)!], dtype } : undefined,
    });
  },
  forward: ([ids, table], _, dims, dtype) =>
    takeSlices(table!, readIds("embedding", ids!, table!, 0, false, "table"), 0, dtype, sizeOf(dims)),
  backward: ({ grad, inputs: [ids, table] }) => [
    undefined,
    slicesBack(grad, table!, readIds("embedding", ids!, table!, 0, false, "table"), 0),
  ],
  samples: [
    (make) => [make.integers(0, 4, [2, 3]), make.normal([4, 2])],
    (make) => [make.integers(0, 4, []), make.normal([4, 2])],
    (make) => [make.integers(0, 4, [0]), make.normal([4, 2])],
    (make) => {
      const count = make.dim(1);
      return [make.integers(0, count, make.shape()), make.normal([count, make.dim()])];
    },
  ],
});

function takeSlices(x: Tensor, ids: Int32Array, axis: number, dtype: DType, size: number): DataArray {
  const out = allocate(dtype, size);
  const inner = sizeOf(x.shape.slice(axis + 1));
  eachSlice(x, ids, axis, (from, to) => out.set(x.data.subarray(from, from + inner), to));
  return out;
}

function slicesBack(grad: Tensor, x: Tensor, ids: Int32Array, axis: number): Tensor {
  const dx = zeroGradient(x);
  const inner = sizeOf(x.shape.slice(axis + 1));
  eachSlice(x, ids, axis, (from, to) => {
    for (let i = 0; i < inner; i++) dx.data[from + i]! += grad.data[to + i]!;
  });
  return dx;
}

/** Visits each slice that is picked: where it begins in x, and in the result. */
function eachSlice(x: Tensor, ids: Int32Array, axis: number, visit: (from: number, to: number) => void): void {
  const outer = sizeOf(x.shape.slice(0, axis));
  const inner = sizeOf(x.shape.slice(axis + 1));
  for (let o = 0; o < outer; o++) {
    ids.forEach((id, i) => visit((o * x.shape[axis]! + id) * inner, (o * ids.length + i) * inner));
  }
}
