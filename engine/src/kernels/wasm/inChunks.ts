// Kernels that go through several float32 arrays side by side, a piece of them at a time: a piece stays in the fast cache
// between being copied in, computed with and copied out.

import { type Kernels } from "./exports";
import { kernelsWith } from "./load";

const CHUNK = 4096;
const CHUNK_BYTES = 4 * CHUNK;

/**
 * Calls `run` for every piece with the addresses at which the arrays' numbers lie, and how many vectors of four there are;
 * then copies back those of the first `written` arrays. False, and nothing done, where there is no WebAssembly.
 */
export function inChunks(
  arrays: readonly Float32Array[],
  written: number,
  run: (kernels: Kernels, addresses: readonly number[], vectors: number) => void,
): boolean {
  const kernels = kernelsWith(arrays.length * CHUNK_BYTES);
  if (kernels === undefined) return false;
  const memory = new Float32Array(kernels.memory.buffer);
  const addresses = arrays.map((_, i) => i * CHUNK_BYTES);
  const { length } = arrays[0]!;
  for (let start = 0; start < length; start += CHUNK) {
    const end = Math.min(start + CHUNK, length);
    arrays.forEach((array, i) => memory.set(array.subarray(start, end), i * CHUNK));
    run(kernels, addresses, Math.ceil((end - start) / 4));
    for (let i = 0; i < written; i++) arrays[i]!.set(memory.subarray(i * CHUNK, i * CHUNK + end - start), start);
  }
  return true;
}
