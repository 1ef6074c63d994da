// The float32 product of a matrix and a vector in WebAssembly, some rows of the matrix at a time.

import { kernelsWith, memoryOf } from "./load";
import { type FloatMatrixView } from "./matmul";
import { Places, roundUp } from "./places";

/** So many numbers of the matrix are copied at a time, and computed with while they are in the cache. */
const CHUNK = 2 ** 15;

/**
 * out[length] = the sums of `inner` products of a matrix and a vector. The matrix is stored as [inner, length], whose rows
 * are summed up `byRows`, or as [length, inner]. False, and nothing done, where there is no WebAssembly.
 */
export function wasmMatvec(
  matrix: FloatMatrixView,
  byRows: boolean,
  vector: FloatMatrixView,
  out: Float32Array,
  outOffset: number,
  inner: number,
  length: number,
): boolean {
  const [lines, width] = byRows ? [inner, length] : [length, inner];
  const step = Math.min(roundUp(lines, 4), Math.max(4, Math.floor(CHUNK / width / 4) * 4));
  const places = new Places();
  const factors = places.take(inner);
  const result = places.take(length);
  const chunk = places.take(step * width);
  const kernels = kernelsWith(places.bytes);
  if (kernels === undefined) return false;
  const memory = memoryOf(kernels);
  memory.set(vector.data.subarray(vector.offset, vector.offset + inner), factors / 4);
  if (byRows) memory.fill(0, result / 4, result / 4 + length);
  for (let line = 0; line < lines; line += step) {
    const count = Math.min(step, lines - line);
    const start = matrix.offset + line * width;
    memory.set(matrix.data.subarray(start, start + count * width), chunk / 4);
    if (byRows) kernels.addRows(factors + 4 * line, chunk, result, count, width);
    else kernels.dots(chunk, factors, result + 4 * line, count, width);
  }
  out.set(memory.subarray(result / 4, result / 4 + length), outOffset);
  return true;
}
