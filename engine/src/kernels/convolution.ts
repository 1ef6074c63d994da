// Convolution as matrix products: the windows of an image become the columns of a matrix (im2col). The three kernels
// are the product and its two gradients; a transposed convolution is the second of them run forwards.

import { type DataArray } from "../tensor/dtype";
import { matmulKernel, type MatrixView } from "./matmul";
import { wasmConvolve, wasmConvolveBack, wasmConvolveWeights } from "./wasm/convolution";
import { eachElement, eachGroup, sizesOf, type Windows } from "./windows";

/** Below so many products, copying to WebAssembly costs more than it saves. */
const FEWEST_PRODUCTS = 2000;

/** small[n, f] = Σ w[f, c] ∗ big[n, c]: the convolution. */
export function convolve(big: DataArray, w: DataArray, small: DataArray, windows: Windows): void {
  if (pays(windows) && isFloat32(big) && isFloat32(w) && isFloat32(small)) {
    if (wasmConvolve(big, w, small, windows)) return;
  }
  plainConvolve(big, w, small, windows);
}

/** As `convolve`, for every number type. */
export function plainConvolve(big: DataArray, w: DataArray, small: DataArray, windows: Windows): void {
  const { columns, depth, positions, filters } = sizesOf(windows);
  const matrix = scratch(small, columns);
  eachGroup(windows, (bigAt, smallAt, weightAt) => {
    windowsToColumns(big, bigAt, matrix, windows);
    matmulKernel(plain(w, weightAt), plain(matrix, 0), small, smallAt, filters, depth, positions);
  });
}

/** big[n, c] = Σ w[f, c] spread over the windows of small[n, f]: the gradient of the image. */
export function convolveBack(small: DataArray, w: DataArray, big: DataArray, windows: Windows): void {
  if (pays(windows) && isFloat32(small) && isFloat32(w) && isFloat32(big)) {
    if (wasmConvolveBack(small, w, big, windows)) return;
  }
  plainConvolveBack(small, w, big, windows);
}

/** As `convolveBack`, for every number type. */
export function plainConvolveBack(small: DataArray, w: DataArray, big: DataArray, windows: Windows): void {
  const { columns, depth, positions, filters } = sizesOf(windows);
  const matrix = scratch(big, columns);
  big.fill(0);
  eachGroup(windows, (bigAt, smallAt, weightAt) => {
    const transposed = { data: w, offset: weightAt, transposed: true };
    matmulKernel(transposed, plain(small, smallAt), matrix, 0, depth, filters, positions);
    columnsToWindows(matrix, big, bigAt, windows);
  });
}

/** dw[f, c] = Σ over the batch of small[n, f] times the windows of big[n, c]: the gradient of the weights. */
export function convolveWeights(big: DataArray, small: DataArray, dw: DataArray, windows: Windows): void {
  if (pays(windows) && isFloat32(big) && isFloat32(small) && isFloat32(dw)) {
    if (wasmConvolveWeights(big, small, dw, windows)) return;
  }
  plainConvolveWeights(big, small, dw, windows);
}

/** As `convolveWeights`, for every number type. */
export function plainConvolveWeights(big: DataArray, small: DataArray, dw: DataArray, windows: Windows): void {
  const { columns, depth, positions, filters } = sizesOf(windows);
  const matrix = scratch(big, columns);
  const sums = new Float64Array(dw.length);
  const part = scratch(dw, filters * depth);
  eachGroup(windows, (bigAt, smallAt, weightAt) => {
    windowsToColumns(big, bigAt, matrix, windows);
    const transposed = { data: matrix, offset: 0, transposed: true };
    matmulKernel(plain(small, smallAt), transposed, part, 0, filters, positions, depth);
    for (let i = 0; i < part.length; i++) sums[weightAt + i]! += part[i]!;
  });
  dw.set(sums);
}

function pays(windows: Windows): boolean {
  const { filters, depth, positions } = sizesOf(windows);
  return windows.batch * windows.groups * filters * depth * positions >= FEWEST_PRODUCTS;
}

const isFloat32 = (data: DataArray): data is Float32Array => data instanceof Float32Array;

const plain = (data: DataArray, offset: number): MatrixView => ({ data, offset, transposed: false });

const scratch = (like: DataArray, size: number): DataArray =>
  like instanceof Float32Array ? new Float32Array(size) : new Float64Array(size);

/** Row (c, i, j) of the matrix is what the kernel's element (i, j) sees of channel c in each window; padding is 0. */
function windowsToColumns(big: DataArray, at: number, matrix: DataArray, windows: Windows): void {
  matrix.fill(0);
  eachElement(windows, windows.count[0] * windows.count[1], ({ from, to, rows, columns, rowStep, step, toRowStep }) => {
    for (let r = 0, start = at + from, end = to + columns; r < rows; r++, start += rowStep, end += toRowStep) {
      for (let q = end - columns, p = start; q < end; q++, p += step) matrix[q] = big[p]!;
    }
  });
}

/** The other way round: what each window holds is added to where it was seen. */
function columnsToWindows(matrix: DataArray, big: DataArray, at: number, windows: Windows): void {
  eachElement(windows, windows.count[0] * windows.count[1], ({ from, to, rows, columns, rowStep, step, toRowStep }) => {
    for (let r = 0, start = at + from, end = to + columns; r < rows; r++, start += rowStep, end += toRowStep) {
      for (let q = end - columns, p = start; q < end; q++, p += step) big[p]! += matrix[q]!;
    }
  });
}
