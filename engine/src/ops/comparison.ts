// Comparisons, logic, and choosing by them.

import { broadcastShapes } from "../shape/broadcast";
import { expandKernel } from "../kernels/elementwise";
import { concrete, describe, sizeOf } from "../shape/shape";
import { allocateUnset, convert, type DType, isDType, isFloat } from "../tensor/dtype";
import { binary, type BinaryOp, sumTo, unary, type UnaryOp } from "./elementwise";
import { engineOp, type Op, resultType, type TensorLike } from "./op";

const toBool = (): DType => "bool";

const comparison = (name: string, doc: string, value: (a: number, b: number) => boolean): BinaryOp =>
  binary({
    name,
    doc,
    example: name.startsWith("logical") ? `${name}(tensor([0, 1]), tensor([1, 1]))` : undefined,
    value: (a, b) => Number(value(a, b)),
    dtype: toBool,
  });

export const equal: BinaryOp = comparison("equal", "Where a = b, as bools; NaN equals nothing.", (a, b) => a === b);
export const notEqual: BinaryOp = comparison("notEqual", "Where a ≠ b, as bools.", (a, b) => a !== b);
export const less: BinaryOp = comparison("less", "Where a < b, as bools.", (a, b) => a < b);
export const lessEqual: BinaryOp = comparison("lessEqual", "Where a ≤ b, as bools.", (a, b) => a <= b);
export const greater: BinaryOp = comparison("greater", "Where a > b, as bools.", (a, b) => a > b);
export const greaterEqual: BinaryOp = comparison("greaterEqual", "Where a ≥ b, as bools.", (a, b) => a >= b);
export const logicalAnd: BinaryOp = comparison("logicalAnd", "Where both are not 0.", (a, b) => a !== 0 && b !== 0);
export const logicalOr: BinaryOp = comparison(
  "logicalOr",
  "Where at least one is not 0.",
  (a, b) => a !== 0 || b !== 0,
);

export const logicalNot: UnaryOp = unary({
  name: "logicalNot",
  doc: "Where x is 0, as bools.",
  example: "logicalNot(tensor([0, 2]))",
  value: (x) => Number(x === 0),
  dtype: toBool,
});

export const where: Op<[condition: TensorLike, a: TensorLike, b: TensorLike]> = engineOp({
  name: "where",
  doc: "a where the condition holds, b elsewhere; all three broadcast.",
  example: "where(greater(tensor([-1, 2]), 0), 1, 0)",
  args: (condition: TensorLike, a: TensorLike, b: TensorLike) => ({ inputs: [condition, a, b], params: undefined }),
  shape: (inputs) => ({
    dims: broadcastShapes(
      "where",
      inputs.map((x) => x.dims),
      ["condition", "a", "b"],
    ),
    dtype: resultType(inputs.slice(1)),
  }),
  forward: (inputs, _, dims, dtype) => {
    const [condition, a, b] = inputs.map((x) => expandKernel(x.data, concrete(x.dims), dims));
    const out = allocateUnset(dtype, sizeOf(dims));
    for (let i = 0; i < out.length; i++) out[i] = condition![i] === 0 ? b![i]! : a![i]!;
    return out;
  },
  backward: ({ grad, inputs: [condition, a, b] }) => [
    undefined,
    sumTo(where(condition!, grad, 0), a!),
    sumTo(where(condition!, 0, grad), b!),
  ],
  samples: [
    (make) => [make.integers(0, 2, [2, 3]), make.normal([2, 3]), make.normal([2, 3])],
    (make) => [make.integers(0, 2, [2, 1]), make.normal([3]), make.normal([])],
    (make) => [make.integers(0, 2, [3]), make.normal([3]), 0],
    (make) => [make.integers(0, 2, [3]), make.normal([0, 3]), make.normal([3])],
    (make) => {
      const shape = make.shape();
      const [a, b] = [make.normal(make.broadcast(shape)), make.normal(make.broadcast(shape))];
      return [make.integers(0, 2, make.broadcast(shape)), a, b];
    },
  ],
});

export const astype: Op<[x: TensorLike, dtype: DType]> = engineOp({
  name: "astype",
  doc: "The same numbers in another type; gradients pass between float types.",
  example: 'tensor([1.7]).astype("int32")',
  args: (x: TensorLike, dtype: DType) => {
    if (!isDType(dtype)) {
      throw new TypeError(`astype: dtype must be "float32", "float64", "int32" or "bool", found ${describe(dtype)}.`);
    }
    return { inputs: [x], params: { dtype } };
  },
  shape: ([x], { dtype }) => ({ dims: x!.dims, dtype }),
  forward: ([x], { dtype }) => convert(x!.data, x!.dtype, dtype),
  backward: ({ grad, inputs: [x] }) => [isFloat(x!.dtype) ? astype(grad, x!.dtype) : undefined],
  samples: [(make) => [make.normal(make.shape()), "float64"]],
});
