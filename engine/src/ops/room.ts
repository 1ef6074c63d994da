// What is said where there is no room for the result of an op.

import { formatShape, type Shape } from "../shape/shape";
import { largestTensor, NoRoom } from "../tensor/dtype";

/** There is no room for a tensor of this shape, which an op was to give. */
class NoRoomFor extends RangeError {
  constructor(
    op: string,
    readonly shape: Shape,
    override readonly cause: NoRoom,
  ) {
    super(
      `${op}: there is no room for ${formatShape(shape)}, ${cause.size} numbers. A tensor holds ${largestTensor} at most, and what the memory has left.`,
    );
  }
}

/**
 * What to throw in place of `error`: where it tells of too little room, an error that names the op and the shape. An op
 * made of others speaks for them.
 */
export function namingResult(error: unknown, op: string, shape: Shape): unknown {
  if (error instanceof NoRoomFor) return new NoRoomFor(op, error.shape, error.cause);
  return error instanceof NoRoom ? new NoRoomFor(op, shape, error) : error;
}
