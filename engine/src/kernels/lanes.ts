// Kernels that make one number of many. A lane is the numbers that one result is made of: `count` of them, `step` apart.

import { sizeOf, stridesOf } from "../shape/shape";
import { type DataArray } from "../tensor/dtype";
import { sumRowsKernel } from "./elementwise";
import { gatherStrided } from "./strided";
import { wasmExtremes } from "./wasm/rows";

/** How an array is divided into lanes: lane (o, i) starts at o · count · inner + i and takes steps of `inner`. */
export interface LaneLayout {
  readonly outer: number;
  readonly count: number;
  readonly inner: number;
}

/** An array seen as lanes. */
export interface Lanes extends LaneLayout {
  readonly data: DataArray;
}

/** Makes one number of one lane. */
export type LaneFunction = (data: DataArray, start: number, step: number, count: number) => number;

/** The lanes along the given axes, which are sorted. Axes that are no neighbours are first moved to the end. */
export function lanesAlong(data: DataArray, shape: readonly number[], axes: readonly number[]): Lanes {
  const first = axes[0] ?? shape.length;
  const end = first + axes.length;
  const count = sizeOf(axes.map((axis) => shape[axis]!));
  if (axes.every((axis, i) => axis === first + i)) {
    return { data, outer: sizeOf(shape.slice(0, first)), count, inner: sizeOf(shape.slice(end)) };
  }
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes];
  const strides = stridesOf(shape);
  const view = { offset: 0, steps: order.map((axis) => strides[axis]!), shape: order.map((axis) => shape[axis]!) };
  return { data: gatherStrided(data, view, data.slice()), outer: sizeOf(kept.map((a) => shape[a]!)), count, inner: 1 };
}

/** Below so many numbers, copying to WebAssembly costs more than it saves; so do calls for lanes of so few. */
const FEWEST_NUMBERS = 1024;
const FEWEST_IN_LANE = 16;

/** out[lane] = f(lane), in row-major order of what is left of the shape. */
export function reduceLanes(lanes: Lanes, out: DataArray, f: LaneFunction): DataArray {
  if (reduceFloats(lanes, out, f)) return out;
  let index = 0;
  eachLane(lanes, (start, step, count) => (out[index++] = f(lanes.data, start, step, count)));
  return out;
}

/** The commonest reductions of float32 numbers, in vectors or row by row; false where that does not pay. */
function reduceFloats({ data, outer, count, inner }: Lanes, out: DataArray, f: LaneFunction): boolean {
  if (!(data instanceof Float32Array) || data.length < FEWEST_NUMBERS) return false;
  if (f === maxLane || f === minLane) {
    const name = f === maxLane ? "maxRows" : "minRows";
    return inner === 1 && count >= FEWEST_IN_LANE && wasmExtremes(name, data, out);
  }
  if ((f !== sumLane && f !== meanLane) || inner < FEWEST_IN_LANE) return false;
  const sums = new Float64Array(inner);
  for (let o = 0; o < outer; o++) {
    sumRowsKernel(data.subarray(o * count * inner, (o + 1) * count * inner), sums);
    if (f === meanLane) for (let i = 0; i < inner; i++) sums[i]! /= count;
    out.set(sums, o * inner);
  }
  return true;
}

export function eachLane(lanes: LaneLayout, visit: (start: number, step: number, count: number) => void): void {
  const { outer, count, inner } = lanes;
  for (let o = 0; o < outer; o++) for (let i = 0; i < inner; i++) visit(o * count * inner + i, inner, count);
}

/** The sum, added up pairwise so that rounding errors grow with the logarithm of the count. */
export const sumLane: LaneFunction = (data, start, step, count) => {
  if (count > 256) {
    const half = count >> 1;
    return sumLane(data, start, step, half) + sumLane(data, start + half * step, step, count - half);
  }
  // Four sums side by side: a single one would have to wait for itself.
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let p = start;
  for (let rest = count >> 2; rest > 0; rest--, p += 4 * step) {
    a += data[p]!;
    b += data[p + step]!;
    c += data[p + 2 * step]!;
    d += data[p + 3 * step]!;
  }
  for (let rest = count & 3; rest > 0; rest--, p += step) a += data[p]!;
  return a + b + (c + d);
};

export const meanLane: LaneFunction = (data, start, step, count) => sumLane(data, start, step, count) / count;

/** f(start) + … + f(start + count − 1), added up pairwise. */
export function sumOver(start: number, count: number, f: (i: number) => number): number {
  if (count > 256) {
    const half = count >> 1;
    return sumOver(start, half, f) + sumOver(start + half, count - half, f);
  }
  let sum = 0;
  for (let i = start; i < start + count; i++) sum += f(i);
  return sum;
}

/** The largest, −∞ of none; NaN when there is one. */
export const maxLane: LaneFunction = (data, start, step, count) => {
  let best = -Infinity;
  for (let i = 0, p = start; i < count; i++, p += step) {
    const value = data[p]!;
    // NaN is not at most the best either.
    if (value <= best) continue;
    if (Number.isNaN(value)) return NaN;
    best = value;
  }
  return best;
};

/** The smallest, ∞ of none; NaN when there is one. */
export const minLane: LaneFunction = (data, start, step, count) => {
  let best = Infinity;
  for (let i = 0, p = start; i < count; i++, p += step) {
    const value = data[p]!;
    if (value >= best) continue;
    if (Number.isNaN(value)) return NaN;
    best = value;
  }
  return best;
};

/** log Σ eˣ without overflow: the largest is taken out first. −∞ of none. */
export const logSumExpLane: LaneFunction = (data, start, step, count) => {
  const top = maxLane(data, start, step, count);
  if (!Number.isFinite(top)) return top;
  let sum = 0;
  for (let i = 0, p = start; i < count; i++, p += step) sum += Math.exp(data[p]! - top);
  return top + Math.log(sum);
};
