// Tensors of positions: read and checked in one place.

import { ShapeError } from "../../shape/errors";
import { formatShape } from "../../shape/shape";
import { type Tensor } from "../../tensor/tensor";

/** @throws TypeError for bools, which are no positions. */
export function checkIds(op: string, ids: Tensor): void {
  if (ids.dtype !== "bool") return;
  throw new TypeError(`${op}: ids must be whole numbers, found bools. To choose by condition use where.`);
}

/**
 * The positions along an axis of x, from 0.
 * @throws ShapeError `gather-index` for one that does not exist.
 */
export function readIds(op: string, ids: Tensor, x: Tensor, axis: number, fromEnd: boolean, name = "x"): Int32Array {
  const length = x.shape[axis]!;
  const low = fromEnd ? -length : 0;
  return Int32Array.from(ids.data, (id, i) => {
    if (Number.isInteger(id) && id >= low && id < length) return id < 0 ? id + length : id;
    const legal = length === 0 ? "there are none" : `expected whole numbers from ${low} to ${length - 1}`;
    throw new ShapeError({
      code: "gather-index",
      op,
      message: `ids holds ${id} (element ${i}), and axis ${axis} of ${name} ${formatShape(x.dims)} has ${length} positions: ${legal}.`,
      operands: [
        { name, dims: x.dims },
        { name: "ids", dims: ids.dims },
      ],
      axes: [axis, undefined],
      numbers: Number.isInteger(id) ? [length, id] : undefined,
      suggestion: id === length ? "positions count from 0: subtract 1, or make the axis one longer." : undefined,
    });
  });
}
