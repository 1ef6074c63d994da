// What is said where there is no room for the result of an op.

import { formatShape, type Shape } from "../shape/shape";
import { largestTensor, NoRoom } from "../tensor/dtype";

/** What to throw in place of `error`: where it tells of too little room, an error that names the op and the shape. */
export function namingResult(error: unknown, op: string, shape: Shape): unknown {
  if (!(error instanceof NoRoom)) return error;
  return new RangeError(
    `${op}: there is no room for ${formatShape(shape)}, ${error.size} numbers. A tensor holds ${largestTensor} at most, and what the memory has left.`,
    { cause: error },
  );
}
