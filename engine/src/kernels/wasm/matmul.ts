// The float32 matrix product in WebAssembly: copies the operands into its memory, there turned into the order in which
// the kernel reads them, and the result back.

import { type MatrixView } from "../matmul";
import { type Kernels } from "./exports";
import { kernelsWith, memoryOf } from "./load";
import { wasmMatvec } from "./matvec";
import { Places, roundUp } from "./places";
import { tallRows } from "./tiles";

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
/** A b of up to so many numbers can be read as it lies. */
const SMALL_B = 2 ** 12;
/** So many numbers of a, and of the result, stay in the cache while all columns of b pass by; at least so many rows. */
const BLOCK = 2 ** 16;
const FEWEST_ROWS = 32;
/** Sums go over so many products before they are put down: the panel of b that is used again and again stays close. */
const DEPTH = 512;
/** So many numbers of b are copied before they are packed. */
const CHUNK = 2 ** 12;
/** Up to so many rows of a, packing b costs more than it saves. */
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
  const packing = b.transposed || sizeB > SMALL_B;
  const places = new Places();
  const left = places.take(together * sizeA + 3 * inner);
  const right = places.take(together * sizeB + 3 * inner);
  const packed = packing ? places.take(inner * roundUp(columns, 8)) : 0;
  const result = places.take(together * size + 3 * columns);
  const kernels = kernelsWith(places.bytes);
  if (kernels === undefined) return false;
  const memory = memoryOf(kernels);
  const [aRow, aStep] = a.transposed ? [4, 4 * rows] : [4 * inner, 4];
  for (let first = 0; first < count; first += together) {
    const end = Math.min(first + together, count);
    copy(memory, left, a, first * sizeA, end * sizeA);
    copy(memory, right, b, first * sizeB, end * sizeB);
    for (let i = 0; i < end - first; i++) {
      const [from, to] = [left + 4 * i * sizeA, result + 4 * i * size];
      const raw = right + 4 * i * sizeB;
      if (b.transposed) kernels.packColumns(raw, 4 * inner, packed, 32 * inner, inner, columns);
      else if (packing) kernels.packRows(raw, packed, 32 * inner, inner, columns);
      const [start, panel, step] = packing ? [packed, 32 * inner, 32] : [raw, 32, 4 * columns];
      multiply(kernels, from, aRow, aStep, start, panel, step, to, 4 * columns, rows, inner, columns, 0);
    }
    out.set(memory.subarray(result / 4, result / 4 + (end - first) * size), outOffset + first * size);
  }
  return true;
}

/** Some rows of b at a time, read as they lie, are added to the result. */
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
  const right = places.take(chunk * columns);
  const result = places.take(((rows + 3) * row) / 4);
  const kernels = kernelsWith(places.bytes);
  if (kernels === undefined) return false;
  const memory = memoryOf(kernels);
  copy(memory, left, a, 0, rows * inner);
  for (let k = 0; k < inner; k += chunk) {
    const depth = Math.min(chunk, inner - k);
    copy(memory, right, b, k * columns, (k + depth) * columns);
    const from = [left + 4 * k, 4 * inner, 4] as const;
    multiply(kernels, ...from, right, 32, 4 * columns, result, row, rows, depth, columns, k === 0 ? 0 : 1);
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
  const block = Math.min(rows, Math.floor(Math.max(FEWEST_ROWS, BLOCK / Math.max(inner, columns))));
  const row = depth < inner ? 4 * roundUp(columns, 8) : 4 * columns;
  const places = new Places();
  const chunk = places.take(Math.max(chunkOf(b.transposed ? inner : columns), a.transposed ? chunkOf(rows) : 0));
  const right = places.take(inner * roundUp(columns, 8) + 32);
  const pitch = a.transposed ? roundUp(inner, 4) : inner;
  const left = places.take((a.transposed ? roundUp(rows, 4) + 3 : block + 3) * pitch);
  const result = places.take(((block + 3) * row) / 4);
  const kernels = kernelsWith(places.bytes);
  if (kernels === undefined) return false;

  const memory = memoryOf(kernels);
  pack(kernels, memory, b, chunk, right, inner, columns, depth);
  if (a.transposed) turnOver(kernels, memory, a, chunk, left, inner, rows);
  for (let first = 0; first < rows; first += block) {
    const count = Math.min(block, rows - first);
    if (!a.transposed) copy(memory, left, a, first * inner, (first + count) * inner);
    const from = a.transposed ? left + 4 * first * pitch : left;
    for (let k = 0; k < inner; k += depth) {
      const length = Math.min(depth, inner - k);
      const panels = right + 4 * k * roundUp(columns, 8);
      const sums = [result, row, count, length, columns, k === 0 ? 0 : 1] as const;
      multiply(kernels, from + 4 * k, 4 * pitch, 4, panels, 32 * length, 32, ...sums);
    }
    if (row !== 4 * columns) kernels.closeUp(result, row, count, columns);
    out.set(memory.subarray(result / 4, result / 4 + count * columns), outOffset + first * columns);
  }
  return true;
}

/** Tiles of six rows where they pay, and of four for the rows that are left over. */
function multiply(kernels: Kernels, ...product: Parameters<Kernels["matmul"]>): void {
  const [a, aRow, aStep, b, bPanel, bStep, c, cRow, rows, inner, columns, adding] = product;
  const tall = tallRows(rows);
  const right = [b, bPanel, bStep] as const;
  const sizes = [inner, columns, adding] as const;
  if (tall > 0) kernels.matmulTall(a, aRow, aStep, ...right, c, cRow, tall, ...sizes);
  if (tall < rows) kernels.matmul(a + tall * aRow, aRow, aStep, ...right, c + tall * cRow, cRow, rows - tall, ...sizes);
}

/** How many rows of this length are copied at a time before they are packed: a multiple of the width of a panel. */
const linesOf = (length: number): number => Math.max(8, Math.floor(CHUNK / length / 8) * 8);
const chunkOf = (length: number): number => linesOf(length) * length;

/** Packs b for sums over `depth` products: block after block, in each panel after panel of 8 columns. */
function pack(
  kernels: Kernels,
  memory: Float32Array,
  b: FloatMatrixView,
  chunk: number,
  to: number,
  inner: number,
  columns: number,
  depth: number,
): void {
  const length = b.transposed ? inner : columns;
  const lines = b.transposed ? columns : inner;
  const step = linesOf(length);
  for (let line = 0; line < lines; line += step) {
    const count = Math.min(step, lines - line);
    copy(memory, chunk, b, line * length, (line + count) * length);
    for (let k = 0; k < inner; k += depth) {
      const block = Math.min(depth, inner - k);
      const panels = to + 4 * k * roundUp(columns, 8);
      if (b.transposed) {
        const place = panels + 4 * line * block;
        kernels.packColumns(chunk + 4 * k, 4 * inner, place, 32 * block, block, count);
      } else {
        const [first, end] = [Math.max(k, line), Math.min(k + block, line + count)];
        if (first >= end) continue;
        const from = chunk + 4 * (first - line) * columns;
        kernels.packRows(from, panels + 32 * (first - k), 32 * block, end - first, columns);
      }
    }
  }
}

/** Turns a over, which is stored as [inner, rows]; room is left for whole squares. */
function turnOver(
  kernels: Kernels,
  memory: Float32Array,
  a: FloatMatrixView,
  chunk: number,
  to: number,
  inner: number,
  rows: number,
): void {
  const step = linesOf(rows);
  for (let k = 0; k < inner; k += step) {
    const count = Math.min(step, inner - k);
    copy(memory, chunk, a, k * rows, (k + count) * rows);
    kernels.transpose(chunk, 4 * rows, to + 4 * k, 4 * roundUp(inner, 4), count, rows);
  }
}

function copy(memory: Float32Array, to: number, { data, offset }: FloatMatrixView, start: number, end: number): void {
  memory.set(data.subarray(offset + start, offset + end), to / 4);
}
