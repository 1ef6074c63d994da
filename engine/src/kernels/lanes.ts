// Kernels that make one number of many. A lane is the numbers that one result is made of: `count` of them, `step` apart.

import { sizeOf, stridesOf } from "../shape/shape";
import { type DataArray } from "../tensor/dtype";
import { gatherStrided } from "./strided";

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

/** out[lane] = f(lane), in row-major order of what is left of the shape. */
export function reduceLanes(lanes: Lanes, out: DataArray, f: LaneFunction): DataArray {
  let index = 0;
  eachLane(lanes, (start, step, count) => (out[index++] = f(lanes.data, start, step, count)));
  return out;
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
  let sum = 0;
  for (let i = 0, p = start; i < count; i++, p += step) sum += data[p]!;
  return sum;
};

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
