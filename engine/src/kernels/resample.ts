// One axis of an array made longer or shorter, each new element a weighted sum of old ones: average pooling and
// upsampling, one axis after the other.

import { sizeOf } from "../shape/shape";
import { type DataArray } from "../tensor/dtype";

/** Which old elements a new one is made of. */
export interface Tap {
  readonly source: number;
  readonly weight: number;
}

/** For each new element its taps. */
export type Taps = readonly (readonly Tap[])[];

/** out[…, t, …] = Σ weight · x[…, source, …] over the taps of t; `shape` is that of x. */
export function resample(x: DataArray, shape: readonly number[], axis: number, taps: Taps): Float64Array {
  const { outer, length, inner } = aroundAxis(shape, axis);
  const out = new Float64Array(outer * taps.length * inner);
  eachTap(outer, length, taps, ({ weight }, from, to) => {
    for (let i = 0, p = from * inner, q = to * inner; i < inner; i++) out[q + i]! += weight * x[p + i]!;
  });
  return out;
}

/** The way back: each new element's gradient goes to the old ones it was made of; `shape` is that of x. */
export function resampleBack(grad: DataArray, shape: readonly number[], axis: number, taps: Taps): Float64Array {
  const { outer, length, inner } = aroundAxis(shape, axis);
  const dx = new Float64Array(outer * length * inner);
  eachTap(outer, length, taps, ({ weight }, from, to) => {
    for (let i = 0, p = from * inner, q = to * inner; i < inner; i++) dx[p + i]! += weight * grad[q + i]!;
  });
  return dx;
}

function aroundAxis(shape: readonly number[], axis: number): { outer: number; length: number; inner: number } {
  return { outer: sizeOf(shape.slice(0, axis)), length: shape[axis]!, inner: sizeOf(shape.slice(axis + 1)) };
}

function eachTap(outer: number, length: number, taps: Taps, visit: (tap: Tap, from: number, to: number) => void): void {
  for (let o = 0; o < outer; o++) {
    taps.forEach((list, t) => {
      for (const tap of list) visit(tap, o * length + tap.source, o * taps.length + t);
    });
  }
}
