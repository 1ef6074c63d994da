// Kernels that move numbers and compute nothing: reading and writing an array with a step of its own along each axis.

import { type DataArray } from "../tensor/dtype";

/** Where the elements of a view lie in an array: element [i, j] at offset + i · steps[0] + j · steps[1]. */
export interface StridedView {
  readonly offset: number;
  readonly steps: readonly number[];
  readonly shape: readonly number[];
}

/** Reads the view row by row into `out`, which is filled from `at` on. */
export function gatherStrided(from: DataArray, view: StridedView, out: DataArray, at = 0): DataArray {
  eachRow(view, (start, step, length) => {
    for (let i = 0, p = start; i < length; i++, p += step) out[at++] = from[p]!;
  });
  return out;
}

/** Writes the numbers of `from`, row by row from `at` on, to where the view says. */
export function scatterStrided(from: DataArray, view: StridedView, out: DataArray, at = 0): DataArray {
  eachRow(view, (start, step, length) => {
    for (let i = 0, p = start; i < length; i++, p += step) out[p] = from[at++]!;
  });
  return out;
}

function eachRow(view: StridedView, visit: (start: number, step: number, length: number) => void): void {
  const { offset, steps, shape } = view;
  if (shape.includes(0)) return;
  const last = shape.length - 1;
  const walk = (axis: number, start: number): void => {
    if (axis >= last) visit(start, steps[last] ?? 0, shape[last] ?? 1);
    else for (let i = 0; i < shape[axis]!; i++) walk(axis + 1, start + i * steps[axis]!);
  };
  walk(0, offset);
}
