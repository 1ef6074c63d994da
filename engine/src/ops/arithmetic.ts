// Sums, products, powers and extremes of two tensors, element by element.

import { type DType, isFloat } from "../tensor/dtype";
import { type Tensor } from "../tensor/tensor";
import { equal, greater, where } from "./comparison";
import { binary, type BinaryOp } from "./elementwise";
import { floor, log, neg } from "./functions";

export const add: BinaryOp = binary({
  name: "add",
  doc: "Adds element by element, broadcasting.",
  example: "add(tensor([1, 2]), 10)",
  value: (a, b) => a + b,
  vectors: "add",
  loop: (a, p, aStep, b, q, bStep, out, from, to) => {
    for (let i = from; i < to; i++, p += aStep, q += bStep) out[i] = a[p]! + b[q]!;
  },
  gradients: [(grad) => grad, (grad) => grad],
});

export const sub: BinaryOp = binary({
  name: "sub",
  doc: "Subtracts b from a element by element, broadcasting.",
  example: "sub(tensor([1, 2]), 1)",
  value: (a, b) => a - b,
  vectors: "sub",
  loop: (a, p, aStep, b, q, bStep, out, from, to) => {
    for (let i = from; i < to; i++, p += aStep, q += bStep) out[i] = a[p]! - b[q]!;
  },
  gradients: [(grad) => grad, (grad) => neg(grad)],
});

export const mul: BinaryOp = binary({
  name: "mul",
  doc: "Multiplies element by element, broadcasting; for the matrix product see matmul.",
  example: "mul(tensor([1, 2]), tensor([3, 4]))",
  value: (a, b) => a * b,
  vectors: "mul",
  loop: (a, p, aStep, b, q, bStep, out, from, to) => {
    for (let i = from; i < to; i++, p += aStep, q += bStep) out[i] = a[p]! * b[q]!;
  },
  gradients: [(grad, _, b) => mul(grad, b), (grad, a) => mul(grad, a)],
});

const floatResult = (dtype: DType): DType => (isFloat(dtype) ? dtype : "float32");

export const div: BinaryOp = binary({
  name: "div",
  doc: "Divides a by b element by element, broadcasting; whole numbers give floats.",
  example: "div(tensor([1, 2]), 2)",
  value: (a, b) => a / b,
  vectors: "div",
  loop: (a, p, aStep, b, q, bStep, out, from, to) => {
    for (let i = from; i < to; i++, p += aStep, q += bStep) out[i] = a[p]! / b[q]!;
  },
  dtype: floatResult,
  gradients: [(grad, _, b) => div(grad, b), (grad, _, b, output) => neg(div(mul(grad, output), b))],
  samples: [
    (make) => [make.normal([2, 3]), make.uniform(0.5, 2, [2, 3])],
    (make) => [make.normal([2, 3]), make.uniform(-2, -0.5, [3])],
    (make) => [2, make.uniform(0.5, 2, [2, 1])],
    (make) => {
      const shape = make.shape();
      return [make.normal(make.broadcast(shape)), make.uniform(0.5, 2, make.broadcast(shape))];
    },
  ],
});

export const pow: BinaryOp = binary({
  name: "pow",
  doc: "Raises a to the power b element by element, broadcasting.",
  example: "pow(tensor([1, 2, 3]), 2)",
  value: (a, b) => Math.pow(a, b),
  gradients: [
    (grad, a, b) => mul(grad, mul(b, pow(a, sub(b, 1)))),
    // log 0 would make NaN of 0 · log 0, which is 0 here: 0ᵇ does not change with b > 0.
    (grad, a, _, output) => mul(grad, mul(output, log(where(greater(a, 0), a, 1)))),
  ],
  samples: [
    (make) => [make.uniform(0.5, 2, [2, 3]), make.normal([3])],
    (make) => [make.normal([2, 2]), 2],
    (make) => [2, make.normal([3])],
    (make) => [make.uniform(0.5, 2, [0, 3]), make.normal([3])],
    (make) => {
      const shape = make.shape();
      return [make.uniform(0.5, 2, make.broadcast(shape)), make.normal(make.broadcast(shape))];
    },
  ],
});

export const mod: BinaryOp = binary({
  name: "mod",
  doc: "The remainder of a / b with the sign of b, as in NumPy and Python.",
  example: "mod(tensor([-1, 5]), 3)",
  value: (a, b) => {
    const rest = a % b;
    if (rest === 0) return b < 0 ? -0 : 0;
    return rest < 0 !== b < 0 ? rest + b : rest;
  },
  gradients: [(grad) => grad, (grad, a, b) => neg(mul(grad, floor(div(a, b))))],
  samples: [
    (make) => [make.uniform(2.1, 2.9, [2, 3]), make.uniform(0.9, 0.95, [3])],
    (make) => [make.uniform(-2.9, -2.1, [2]), 1],
    (make) => {
      const shape = make.shape();
      return [make.uniform(2.1, 2.9, make.broadcast(shape)), make.uniform(0.9, 0.95, make.broadcast(shape))];
    },
  ],
});

export const maximum: BinaryOp = binary({
  name: "maximum",
  doc: "The larger of a and b element by element, broadcasting; where they are equal the gradient goes half to each.",
  example: "maximum(tensor([1, 5]), 3)",
  value: (a, b) => Math.max(a, b),
  vectors: "maximum",
  gradients: [(grad, a, b) => shareOfLarger(grad, a, b), (grad, a, b) => shareOfLarger(grad, b, a)],
});

export const minimum: BinaryOp = binary({
  name: "minimum",
  doc: "The smaller of a and b element by element, broadcasting; where they are equal the gradient goes half to each.",
  example: "minimum(tensor([1, 5]), 3)",
  value: (a, b) => Math.min(a, b),
  vectors: "minimum",
  gradients: [(grad, a, b) => shareOfLarger(grad, b, a), (grad, a, b) => shareOfLarger(grad, a, b)],
});

/** The gradient where x > y, half of it where they are equal. */
function shareOfLarger(grad: Tensor, x: Tensor, y: Tensor): Tensor {
  return mul(grad, add(greater(x, y), mul(equal(x, y), 0.5)));
}
