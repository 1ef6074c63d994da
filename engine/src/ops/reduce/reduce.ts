// Sums, means, extremes and spreads along axes. float32 is added up in double precision.

import { logSumExpLane, maxLane, meanLane, minLane, sumLane, type LaneFunction } from "../../kernels/lanes";
import { type DType } from "../../tensor/dtype";
import { type Tensor } from "../../tensor/tensor";
import { div, mul, sub } from "../arithmetic";
import { equal, where } from "../comparison";
import { exp } from "../functions";
import { type GradientContext, type ReduceOp, reduction, type VarianceOptions } from "./reduction";

const same = (dtype: DType): DType => dtype;
const counting = (dtype: DType): DType => (dtype === "bool" ? "int32" : dtype);

export const sum: ReduceOp = reduction({
  name: "sum",
  doc: "The sum along the axes, or of all elements; 0 for none.",
  example: "sum(tensor([[1, 2], [3, 4]]), 0)",
  dtype: counting,
  lane: () => sumLane,
  gradient: ({ grad }) => grad,
});

export const mean: ReduceOp = reduction({
  name: "mean",
  doc: "The mean along the axes, or of all elements; NaN for none.",
  example: "mean(tensor([[1, 2], [3, 4]]), 1)",
  lane: () => meanLane,
  gradient: ({ grad, count }) => div(grad, count),
});

const productLane: LaneFunction = (data, start, step, count) => {
  // Whole numbers wrap around at 32 bits as their sums do; a double would lose the low digits first.
  const isWhole = data instanceof Int32Array;
  let product = 1;
  for (let i = 0, p = start; i < count; i++, p += step) {
    product = isWhole ? Math.imul(product, data[p]!) : product * data[p]!;
  }
  return product;
};

export const prod: ReduceOp = reduction({
  name: "prod",
  doc: "The product along the axes, or of all elements; 1 for none.",
  example: "prod(tensor([2, 3, 4]))",
  dtype: counting,
  lane: () => productLane,
  gradient: ({ grad, x, axes }) => {
    // The product of all others, without dividing by zero: a single zero sees the others, two zeros hide everything.
    const isZero = equal(x, 0);
    const zeros = sum(isZero, axes, { keepDims: true });
    const others = prod(where(isZero, 1, x), axes, { keepDims: true });
    const atZero = where(equal(zeros, 1), others, 0);
    return mul(grad, where(isZero, atZero, where(equal(zeros, 0), div(others, where(isZero, 1, x)), 0)));
  },
});

export const max: ReduceOp = reduction({
  name: "max",
  doc: "The largest along the axes, or of all elements; NaN when there is one. Ties share the gradient equally.",
  example: "max(tensor([[1, 5], [3, 2]]), 1)",
  dtype: same,
  missing: "maximum",
  lane: () => maxLane,
  gradient: (context) => sharedAmongTies(context),
});

export const min: ReduceOp = reduction({
  name: "min",
  doc: "The smallest along the axes, or of all elements; NaN when there is one. Ties share the gradient equally.",
  example: "min(tensor([[1, 5], [3, 2]]), 1)",
  dtype: same,
  missing: "minimum",
  lane: () => minLane,
  gradient: (context) => sharedAmongTies(context),
});

function sharedAmongTies({ grad, x, output, axes }: GradientContext): Tensor {
  const isExtreme = equal(x, output);
  return mul(div(grad, sum(isExtreme, axes, { keepDims: true })), isExtreme);
}

const varianceLane =
  (correction: number): LaneFunction =>
  (data, start, step, count) => {
    const center = meanLane(data, start, step, count);
    let squares = 0;
    for (let i = 0, p = start; i < count; i++, p += step) squares += (data[p]! - center) ** 2;
    return squares / Math.max(count - correction, 0);
  };

const varianceSamples = [
  (make) => [make.normal([2, 3]), 1, { correction: 1 }],
  (make) => [make.normal([4, 2]), 0, { correction: 1, keepDims: true }],
] satisfies Parameters<typeof reduction>[0]["samples"];

export const variance: ReduceOp<VarianceOptions> = reduction<VarianceOptions>({
  name: "variance",
  doc: "The mean square distance from the mean, divided by count − correction (0 unless given, as in NumPy).",
  example: "variance(tensor([1, 2, 3, 4]))",
  options: ["correction"],
  lane: ({ correction }) => varianceLane(correction),
  gradient: ({ grad, x, axes, count, params }) =>
    mul(grad, mul(sub(x, mean(x, axes, { keepDims: true })), 2 / Math.max(count - params.correction, 0))),
  samples: varianceSamples,
});

export const std: ReduceOp<VarianceOptions> = reduction<VarianceOptions>({
  name: "std",
  doc: "The standard deviation, the root of the variance; where it is 0 its gradient is 0.",
  example: "std(tensor([1, 3]))",
  options: ["correction"],
  lane: ({ correction }) => {
    const lane = varianceLane(correction);
    return (data, start, step, count) => Math.sqrt(lane(data, start, step, count));
  },
  gradient: ({ grad, x, output, axes, count, params }) => {
    const distance = div(sub(x, mean(x, axes, { keepDims: true })), Math.max(count - params.correction, 0));
    return mul(grad, quotientOrZero(distance, output));
  },
  samples: varianceSamples,
});

export const norm: ReduceOp = reduction({
  name: "norm",
  doc: "The Euclidean length √Σx² along the axes, or of all elements; where it is 0 its gradient is 0.",
  example: "norm(tensor([3, 4]))",
  lane: () => (data, start, step, count) => {
    let squares = 0;
    for (let i = 0, p = start; i < count; i++, p += step) squares += data[p]! * data[p]!;
    return Math.sqrt(squares);
  },
  gradient: ({ grad, x, output }) => mul(grad, quotientOrZero(x, output)),
});

/** a / b, and 0 where b is 0. */
function quotientOrZero(a: Tensor, b: Tensor): Tensor {
  const isZero = equal(b, 0);
  return where(isZero, 0, div(a, where(isZero, 1, b)));
}

export const logSumExp: ReduceOp = reduction({
  name: "logSumExp",
  doc: "log Σ eˣ along the axes, or of all elements, without overflow; −∞ for none.",
  example: "logSumExp(tensor([1000, 1000]))",
  lane: () => logSumExpLane,
  // Where all are −∞ none of them matters: −∞ − −∞ would be NaN.
  gradient: ({ grad, x, output }) => mul(grad, exp(sub(x, where(equal(output, -Infinity), 0, output)))),
});
