// Convolution as matrix products: the windows of an image become the columns of a matrix (im2col). The three kernels
// are the product and its two gradients; a transposed convolution is the second of them run forwards.

import { type DataArray } from "../tensor/dtype";
import { matmulKernel, type MatrixView } from "./matmul";

/** Where the windows lie: a big image [channels, height, width] and a small one [filters, rows, columns]. */
export interface Windows {
  readonly batch: number;
  readonly groups: number;
  /** Channels of the big image and of the small one, all groups together. */
  readonly channels: number;
  readonly filters: number;
  readonly image: readonly [height: number, width: number];
  /** How many windows there are along each axis: the size of the small image. */
  readonly count: readonly [rows: number, columns: number];
  readonly kernel: readonly [height: number, width: number];
  readonly stride: readonly [number, number];
  readonly before: readonly [top: number, left: number];
  readonly dilation: readonly [number, number];
}

/** small[n, f] = Σ w[f, c] ∗ big[n, c]: the convolution. */
export function convolve(big: DataArray, w: DataArray, small: DataArray, windows: Windows): void {
  const { columns, depth, positions, filters } = sizesOf(windows);
  const matrix = scratch(small, columns);
  eachGroup(windows, (bigAt, smallAt, weightAt) => {
    windowsToColumns(big, bigAt, matrix, windows);
    matmulKernel(plain(w, weightAt), plain(matrix, 0), small, smallAt, filters, depth, positions);
  });
}

/** big[n, c] = Σ w[f, c] spread over the windows of small[n, f]: the gradient of the image. */
export function convolveBack(small: DataArray, w: DataArray, big: DataArray, windows: Windows): void {
  const { columns, depth, positions, filters } = sizesOf(windows);
  const matrix = scratch(big, columns);
  eachGroup(windows, (bigAt, smallAt, weightAt) => {
    const transposed = { data: w, offset: weightAt, transposed: true };
    matmulKernel(transposed, plain(small, smallAt), matrix, 0, depth, filters, positions);
    columnsToWindows(matrix, big, bigAt, windows);
  });
}

/** dw[f, c] = Σ over the batch of small[n, f] times the windows of big[n, c]: the gradient of the weights. */
export function convolveWeights(big: DataArray, small: DataArray, dw: DataArray, windows: Windows): void {
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

/** The sizes of one group's matrices: weights [filters, depth] · columns [depth, positions]. */
function sizesOf({ channels, filters, groups, kernel, count }: Windows): {
  readonly filters: number;
  readonly depth: number;
  readonly positions: number;
  readonly columns: number;
} {
  const depth = (channels / groups) * kernel[0] * kernel[1];
  const positions = count[0] * count[1];
  return { filters: filters / groups, depth, positions, columns: depth * positions };
}

const plain = (data: DataArray, offset: number): MatrixView => ({ data, offset, transposed: false });

const scratch = (like: DataArray, size: number): DataArray =>
  like instanceof Float32Array ? new Float32Array(size) : new Float64Array(size);

/** Visits each group of each image with where it begins in the big image, the small one and the weights. */
function eachGroup(windows: Windows, visit: (bigAt: number, smallAt: number, weightAt: number) => void): void {
  const { batch, groups, channels, image } = windows;
  const { filters, depth, positions } = sizesOf(windows);
  const area = (channels / groups) * image[0] * image[1];
  for (let n = 0; n < batch; n++) {
    for (let g = 0; g < groups; g++) {
      const index = n * groups + g;
      visit(index * area, index * filters * positions, g * filters * depth);
    }
  }
}

/** Row (c, i, j) of the matrix is what the kernel's element (i, j) sees of channel c in each window; padding is 0. */
function windowsToColumns(big: DataArray, at: number, matrix: DataArray, windows: Windows): void {
  matrix.fill(0);
  eachElement(windows, (image, row, length, step) => {
    for (let k = 0, p = at + image; k < length; k++, p += step) matrix[row + k] = big[p]!;
  });
}

/** The other way round: what each window holds is added to where it was seen. */
function columnsToWindows(matrix: DataArray, big: DataArray, at: number, windows: Windows): void {
  eachElement(windows, (image, row, length, step) => {
    for (let k = 0, p = at + image; k < length; k++, p += step) big[p]! += matrix[row + k]!;
  });
}

/** Visits runs of neighbouring windows: where their element lies in the image, and in the matrix. */
function eachElement(
  { channels, groups, image, count, kernel, stride, before, dilation }: Windows,
  visit: (image: number, row: number, length: number, step: number) => void,
): void {
  const [height, width] = image;
  const [rows, columns] = count;
  let start = 0;
  for (let c = 0; c < channels / groups; c++) {
    for (let i = 0; i < kernel[0]; i++) {
      for (let j = 0; j < kernel[1]; j++, start += rows * columns) {
        const left = j * dilation[1] - before[1];
        const first = Math.max(0, Math.ceil(-left / stride[1]));
        const end = Math.min(columns, Math.floor((width - 1 - left) / stride[1]) + 1);
        if (end <= first) continue;
        for (let r = 0; r < rows; r++) {
          const y = r * stride[0] + i * dilation[0] - before[0];
          if (y < 0 || y >= height) continue;
          const at = (c * height + y) * width + first * stride[1] + left;
          visit(at, start + r * columns + first, end - first, stride[1]);
        }
      }
    }
  }
}
