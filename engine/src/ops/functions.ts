// Functions of one number, applied to every element.

import { negKernel, squareKernel } from "../kernels/elementwise";
import { expKernel } from "../kernels/exponential";
import { allocate, type DType } from "../tensor/dtype";
import { add, div, mul } from "./arithmetic";
import { greaterEqual, lessEqual, logicalAnd } from "./comparison";
import { checkNumber } from "./create";
import { unary, type UnaryOp } from "./elementwise";
import { engineOp, type Op, type TensorLike } from "./op";

const same = (dtype: DType): DType => dtype;

export const neg: UnaryOp = unary({
  name: "neg",
  doc: "−x.",
  example: "neg(tensor([-1.5, 0.5, 2]))",
  value: (x) => -x,
  loop: negKernel,
  dtype: (dtype) => (dtype === "bool" ? "int32" : dtype),
  gradient: (grad) => neg(grad),
});

export const abs: UnaryOp = unary({
  name: "abs",
  doc: "The absolute value; its gradient at 0 is 0.",
  example: "abs(tensor([-1.5, 0.5, 2]))",
  value: Math.abs,
  dtype: same,
  gradient: (grad, x) => mul(grad, sign(x)),
});

export const sign: UnaryOp = unary({
  name: "sign",
  doc: "−1, 0 or 1.",
  example: "sign(tensor([-1.5, 0.5, 2]))",
  // Math.sign keeps the sign of −0, which NumPy drops.
  value: (x) => (x === 0 ? 0 : Math.sign(x)),
  dtype: same,
  gradient: (grad) => mul(grad, 0),
});

export const exp: UnaryOp = unary({
  name: "exp",
  doc: "eˣ.",
  value: Math.exp,
  loop: expKernel,
  gradient: (grad, _, y) => mul(grad, y),
});

export const log: UnaryOp = unary({
  name: "log",
  doc: "The natural logarithm: −∞ at 0, NaN below.",
  value: Math.log,
  gradient: (grad, x) => div(grad, x),
  samples: [(make) => [make.uniform(0.5, 3, make.shape())]],
});

export const log1p: UnaryOp = unary({
  name: "log1p",
  doc: "log(1 + x), exact for small x.",
  value: Math.log1p,
  gradient: (grad, x) => div(grad, add(x, 1)),
  samples: [(make) => [make.uniform(-0.5, 3, make.shape())]],
});

export const expm1: UnaryOp = unary({
  name: "expm1",
  doc: "eˣ − 1, exact for small x.",
  value: Math.expm1,
  gradient: (grad, _, y) => mul(grad, add(y, 1)),
});

export const sqrt: UnaryOp = unary({
  name: "sqrt",
  doc: "The square root: NaN below 0.",
  value: Math.sqrt,
  gradient: (grad, _, y) => div(grad, mul(y, 2)),
  samples: [(make) => [make.uniform(0.5, 3, make.shape())]],
});

export const rsqrt: UnaryOp = unary({
  name: "rsqrt",
  doc: "1 / √x.",
  value: (x) => 1 / Math.sqrt(x),
  gradient: (grad, x, y) => mul(grad, mul(div(y, x), -0.5)),
  samples: [(make) => [make.uniform(0.5, 3, make.shape())]],
});

export const square: UnaryOp = unary({
  name: "square",
  doc: "x².",
  value: (x) => x * x,
  loop: squareKernel,
  dtype: (dtype) => (dtype === "bool" ? "int32" : dtype),
  gradient: (grad, x) => mul(grad, mul(x, 2)),
});

export const reciprocal: UnaryOp = unary({
  name: "reciprocal",
  doc: "1 / x.",
  value: (x) => 1 / x,
  gradient: (grad, _, y) => neg(mul(grad, square(y))),
  samples: [(make) => [make.uniform(0.5, 3, make.shape())]],
});

export const sin: UnaryOp = unary({
  name: "sin",
  doc: "The sine.",
  value: Math.sin,
  gradient: (grad, x) => mul(grad, cos(x)),
});

export const cos: UnaryOp = unary({
  name: "cos",
  doc: "The cosine.",
  value: Math.cos,
  gradient: (grad, x) => neg(mul(grad, sin(x))),
});

const rounding = (name: string, doc: string, value: (x: number) => number): UnaryOp =>
  unary({
    name,
    doc,
    example: `${name}(tensor([-1.5, 0.5, 2]))`,
    value,
    dtype: same,
    gradient: (grad) => mul(grad, 0),
    samples: [(make) => [make.uniform(0.1, 0.4, make.shape())], (make) => [make.uniform(-1.4, -1.1, [3])]],
  });

export const floor: UnaryOp = rounding("floor", "The largest whole number ≤ x; its gradient is 0.", Math.floor);
export const ceil: UnaryOp = rounding("ceil", "The smallest whole number ≥ x; its gradient is 0.", Math.ceil);
export const round: UnaryOp = rounding(
  "round",
  "The nearest whole number, halves to even as in NumPy; gradient 0.",
  (x) => {
    const down = Math.floor(x);
    const rest = x - down;
    // down + 1, written so that what is rounded up to zero becomes −0.
    return rest < 0.5 || (rest === 0.5 && down % 2 === 0) ? down : -(-1 - down);
  },
);

export const clip: Op<[x: TensorLike, lo: number, hi: number]> = engineOp({
  name: "clip",
  doc: "Limits every element to lo … hi; the gradient passes where nothing was cut.",
  example: "clip(tensor([-1, 0.5, 3]), 0, 1)",
  args: (x: TensorLike, lo: number, hi: number) => ({
    inputs: [x],
    params: { lo: checkNumber("clip", "lo", lo), hi: checkNumber("clip", "hi", hi) },
  }),
  shape: ([x]) => ({ dims: x!.dims, dtype: x!.isWeak ? "float32" : x!.dtype }),
  forward: ([x], { lo, hi }, _dims, dtype) => {
    const out = allocate(dtype, x!.size);
    for (let i = 0; i < out.length; i++) out[i] = Math.min(Math.max(x!.data[i]!, lo), hi);
    return out;
  },
  backward: ({ grad, inputs: [x], params: { lo, hi } }) => [
    mul(grad, logicalAnd(greaterEqual(x!, lo), lessEqual(x!, hi))),
  ],
  samples: [
    (make) => [make.uniform(-0.9, 0.9, [2, 3]), -1, 1],
    (make) => [make.uniform(2, 3, [4]), 0, 1],
    (make) => [make.normal(make.shape()), make.oneOf(-1, 0.1), make.oneOf(0.1, 0.5)],
  ],
});
