// Gradients kept from exploding (Pascanu, Mikolov and Bengio, 2013).

import { checkNumber } from "../ops/create";
import { describe } from "../shape/shape";
import { isShapeOnly } from "../tensor/mode";
import { Tensor } from "../tensor/tensor";

/**
 * Scales the gradients of all parameters together so that their common length is at most `max`; shorter ones stay.
 * @returns the length before. NaN where a gradient is NaN, and then nothing is changed.
 * @throws TypeError unless params are tensors, RangeError unless max is above 0.
 */
export function clipGradNorm(params: readonly Tensor[], max: number): number {
  if (!Array.isArray(params)) {
    throw new TypeError(`clipGradNorm: params must be a list of tensors, found ${describe(params)}.`);
  }
  params.forEach((param: unknown, i) => {
    if (param instanceof Tensor) return;
    throw new TypeError(`clipGradNorm: params[${i}] must be a tensor, found ${describe(param)}.`);
  });
  const limit = checkNumber("clipGradNorm", "max", max);
  if (limit <= 0) throw new RangeError(`clipGradNorm: max must be above 0, found ${limit}.`);
  if (isShapeOnly()) return NaN;
  const gradients = (params as readonly Tensor[]).flatMap(({ grad }) => (grad && !grad.isAbstract ? [grad.data] : []));
  let squares = 0;
  for (const data of gradients) for (const value of data) squares += value * value;
  const length = Math.sqrt(squares);
  if (length > limit && length < Infinity) {
    const scale = limit / length;
    for (const data of gradients) for (let i = 0; i < data.length; i++) data[i]! *= scale;
  }
  return length;
}
