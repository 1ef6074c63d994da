// Activation functions: the a = f(z) between two layers.

import { reluBackKernel, reluKernel } from "../kernels/elementwise";
import { normalCdf, normalDensity } from "../kernels/errorFunction";
import { logistic, sigmoidKernel, tanhKernel } from "../kernels/exponential";
import { allocateUnset, type DataArray, type DType, floating } from "../tensor/dtype";
import { Tensor } from "../tensor/tensor";
import { checkNumber } from "./create";
import { unary, type UnaryOp } from "./elementwise";
import { engineOp, type Op, resultType, type TensorLike } from "./op";

export const sigmoid: UnaryOp = unary({
  name: "sigmoid",
  doc: "1 / (1 + e⁻ˣ): squeezes every number into 0 … 1.",
  example: "sigmoid(tensor([0]))",
  value: logistic,
  loop: sigmoidKernel,
  gradient: (grad, _, y) =>
    timesSlope(grad, y, (slopes, values, out) => {
      for (let i = 0; i < out.length; i++) out[i] = slopes[i]! * (values[i]! * (1 - values[i]!));
    }),
});

export const tanh: UnaryOp = unary({
  name: "tanh",
  doc: "The hyperbolic tangent: squeezes every number into −1 … 1.",
  example: "tanh(tensor([-1.5, 0.5, 2]))",
  value: Math.tanh,
  loop: tanhKernel,
  gradient: (grad, _, y) =>
    timesSlope(grad, y, (slopes, values, out) => {
      for (let i = 0; i < out.length; i++) out[i] = slopes[i]! * (1 - values[i]! * values[i]!);
    }),
});

export const relu: UnaryOp = unary({
  name: "relu",
  doc: "max(x, 0); its gradient at 0 is 0.",
  example: "relu(tensor([-1, 2]))",
  value: (x) => (x > 0 || Number.isNaN(x) ? x : 0),
  loop: reluKernel,
  dtype: (dtype) => dtype,
  gradient: (grad, x) => timesSlope(grad, x, reluBackKernel),
});

/** What a gradient becomes on its way back through an activation: out[i] from grad[i] and the input's, or the result's, [i]. */
type SlopeLoop = (grad: DataArray, values: DataArray, out: DataArray) => void;

/** The loop for a derivative that is written as a plain function. */
function slopeLoop(slope: (x: number) => number): SlopeLoop {
  return (grad, values, out) => {
    for (let i = 0; i < out.length; i++) out[i] = grad[i]! * slope(values[i]!);
  };
}

/** The gradient of an activation, from its input or its result. */
function timesSlope(grad: Tensor, x: Tensor, loop: SlopeLoop): Tensor {
  const out = allocateUnset(grad.dtype, grad.data.length);
  loop(grad.data, x.data, out);
  return new Tensor(grad.dims, grad.dtype, out);
}

const siluSlope = slopeLoop((v) => logistic(v) * (1 + v * (1 - logistic(v))));
const softplusSlope = slopeLoop(logistic);

export const silu: UnaryOp = unary({
  name: "silu",
  doc: "x · sigmoid(x), also called swish.",
  example: "silu(tensor([-1.5, 0.5, 2]))",
  value: (x) => x * logistic(x),
  gradient: (grad, x) => timesSlope(grad, x, siluSlope),
});

export const softplus: UnaryOp = unary({
  name: "softplus",
  doc: "log(1 + eˣ), a smooth relu.",
  example: "softplus(tensor([-1.5, 0.5, 2]))",
  value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  gradient: (grad, x) => timesSlope(grad, x, softplusSlope),
});

const geluSlope = slopeLoop((v) => normalCdf(v) + v * normalDensity(v));

export const gelu: UnaryOp = unary({
  name: "gelu",
  doc: "x · Φ(x) with the normal distribution's Φ, exact (Hendrycks and Gimpel, 2016).",
  example: "gelu(tensor([-1.5, 0.5, 2]))",
  value: (x) => x * normalCdf(x),
  gradient: (grad, x) => timesSlope(grad, x, geluSlope),
});

const activationShape = (inputs: readonly Tensor[]): { dims: Tensor["dims"]; dtype: DType } => ({
  dims: inputs[0]!.dims,
  dtype: floating(resultType(inputs)),
});

function mapData(x: Tensor, dtype: DType, f: (x: number) => number): DataArray {
  const out = allocateUnset(dtype, x.size);
  for (let i = 0; i < out.length; i++) out[i] = f(x.data[i]!);
  return out;
}

export const leakyRelu: Op<[x: TensorLike, slope?: number]> = engineOp({
  name: "leakyRelu",
  doc: "x where x > 0, slope · x elsewhere.",
  example: "leakyRelu(tensor([-1, 2]))",
  args: (x: TensorLike, slope?: number) => ({
    inputs: [x],
    params: { slope: checkNumber("leakyRelu", "slope", slope ?? 0.01) },
  }),
  shape: activationShape,
  forward: ([x], { slope }, _, dtype) => mapData(x!, dtype, (v) => (v > 0 ? v : slope * v)),
  backward: ({ grad, inputs: [x], params: { slope } }) => [
    timesSlope(
      grad,
      x!,
      slopeLoop((v) => (v > 0 ? 1 : slope)),
    ),
  ],
  samples: [(make) => [make.normal([2, 3])], (make) => [make.normal(make.shape()), make.oneOf(0.3, -0.1)]],
});

export const elu: Op<[x: TensorLike, alpha?: number]> = engineOp({
  name: "elu",
  doc: "x where x > 0, alpha · (eˣ − 1) elsewhere (Clevert et al., 2015).",
  example: "elu(tensor([-1.5, 0.5, 2]))",
  args: (x: TensorLike, alpha?: number) => ({
    inputs: [x],
    params: { alpha: checkNumber("elu", "alpha", alpha ?? 1) },
  }),
  shape: activationShape,
  forward: ([x], { alpha }, _, dtype) => mapData(x!, dtype, (v) => (v > 0 ? v : alpha * Math.expm1(v))),
  backward: ({ grad, inputs: [x], params: { alpha } }) => [
    timesSlope(
      grad,
      x!,
      slopeLoop((v) => (v > 0 ? 1 : alpha * Math.exp(v))),
    ),
  ],
  samples: [(make) => [make.normal([2, 3])], (make) => [make.normal(make.shape()), make.oneOf(0.5, 2)]],
});
