// Activation functions: the a = f(z) between two layers.

import { plainNumber } from "../shape/shape";
import { allocate, type DataArray, type DType, floating } from "../tensor/dtype";
import { Tensor } from "../tensor/tensor";
import { unary, type UnaryOp } from "./elementwise";
import { engineOp, type Op, resultType, type TensorLike } from "./op";

const logistic = (x: number): number => {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
};

export const sigmoid: UnaryOp = unary({
  name: "sigmoid",
  doc: "1 / (1 + e⁻ˣ): squeezes every number into 0 … 1.",
  example: "sigmoid(tensor([0])) // [0.5]",
  value: logistic,
  gradient: (grad, _, y) => timesSlope(grad, y, (v) => v * (1 - v)),
});

export const tanh: UnaryOp = unary({
  name: "tanh",
  doc: "The hyperbolic tangent: squeezes every number into −1 … 1.",
  value: Math.tanh,
  gradient: (grad, _, y) => timesSlope(grad, y, (v) => 1 - v * v),
});

export const relu: UnaryOp = unary({
  name: "relu",
  doc: "max(x, 0); its gradient at 0 is 0.",
  example: "relu(tensor([-1, 2])) // [0, 2]",
  value: (x) => (x > 0 || Number.isNaN(x) ? x : 0),
  dtype: (dtype) => dtype,
  gradient: (grad, x) => timesSlope(grad, x, (v) => (v > 0 ? 1 : 0)),
});

/** The gradient of an activation whose derivative is written once as a plain function, of its input or its result. */
function timesSlope(grad: Tensor, x: Tensor, slope: (x: number) => number): Tensor {
  const { data } = grad;
  const values = x.data;
  const out = allocate(grad.dtype, data.length);
  for (let i = 0; i < out.length; i++) out[i] = data[i]! * slope(values[i]!);
  return new Tensor(grad.dims, grad.dtype, out);
}

export const silu: UnaryOp = unary({
  name: "silu",
  doc: "x · sigmoid(x), also called swish.",
  value: (x) => x * logistic(x),
  gradient: (grad, x) => timesSlope(grad, x, (v) => logistic(v) * (1 + v * (1 - logistic(v)))),
});

export const softplus: UnaryOp = unary({
  name: "softplus",
  doc: "log(1 + eˣ), a smooth relu.",
  value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  gradient: (grad, x) => timesSlope(grad, x, logistic),
});

/**
 * The error function from the regularised incomplete gamma function P(½, x²): a series for small x, a continued
 * fraction for large (Numerical Recipes, §6.2). Accurate to about 1e-15.
 */
export function erf(x: number): number {
  const square = x * x;
  if (Number.isNaN(x)) return NaN;
  if (square > 36) return Math.sign(x);
  if (square < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= -square / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 60; n >= 1; n--) fraction = n / 2 / (Math.abs(x) + fraction);
  return Math.sign(x) * (1 - Math.exp(-square) / (Math.sqrt(Math.PI) * (Math.abs(x) + fraction)));
}

const normalCdf = (x: number): number => 0.5 * (1 + erf(x / Math.SQRT2));
const normalDensity = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

export const gelu: UnaryOp = unary({
  name: "gelu",
  doc: "x · Φ(x) with the normal distribution's Φ, exact (Hendrycks and Gimpel, 2016).",
  value: (x) => x * normalCdf(x),
  gradient: (grad, x) => timesSlope(grad, x, (v) => normalCdf(v) + v * normalDensity(v)),
});

const activationShape = (inputs: readonly Tensor[]): { dims: Tensor["dims"]; dtype: DType } => ({
  dims: inputs[0]!.dims,
  dtype: floating(resultType(inputs)),
});

function mapData(x: Tensor, dtype: DType, f: (x: number) => number): DataArray {
  const out = allocate(dtype, x.size);
  for (let i = 0; i < out.length; i++) out[i] = f(x.data[i]!);
  return out;
}

export const leakyRelu: Op<[x: TensorLike, slope?: number]> = engineOp({
  name: "leakyRelu",
  doc: "x where x > 0, slope · x elsewhere.",
  example: "leakyRelu(tensor([-1, 2])) // [-0.01, 2]",
  args: (x: TensorLike, slope?: number) => ({
    inputs: [x],
    params: { slope: plainNumber("leakyRelu", "slope", slope ?? 0.01) },
  }),
  shape: activationShape,
  forward: ([x], { slope }, _, dtype) => mapData(x!, dtype, (v) => (v > 0 ? v : slope * v)),
  backward: ({ grad, inputs: [x], params: { slope } }) => [timesSlope(grad, x!, (v) => (v > 0 ? 1 : slope))],
  samples: [(make) => [make.normal([2, 3])], (make) => [make.normal([4]), 0.3]],
});

export const elu: Op<[x: TensorLike, alpha?: number]> = engineOp({
  name: "elu",
  doc: "x where x > 0, alpha · (eˣ − 1) elsewhere (Clevert et al., 2015).",
  args: (x: TensorLike, alpha?: number) => ({
    inputs: [x],
    params: { alpha: plainNumber("elu", "alpha", alpha ?? 1) },
  }),
  shape: activationShape,
  forward: ([x], { alpha }, _, dtype) => mapData(x!, dtype, (v) => (v > 0 ? v : alpha * Math.expm1(v))),
  backward: ({ grad, inputs: [x], params: { alpha } }) => [
    timesSlope(grad, x!, (v) => (v > 0 ? 1 : alpha * Math.exp(v))),
  ],
  samples: [(make) => [make.normal([2, 3])], (make) => [make.normal([4]), 0.5]],
});
