// Kernels that move numbers and compute nothing: reading and writing an array with a step of its own along each axis.

import { stridesOf } from "../shape/shape";
import { type DataArray } from "../tensor/dtype";
import { wasmTranspose } from "./wasm/transpose";

/** Where the elements of a view lie in an array: element [i, j] at offset + i · steps[0] + j · steps[1]. */
export interface StridedView {
  readonly offset: number;
  readonly steps: readonly number[];
  readonly shape: readonly number[];
}

/** Rows of so many neighbours are copied as a whole. */
const RUN = 128;

/** Reads the view row by row into `out`, which is filled from `at` on. */
export function gatherStrided(from: DataArray, view: StridedView, out: DataArray, at = 0): DataArray {
  const turned = turnedAxis(view);
  if (turned !== undefined) return gatherTurned(from, view, turned, out, at);
  eachRow(view, (start, step, length) => {
    if (step === 1 && length >= RUN) out.set(from.subarray(start, start + length), at);
    else for (let i = 0, p = start; i < length; i++, p += step) out[at + i] = from[p]!;
    at += length;
  });
  return out;
}

/** Writes the numbers of `from`, row by row from `at` on, to where the view says. */
export function scatterStrided(from: DataArray, view: StridedView, out: DataArray, at = 0): DataArray {
  eachRow(view, (start, step, length) => {
    if (step === 1 && length >= RUN) out.set(from.subarray(at, at + length), start);
    else for (let i = 0, p = start; i < length; i++, p += step) out[p] = from[at + i]!;
    at += length;
  });
  return out;
}

/** The axis whose neighbours are neighbours in the array, where that is not the last: the view is a transposition. */
function turnedAxis({ steps, shape }: StridedView): number | undefined {
  const last = shape.length - 1;
  const axis = steps.indexOf(1);
  return axis >= 0 && axis < last && shape[axis]! >= TILE / 4 && shape[last]! >= TILE / 4 ? axis : undefined;
}

/** So many numbers of either axis make a tile, which is in the cache both as it is read and as it is written. */
const TILE = 32;

/** As `gatherStrided`, tile by tile of the last axis and the turned one. */
function gatherTurned(from: DataArray, view: StridedView, axis: number, out: DataArray, at: number): DataArray {
  const { offset, steps, shape } = view;
  const last = shape.length - 1;
  const [lines, length, step] = [shape[axis]!, shape[last]!, steps[last]!];
  const outSteps = stridesOf(shape);
  const outStep = outSteps[axis]!;
  const isMatrix = axis === last - 1 && step === lines && from instanceof Float32Array && out instanceof Float32Array;
  const sizes = { rows: length, columns: lines, count: 1 };
  const rest = shape.map((count, i) => (i === axis || i === last ? 1 : count));
  eachPlace(rest, steps, outSteps, offset, at, (start, place) => {
    if (isMatrix && wasmTranspose(from, start, out, place, sizes)) return;
    for (let line = 0; line < lines; line += TILE) {
      const lineEnd = Math.min(line + TILE, lines);
      for (let first = 0; first < length; first += TILE) {
        const end = Math.min(first + TILE, length);
        for (let i = line; i < lineEnd; i++) {
          let p = start + i + first * step;
          const q = place + i * outStep;
          for (let j = first; j < end; j++, p += step) out[q + j] = from[p]!;
        }
      }
    }
  });
  return out;
}

/** Visits every element of a shape with its place in two arrays. */
function eachPlace(
  shape: readonly number[],
  steps: readonly number[],
  otherSteps: readonly number[],
  start: number,
  otherStart: number,
  visit: (place: number, other: number) => void,
): void {
  const walk = (axis: number, place: number, other: number): void => {
    if (axis === shape.length) return visit(place, other);
    for (let i = 0; i < shape[axis]!; i++) walk(axis + 1, place + i * steps[axis]!, other + i * otherSteps[axis]!);
  };
  walk(0, start, otherStart);
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
