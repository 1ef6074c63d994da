// Float32 matrices turned over in WebAssembly, some columns of the result at a time.

import { kernelsWith, memoryOf } from "./load";
import { Places, roundUp } from "./places";

/** So many rows fill whole lines of the cache in the result. */
const ROWS = 16;
/** Results of up to so many numbers stay in the cache. */
const CACHED = 2 ** 18;

/**
 * out[columns, rows] = from[rows, columns]ᵀ, each from its place on, for `count` matrices that follow one another. False,
 * and nothing done, where there is no WebAssembly.
 */
export function wasmTranspose(
  from: Float32Array,
  start: number,
  out: Float32Array,
  outStart: number,
  sizes: { readonly rows: number; readonly columns: number; readonly count: number },
): boolean {
  const { rows, columns, count } = sizes;
  const size = rows * columns;
  // Rows whose distance is a power of two would fall into the same lines of the cache.
  const pitch = columns + 16;
  const width = roundUp(rows, 4);
  const padded = size > CACHED || (columns % 256 === 0 && columns >= 256);
  const places = new Places();
  const chunk = places.take(ROWS * pitch);
  const result = places.take(roundUp(columns, 4) * width);
  const kernels = kernelsWith(places.bytes);
  if (kernels === undefined) return false;
  const memory = memoryOf(kernels);
  for (let i = 0; i < count; i++) {
    for (let row = 0; row < rows; row += ROWS) {
      const height = Math.min(ROWS, rows - row);
      const at = start + i * size + row * columns;
      if (padded) {
        for (let r = 0; r < height; r++) {
          memory.set(from.subarray(at + r * columns, at + (r + 1) * columns), chunk / 4 + r * pitch);
        }
      } else memory.set(from.subarray(at, at + height * columns), chunk / 4);
      const step = 4 * (padded ? pitch : columns);
      kernels.transpose(chunk, step, result + 4 * row, 4 * width, height, columns);
    }
    if (width > rows) kernels.closeUp(result, 4 * width, columns, rows);
    out.set(memory.subarray(result / 4, result / 4 + size), outStart + i * size);
  }
  return true;
}
