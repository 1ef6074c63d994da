// Where gradients are written to.

import { allocate, allocateUnset, floating } from "../tensor/dtype";
import { Tensor } from "../tensor/tensor";

/** Zeros in the shape of the operand and, as a float, in its type. */
export function zeroGradient({ dims, dtype, size }: Tensor): Tensor {
  return new Tensor(dims, floating(dtype), allocate(floating(dtype), size));
}

/** The same where all of it is about to be written. */
export function unsetGradient({ dims, dtype, size }: Tensor): Tensor {
  return new Tensor(dims, floating(dtype), allocateUnset(floating(dtype), size));
}
