// Plain-TypeScript matrix product in all transpose forms.

import { type DataArray } from "../tensor/dtype";

/** One matrix inside an array: where it starts, and whether its rows are stored as columns. */
export interface MatrixView {
  readonly data: DataArray;
  readonly offset: number;
  readonly transposed: boolean;
}

/**
 * out[rows, columns] += a[rows, inner] · b[inner, columns], accumulated in double precision.
 * A transposed view holds the matrix the other way round: a as [inner, rows], b as [columns, inner].
 */
export function matmulKernel(
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
  if (b.transposed) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        let p = a.offset + i * rowStep;
        let q = b.offset + j * inner;
        for (let k = 0; k < inner; k++, p += innerStep, q++) sum += left[p]! * right[q]!;
        out[outOffset + i * columns + j] = sum;
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
