// The largest element of each window of each image plane.

import { type DataArray } from "../tensor/dtype";

/** The planes of a batch of images, each given by where it begins, and the windows that slide over them. */
export interface Pooling {
  readonly height: number;
  readonly width: number;
  readonly rows: number;
  readonly columns: number;
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly before: readonly number[];
  /** How far it is from one row, and from one column, to the next: in the image and in the result. */
  readonly rowStep: number;
  readonly columnStep: number;
  readonly outRowStep: number;
}

/**
 * Visits every window of a plane with the place of its largest element: the first of several, and NaN before all.
 * `visit` is given that place in the image and the window's place in the result.
 */
export function eachMaximum(
  x: DataArray,
  start: number,
  outStart: number,
  pooling: Pooling,
  visit: (place: number, out: number) => void,
): void {
  const { height, width, rows, columns, kernel, stride, before, rowStep, columnStep, outRowStep } = pooling;
  for (let r = 0; r < rows; r++) {
    const top = r * stride[0]! - before[0]!;
    const bottom = Math.min(top + kernel[0]!, height);
    for (let c = 0; c < columns; c++) {
      const left = c * stride[1]! - before[1]!;
      const right = Math.min(left + kernel[1]!, width);
      let place = -1;
      for (let i = Math.max(top, 0); i < bottom; i++) {
        for (let j = Math.max(left, 0); j < right; j++) {
          const p = start + i * rowStep + j * columnStep;
          if (place < 0 || x[p]! > x[place]! || (Number.isNaN(x[p]!) && !Number.isNaN(x[place]!))) place = p;
        }
      }
      visit(place, outStart + r * outRowStep + c * columnStep);
    }
  }
}
