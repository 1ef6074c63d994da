// The matrix product in all transpose forms: in WebAssembly where that pays, in plain TypeScript everywhere else.

import { type DataArray } from "../tensor/dtype";
import { type FloatMatrixView, wasmMatmul } from "./wasm/matmul";

/** Below so many products, copying to WebAssembly costs more than it saves. */
const FEWEST_PRODUCTS = 128;

/** Up to so many numbers, b is in the cache and may as well be read down its columns. */
const STRIDED = 1024;

/** One matrix inside an array: where it starts, and whether its rows are stored as columns. */
export interface MatrixView {
  readonly data: DataArray;
  readonly offset: number;
  readonly transposed: boolean;
}

/**
 * out[rows, columns] = a[rows, inner] · b[inner, columns], for `count` matrices that follow one another in each array.
 * A transposed view holds its matrices the other way round: a as [inner, rows], b as [columns, inner].
 */
export function matmulKernel(
  a: MatrixView,
  b: MatrixView,
  out: DataArray,
  outOffset: number,
  rows: number,
  inner: number,
  columns: number,
  count = 1,
): void {
  const size = rows * columns;
  if (count * size * inner >= FEWEST_PRODUCTS && isFloat32(a) && isFloat32(b) && out instanceof Float32Array) {
    if (wasmMatmul(a, b, out, outOffset, { rows, inner, columns, count })) return;
  }
  if (count === 1) return plainMatmul(a, b, out, outOffset, rows, inner, columns);
  for (let i = 0; i < count; i++) {
    const left = { ...a, offset: a.offset + i * rows * inner };
    const right = { ...b, offset: b.offset + i * inner * columns };
    plainMatmul(left, right, out, outOffset + i * size, rows, inner, columns);
  }
}

function isFloat32(view: MatrixView): view is FloatMatrixView {
  return view.data instanceof Float32Array;
}

/** As `matmulKernel` for one matrix, for every number type, summing in double precision. */
export function plainMatmul(
  a: MatrixView,
  b: MatrixView,
  out: DataArray,
  outOffset: number,
  rows: number,
  inner: number,
  columns: number,
): void {
  const left = a.data;
  const right = b.data;
  const rowStep = a.transposed ? 1 : inner;
  const innerStep = a.transposed ? rows : 1;
  if (b.transposed || inner * columns <= STRIDED) {
    const step = b.transposed ? 1 : columns;
    const columnStep = b.transposed ? inner : 1;
    for (let i = 0, at = outOffset; i < rows; i++) {
      for (let j = 0; j < columns; j++, at++) {
        let sum = 0;
        let p = a.offset + i * rowStep;
        let q = b.offset + j * columnStep;
        for (let k = 0; k < inner; k++, p += innerStep, q += step) sum += left[p]! * right[q]!;
        out[at] = sum;
      }
    }
    return;
  }
  const sums = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    sums.fill(0);
    let p = a.offset + i * rowStep;
    for (let k = 0; k < inner; k++, p += innerStep) {
      const factor = left[p]!;
      const q = b.offset + k * columns;
      for (let j = 0; j < columns; j++) sums[j]! += factor * right[q + j]!;
    }
    out.set(sums, outOffset + i * columns);
  }
}
