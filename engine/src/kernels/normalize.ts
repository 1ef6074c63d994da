// Normalisation: numbers shifted and scaled so that each group of them has mean 0 and variance 1.

import { type DataArray } from "../tensor/dtype";

/** An array seen as [batch, channels, inner], and which of its numbers are normalised together. */
export interface Grouping {
  readonly batch: number;
  readonly channels: number;
  readonly inner: number;
  /** Neighbouring channels that belong together make a group: so many groups. */
  readonly groups: number;
  /** Whether each element of the batch has groups of its own, or all share theirs. */
  readonly perSample: boolean;
}

export interface Statistics {
  readonly mean: DataArray;
  readonly variance: DataArray;
}

function groupCount({ batch, groups, perSample }: Grouping): number {
  return perSample ? batch * groups : groups;
}

/** How many numbers a group has. */
export function groupSize({ batch, channels, inner, groups, perSample }: Grouping): number {
  return (channels / groups) * inner * (perSample ? 1 : batch);
}

/** How the groups lie in the array: runs of so many neighbours, each of the next group, and so on from the first again. */
function runsOf({ channels, inner, groups }: Grouping): number {
  return (channels / groups) * inner;
}

/** Mean and variance (of the population) of each group: two passes, so that a large mean costs no digits. */
export function statisticsOf(x: DataArray, grouping: Grouping): Statistics {
  const count = groupSize(grouping);
  const run = runsOf(grouping);
  const mean = new Float64Array(groupCount(grouping));
  const variance = new Float64Array(mean.length);
  for (let start = 0, group = 0; start < x.length; start += run, group = (group + 1) % mean.length) {
    mean[group]! += sumOf(x, start, start + run);
  }
  for (let group = 0; group < mean.length; group++) mean[group]! /= count;
  for (let start = 0, group = 0; start < x.length; start += run, group = (group + 1) % mean.length) {
    variance[group]! += squaresOf(x, start, start + run, mean[group]!);
  }
  for (let group = 0; group < mean.length; group++) variance[group]! /= count;
  return { mean, variance };
}

/** Four sums side by side: a single one would have to wait for itself. */
function sumOf(x: DataArray, start: number, end: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = start;
  for (; i + 3 < end; i += 4) {
    a += x[i]!;
    b += x[i + 1]!;
    c += x[i + 2]!;
    d += x[i + 3]!;
  }
  for (; i < end; i++) a += x[i]!;
  return a + b + (c + d);
}

/** Σ (x − middle)². */
function squaresOf(x: DataArray, start: number, end: number, middle: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = start;
  for (; i + 3 < end; i += 4) {
    a += (x[i]! - middle) * (x[i]! - middle);
    b += (x[i + 1]! - middle) * (x[i + 1]! - middle);
    c += (x[i + 2]! - middle) * (x[i + 2]! - middle);
    d += (x[i + 3]! - middle) * (x[i + 3]! - middle);
  }
  for (; i < end; i++) a += (x[i]! - middle) * (x[i]! - middle);
  return a + b + (c + d);
}

const used = new WeakMap<DataArray, Statistics>();

/** The means and variances with which `normalizeKernel` made this very array; they are kept as long as there is the result. */
export function statisticsBehind(out: DataArray): Statistics {
  return used.get(out)!;
}

/** out = (x − mean) / √(variance + eps) · weight + bias; weight and bias belong to channels. */
export function normalizeKernel(
  x: DataArray,
  out: DataArray,
  grouping: Grouping,
  statistics: Statistics,
  eps: number,
  weight: DataArray | undefined,
  bias: DataArray | undefined,
): DataArray {
  used.set(out, statistics);
  const { mean, variance } = statistics;
  const { channels, inner, groups } = grouping;
  const width = channels / groups;
  for (let start = 0, group = 0, channel = 0; start < x.length; group = (group + 1) % mean.length) {
    const middle = mean[group]!;
    const scale = 1 / Math.sqrt(variance[group]! + eps);
    for (let last = channel + width; channel < last; channel++, start += inner) {
      const factor = weight ? scale * weight[channel]! : scale;
      const shift = bias ? bias[channel]! : 0;
      for (let i = start; i < start + inner; i++) out[i] = (x[i]! - middle) * factor + shift;
    }
    if (channel === channels) channel = 0;
  }
  return out;
}

/** Σ grad and Σ grad · x̂, x̂ being the normalised number: of each group, weighted by the channels, and of each channel. */
export interface NormSums {
  readonly groupGrads: Float64Array;
  readonly groupProducts: Float64Array;
  readonly channelGrads: Float64Array;
  readonly channelProducts: Float64Array;
}

/** What the gradients of a normalisation are made of; `scale` is 1 / √(variance + eps). */
export function normalizationSums(
  x: DataArray,
  grad: DataArray,
  { channels, inner, groups }: Grouping,
  mean: DataArray,
  scale: Float64Array,
  weight: DataArray | undefined,
): NormSums {
  const width = channels / groups;
  const [groupGrads, groupProducts] = [new Float64Array(mean.length), new Float64Array(mean.length)];
  const [channelGrads, channelProducts] = [new Float64Array(channels), new Float64Array(channels)];
  for (let start = 0, group = 0, channel = 0; start < x.length; group = (group + 1) % mean.length) {
    const middle = mean[group]!;
    for (let last = channel + width; channel < last; channel++, start += inner) {
      let sum = 0;
      let product = 0;
      for (let i = start; i < start + inner; i++) {
        sum += grad[i]!;
        product += grad[i]! * (x[i]! - middle);
      }
      product *= scale[group]!;
      channelGrads[channel]! += sum;
      channelProducts[channel]! += product;
      const factor = weight ? weight[channel]! : 1;
      groupGrads[group]! += factor * sum;
      groupProducts[group]! += factor * product;
    }
    if (channel === channels) channel = 0;
  }
  return { groupGrads, groupProducts, channelGrads, channelProducts };
}

/** dx = scale · (grad · weight − (Σ grad + x̂ · Σ grad · x̂) · share), the sums being those of the group. */
export function normalizeBackKernel(
  x: DataArray,
  grad: DataArray,
  dx: DataArray,
  { channels, inner, groups }: Grouping,
  mean: DataArray,
  scale: Float64Array,
  weight: DataArray | undefined,
  { groupGrads, groupProducts }: NormSums,
  share: number,
): void {
  const width = channels / groups;
  for (let start = 0, group = 0, channel = 0; start < x.length; group = (group + 1) % mean.length) {
    const middle = mean[group]!;
    const spread = scale[group]!;
    const common = spread * groupGrads[group]! * share;
    const slope = spread * spread * groupProducts[group]! * share;
    for (let last = channel + width; channel < last; channel++, start += inner) {
      const factor = weight ? spread * weight[channel]! : spread;
      for (let i = start; i < start + inner; i++) dx[i] = factor * grad[i]! - common - slope * (x[i]! - middle);
    }
    if (channel === channels) channel = 0;
  }
}
