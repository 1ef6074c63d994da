// Scores to probabilities along an axis.

import { type Lanes, lanesAlong } from "../kernels/lanes";
import { logSoftmaxKernel, softmaxBackKernel, softmaxKernel } from "../kernels/softmax";
import { concrete } from "../shape/shape";
import { allocateUnset, floating } from "../tensor/dtype";
import { Tensor } from "../tensor/tensor";
import { mul, sub } from "./arithmetic";
import { axisOf, checkAxisArgument } from "./axis";
import { exp } from "./functions";
import { engineOp, type Op, type OpDeclaration, resultType, type SampleSource, type TensorLike } from "./op";
import { sum } from "./reduce/reduce";

export interface AxisParams {
  readonly axis: number;
}

type AlongAxis = Op<[x: TensorLike, axis?: number], AxisParams>;

const samples: readonly ((make: SampleSource) => [x: TensorLike, axis?: number])[] = [
  (make) => [make.normal([2, 3])],
  (make) => [make.normal([2, 3]), 0],
  (make) => [make.normal([2, 3, 2]), 1],
  (make) => [make.normal([4])],
  (make) => [make.normal([0, 3])],
  (make) => [make.normal([2, 0])],
  (make) => {
    const shape = make.shape(1);
    return [make.normal(shape), make.axis(shape.length)];
  },
];

/** The parts that softmax and its logarithm have in common: everything but the numbers. */
function alongAxis(name: string): Pick<OpDeclaration<[x: TensorLike, axis?: number], AxisParams>, "args" | "shape"> & {
  samples: typeof samples;
} {
  return {
    args: (x, axis) => {
      checkAxisArgument(name, axis, false);
      return { inputs: [x], params: { axis: axis ?? -1 } };
    },
    shape: ([x], { axis }) => {
      const spec = { dims: x!.dims, dtype: floating(resultType([x!])) };
      axisOf(name, x!, axis, spec);
      return spec;
    },
    samples,
  };
}

export const softmax: AlongAxis = engineOp<[x: TensorLike, axis?: number], AxisParams>({
  name: "softmax",
  doc: "eˣ / Σ eˣ along an axis (the last unless given): positive numbers that add up to 1.",
  example: "softmax(tensor([0, 0]))",
  ...alongAxis("softmax"),
  forward: ([x], { axis }, _, dtype) => {
    const out = allocateUnset(dtype, x!.size);
    softmaxKernel(lanesOf("softmax", x!, axis), out);
    return out;
  },
  backward: ({ grad, output, params: { axis } }) => {
    const out = allocateUnset(grad.dtype, grad.size);
    softmaxBackKernel(grad.data, output.data, lanesOf("softmax", output, axis), out);
    return [new Tensor(grad.dims, grad.dtype, out)];
  },
});

export const logSoftmax: AlongAxis = engineOp<[x: TensorLike, axis?: number], AxisParams>({
  name: "logSoftmax",
  doc: "x − log Σ eˣ along an axis (the last unless given): the logarithm of softmax, without overflow.",
  example: "logSoftmax(tensor([0, 0]))",
  ...alongAxis("logSoftmax"),
  forward: ([x], { axis }, _, dtype) => {
    const out = allocateUnset(dtype, x!.size);
    logSoftmaxKernel(lanesOf("logSoftmax", x!, axis), out);
    return out;
  },
  backward: ({ grad, output, params: { axis } }) => [sub(grad, mul(exp(output), sum(grad, axis, { keepDims: true })))],
});

function lanesOf(op: string, x: Tensor, axis: number): Lanes {
  return lanesAlong(x.data, concrete(x.dims), [axisOf(op, x, axis)]);
}
