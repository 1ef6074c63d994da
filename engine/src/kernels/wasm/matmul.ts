// The float32 matrix product in WebAssembly: copies the operands into its memory, there turned into the order in which
// the kernel reads them, and the result back.

import { type MatrixView } from "../matmul";
import { kernelsWith, memoryOf } from "./load";
import { wasmMatvec } from "./matvec";
import { chunkOf, copy, EIGHTS, FOURS, type Operand, pack, packA } from "./pack";
import { Places, roundUp } from "./places";

/** A view whose numbers are float32. */
export interface FloatMatrixView extends MatrixView {
  readonly data: Float32Array;
}

/** How many products there are of what sizes. */
export interface ProductSizes {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** The matrices of a batch follow one another in each array. */
  readonly count: number;
}

/** Operands and results of up to so many numbers stay in the cache together. */
const SMALL = 3 * 2 ** 14;
/** So many numbers of a, and of the result, stay in the cache while all columns of b pass by; at least so many rows. */
const BLOCK = 2 ** 16;
const FEWEST_ROWS = 32;
/** Sums go over so many products before they are put down: the panel of b that is used again and again stays close. */
const DEPTH = 512;
/** So many numbers of b are copied before they are computed with. */
const CHUNK = 2 ** 12;
/** Up to so many rows of a, b passes by once. */
const FEW_ROWS = 8;

/**
 * As `matmulKernel` for sizes above 0. False, and nothing done, where it cannot be had.
 *
 * Sums are in single precision: of n products one is off by at most n · 2⁻²⁴ times the sum of their magnitudes (Higham,
 * 2002, §3.1). In large matrices blocks of 512 products are summed up first, which leaves less of that.
 */
export function wasmMatmul(
  a: FloatMatrixView,
  b: FloatMatrixView,
  out: Float32Array,
  outOffset: number,
  sizes: ProductSizes,
): boolean {
  const { rows, inner, columns, count } = sizes;
  if (rows * inner + inner * columns + rows * columns <= SMALL) return multiplySmall(a, b, out, outOffset, sizes);
  for (let i = 0; i < count; i++) {
    const left = { ...a, offset: a.offset + i * rows * inner };
    const right = { ...b, offset: b.offset + i * inner * columns };
    if (!multiplyLarge(left, right, out, outOffset + i * rows * columns, sizes)) return false;
  }
  return true;
}

function multiplyLarge(
  a: FloatMatrixView,
  b: FloatMatrixView,
  out: Float32Array,
  outOffset: number,
  sizes: ProductSizes,
): boolean {
  const { rows, inner, columns } = sizes;
  if (rows === 1) return wasmMatvec(b, !b.transposed, a, out, outOffset, inner, columns);
  if (columns === 1) return wasmMatvec(a, a.transposed, b, out, outOffset, inner, rows);
  if (rows <= FEW_ROWS && !a.transposed && !b.transposed) return multiplyFewRows(a, b, out, outOffset, sizes);
  return multiplyBlocks(a, b, out, outOffset, sizes);
}

/** As many matrices of the batch at a time as fit into the cache, with all that belongs to them. */
function multiplySmall(
  a: FloatMatrixView,
  b: FloatMatrixView,
  out: Float32Array,
  outOffset: number,
  { rows, inner, columns, count }: ProductSizes,
): boolean {
  const [sizeA, sizeB, size] = [rows * inner, inner * columns, rows * columns];
  const together = Math.min(count, Math.max(1, Math.floor(SMALL / (sizeA + sizeB + size))));
  const places = new Places();
  const left = places.take(together * sizeA + 3 * inner);
  const packedA = places.take(inner * roundUp(rows, 4));
  const right = places.take(together * sizeB + 3 * inner);
  const packedB = places.take(inner * roundUp(columns, 8));
  const result = places.take(together * size + 3 * columns);
  const kernels = kernelsWith(places.bytes);
  if (kernels === undefined) return false;
  const memory = memoryOf(kernels);
  for (let first = 0; first < count; first += together) {
    const end = Math.min(first + together, count);
    copy(memory, left, a, first * sizeA, end * sizeA);
    copy(memory, right, b, first * sizeB, end * sizeB);
    for (let i = 0; i < end - first; i++) {
      packA(kernels, left + 4 * i * sizeA, packedA, a.transposed, inner, rows);
      const raw = right + 4 * i * sizeB;
      if (b.transposed) kernels.packColumns(raw, 4 * inner, packedB, 32 * inner, EIGHTS, inner, columns);
      else kernels.packRows(raw, 4 * columns, packedB, 32 * inner, EIGHTS, inner, columns);
      kernels.matmul(packedA, packedB, result + 4 * i * size, 4 * columns, rows, inner, columns, 0);
    }
    out.set(memory.subarray(result / 4, result / 4 + (end - first) * size), outOffset + first * size);
  }
  return true;
}

/** Some rows of b at a time are multiplied and added to the result. */
function multiplyFewRows(
  a: FloatMatrixView,
  b: FloatMatrixView,
  out: Float32Array,
  outOffset: number,
  { rows, inner, columns }: ProductSizes,
): boolean {
  const chunk = Math.max(4, Math.floor(CHUNK / columns));
  const row = 4 * roundUp(columns, 8);
  const places = new Places();
  const left = places.take((rows + 3) * inner);
  const packedA = places.take(roundUp(rows, 4) * chunk);
  const right = places.take(chunk * columns);
  const packedB = places.take(chunk * roundUp(columns, 8));
  const result = places.take(((rows + 3) * row) / 4);
  const kernels = kernelsWith(places.bytes);
  if (kernels === undefined) return false;
  const memory = memoryOf(kernels);
  copy(memory, left, a, 0, rows * inner);
  for (let k = 0; k < inner; k += chunk) {
    const depth = Math.min(chunk, inner - k);
    copy(memory, right, b, k * columns, (k + depth) * columns);
    kernels.packColumns(left + 4 * k, 4 * inner, packedA, 16 * depth, FOURS, depth, rows);
    kernels.packRows(right, 4 * columns, packedB, 32 * depth, EIGHTS, depth, columns);
    kernels.matmul(packedA, packedB, result, row, rows, depth, columns, k === 0 ? 0 : 1);
  }
  if (row !== 4 * columns) kernels.closeUp(result, row, rows, columns);
  out.set(memory.subarray(result / 4, result / 4 + rows * columns), outOffset);
  return true;
}

/** b is packed as a whole; then a block of the rows of a at a time goes by. */
function multiplyBlocks(
  a: FloatMatrixView,
  b: FloatMatrixView,
  out: Float32Array,
  outOffset: number,
  { rows, inner, columns }: ProductSizes,
): boolean {
  const depth = roundUp(inner / Math.ceil(inner / DEPTH), 4);
  const most = Math.max(FEWEST_ROWS, BLOCK / Math.max(inner, columns));
  const block = Math.min(roundUp(rows, 4), Math.floor(most / 4) * 4);
  const row = depth < inner ? 4 * roundUp(columns, 8) : 4 * columns;
  const [left, right]: [Operand, Operand] = [
    { ...a, turned: !a.transposed, kind: FOURS },
    { ...b, turned: b.transposed, kind: EIGHTS },
  ];
  const packedRows = a.transposed ? roundUp(rows, 4) : block;
  const places = new Places();
  const chunk = places.take(Math.max(chunkOf(left, inner, rows), chunkOf(right, inner, columns)));
  const packedA = places.take(packedRows * inner);
  const packedB = places.take(inner * roundUp(columns, 8));
  const result = places.take(((block + 3) * row) / 4);
  const kernels = kernelsWith(places.bytes);
  if (kernels === undefined) return false;

  const memory = memoryOf(kernels);
  pack(kernels, memory, right, chunk, packedB, inner, columns, depth);
  if (a.transposed) pack(kernels, memory, left, chunk, packedA, inner, rows, depth);
  for (let first = 0; first < rows; first += block) {
    const count = Math.min(block, rows - first);
    if (!a.transposed) {
      const some = { ...left, offset: a.offset + first * inner };
      pack(kernels, memory, some, chunk, packedA, inner, count, depth);
    }
    for (let k = 0; k < inner; k += depth) {
      const length = Math.min(depth, inner - k);
      // The blocks of a that was packed as a whole hold all of its rows.
      const from = a.transposed
        ? packedA + 4 * (k * roundUp(rows, 4) + first * length)
        : packedA + 4 * k * roundUp(count, 4);
      const panels = packedB + 4 * k * roundUp(columns, 8);
      kernels.matmul(from, panels, result, row, count, length, columns, k === 0 ? 0 : 1);
    }
    if (row !== 4 * columns) kernels.closeUp(result, row, count, columns);
    out.set(memory.subarray(result / 4, result / 4 + count * columns), outOffset + first * columns);
  }
  return true;
}
