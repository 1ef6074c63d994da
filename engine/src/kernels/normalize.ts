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

/** Visits runs of `inner` numbers: where they begin, their channel, and their group. */
export function eachRun(grouping: Grouping, visit: (start: number, channel: number, group: number) => void): void {
  const { batch, channels, inner, groups, perSample } = grouping;
  const width = channels / groups;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < channels; c++) {
      visit((n * channels + c) * inner, c, (perSample ? n * groups : 0) + Math.floor(c / width));
    }
  }
}

export function groupCount({ batch, groups, perSample }: Grouping): number {
  return perSample ? batch * groups : groups;
}

/** How many numbers a group has. */
export function groupSize({ batch, channels, inner, groups, perSample }: Grouping): number {
  return (channels / groups) * inner * (perSample ? 1 : batch);
}

/** Mean and variance (of the population) of each group: two passes, so that a large mean costs no digits. */
export function statisticsOf(x: DataArray, grouping: Grouping): Statistics {
  const count = groupSize(grouping);
  const mean = sumRuns(grouping, (i) => x[i]!).map((sum) => sum / count);
  const variance = sumRuns(grouping, (i, group) => (x[i]! - mean[group]!) ** 2).map((sum) => sum / count);
  return { mean, variance };
}

/** For each group the sum of a function of its numbers' places. */
export function sumRuns(grouping: Grouping, f: (i: number, group: number, channel: number) => number): Float64Array {
  const sums = new Float64Array(groupCount(grouping));
  eachRun(grouping, (start, channel, group) => {
    let sum = 0;
    for (let i = start; i < start + grouping.inner; i++) sum += f(i, group, channel);
    sums[group]! += sum;
  });
  return sums;
}

/** out = (x − mean) / √(variance + eps) · weight + bias; weight and bias belong to channels. */
export function normalizeKernel(
  x: DataArray,
  out: DataArray,
  grouping: Grouping,
  { mean, variance }: Statistics,
  eps: number,
  weight: DataArray | undefined,
  bias: DataArray | undefined,
): DataArray {
  eachRun(grouping, (start, channel, group) => {
    const scale = (weight?.[channel] ?? 1) / Math.sqrt(variance[group]! + eps);
    const middle = mean[group]!;
    const shift = bias?.[channel] ?? 0;
    for (let i = start; i < start + grouping.inner; i++) out[i] = (x[i]! - middle) * scale + shift;
  });
  return out;
}
