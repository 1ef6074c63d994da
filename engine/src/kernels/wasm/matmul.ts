// The float32 matrix product in WebAssembly: copies the operands into its memory, there turned into the order in which
// the kernel reads them, and the result back.

import { type MatrixView } from "../matmul";
import { kernelsWith } from "./load";
import { Places, roundUp } from "./places";

/** A view whose numbers are float32. */
export interface FloatMatrixView extends MatrixView {
  readonly data: Float32Array;
}

/** So many numbers of a stay in the fast cache while all columns of b pass by. */
const BLOCK = 2 ** 16;

/** As `matmulKernel` for sizes above 0, summing in single precision. False, and nothing done, where it cannot be had. */
export function wasmMatmul(
  a: FloatMatrixView,
  b: FloatMatrixView,
  out: Float32Array,
  outOffset: number,
  rows: number,
  inner: number,
  columns: number,
): boolean {
  const block = Math.min(roundUp(rows, 4), Math.max(4, Math.floor(BLOCK / inner / 4) * 4));
  const places = new Places();
  const rawB = places.take(inner * columns + (b.transposed ? 3 * inner : 0));
  const packedB = places.take(inner * roundUp(columns, 8));
  const rawA = places.take(a.transposed ? inner * rows : block * inner);
  const packedA = a.transposed ? places.take(inner * roundUp(rows, 4)) : rawA;
  const result = places.take(block * columns);
  const kernels = kernelsWith(places.bytes);
  if (kernels === undefined) return false;

  const memory = new Float32Array(kernels.memory.buffer);
  memory.set(b.data.subarray(b.offset, b.offset + inner * columns), rawB / 4);
  if (b.transposed) kernels.packColumns(rawB, packedB, inner, columns);
  else kernels.packRows(rawB, packedB, inner, columns, 2);
  if (a.transposed) {
    memory.set(a.data.subarray(a.offset, a.offset + inner * rows), rawA / 4);
    kernels.packRows(rawA, packedA, inner, rows, 1);
  }
  for (let row = 0; row < rows; row += block) {
    const count = Math.min(block, rows - row);
    let from = packedA + row * inner * 4;
    if (!a.transposed) {
      const start = a.offset + row * inner;
      memory.set(a.data.subarray(start, start + count * inner), rawA / 4);
      from = rawA;
    }
    const [rowStep, step] = a.transposed ? [4, 16] : [4 * inner, 4];
    kernels.matmul(from, 16 * inner, rowStep, step, packedB, 32 * inner, 32, result, count, inner, columns);
    out.set(memory.subarray(result / 4, result / 4 + count * columns), outOffset + row * columns);
  }
  return true;
}
