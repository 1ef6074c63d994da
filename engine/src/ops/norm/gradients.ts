// The gradients of a normalisation: of its input, its weight and bias, and of statistics that were given.

import {
  type Grouping,
  groupSize,
  normalizationSums,
  normalizeBackKernel,
  type Statistics,
} from "../../kernels/normalize";
import { type Tensor } from "../../tensor/tensor";
import { unsetGradient, zeroGradient } from "../gradient";
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
  const [centre, factors] = [statistics.mean, weight?.data];
  const sums = normalizationSums(x.data, grad.data, grouping, centre, scale, factors);
  const dx = unsetGradient(x);
  const share = mean ? 0 : 1 / groupSize(grouping);
  normalizeBackKernel(x.data, grad.data, dx.data, grouping, centre, scale, factors, sums, share);
  return {
    x: dx,
    weight: weight && filled(weight, (channel) => sums.channelProducts[channel]!),
    bias: bias && filled(bias, (channel) => sums.channelGrads[channel]!),
    mean: mean && filled(mean, (group) => -scale[group]! * sums.groupGrads[group]!),
    variance: variance && filled(variance, (group) => -0.5 * scale[group]! ** 2 * sums.groupProducts[group]!),
  };
}

function filled(operand: Tensor, value: (i: number) => number): Tensor {
  const gradient = zeroGradient(operand);
  for (let i = 0; i < operand.size; i++) gradient.data[i] = value(i);
  return gradient;
}
