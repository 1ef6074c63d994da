// The gradients of a normalisation: of its input, its weight and bias, and of statistics that were given.

import { eachRun, type Grouping, groupSize, type Statistics, sumRuns } from "../../kernels/normalize";
import { type Tensor } from "../../tensor/tensor";
import { zeroGradient } from "../gradient";
import { type NormTensors } from "./normalization";

/**
 * With x̂ = (x − mean) · r and g = dL/dy · weight, the input's gradient is r · (g − mean of g − x̂ · mean of g · x̂), the
 * means over each group (Ioffe and Szegedy, 2015); it is r · g where the statistics do not come from x.
 */
export function normalizationGradients(
  grad: Tensor,
  tensors: NormTensors,
  grouping: Grouping,
  statistics: Statistics,
  eps: number,
): { [Name in keyof NormTensors]: Tensor | undefined } & { x: Tensor } {
  const { x, weight, bias, mean, variance } = tensors;
  const scale = Float64Array.from(statistics.variance, (value) => 1 / Math.sqrt(value + eps));
  const centred = (i: number, group: number): number => (x.data[i]! - statistics.mean[group]!) * scale[group]!;
  const inner = (i: number, channel: number): number => grad.data[i]! * (weight?.data[channel] ?? 1);
  const sums = sumRuns(grouping, (i, _, channel) => inner(i, channel));
  const products = sumRuns(grouping, (i, group, channel) => inner(i, channel) * centred(i, group));
  const dx = zeroGradient(x);
  const share = mean ? 0 : 1 / groupSize(grouping);
  eachRun(grouping, (start, channel, group) => {
    for (let i = start; i < start + grouping.inner; i++) {
      const common = (sums[group]! + centred(i, group) * products[group]!) * share;
      dx.data[i] = scale[group]! * (inner(i, channel) - common);
    }
  });
  return {
    x: dx,
    weight: weight && channelSums(weight, grouping, (i, group) => grad.data[i]! * centred(i, group)),
    bias: bias && channelSums(bias, grouping, (i) => grad.data[i]!),
    mean: mean && filled(mean, (group) => -scale[group]! * sums[group]!),
    variance: variance && filled(variance, (group) => -0.5 * scale[group]! ** 2 * products[group]!),
  };
}

function channelSums(operand: Tensor, grouping: Grouping, f: (i: number, group: number) => number): Tensor {
  const sums = new Float64Array(operand.size);
  eachRun(grouping, (start, channel, group) => {
    for (let i = start; i < start + grouping.inner; i++) sums[channel]! += f(i, group);
  });
  return filled(operand, (channel) => sums[channel]!);
}

function filled(operand: Tensor, value: (i: number) => number): Tensor {
  const gradient = zeroGradient(operand);
  for (let i = 0; i < operand.size; i++) gradient.data[i] = value(i);
  return gradient;
}
