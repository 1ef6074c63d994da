// How ops on every element are declared: one or two numbers in, one out, NumPy broadcasting, local gradients.

import { type MapLoop, mapLoop, sumToKernel, zipKernel, type ZipLoop, zipLoop } from "../kernels/elementwise";
import { type ZipKernel } from "../kernels/wasm/exports";
import { broadcastShapes } from "../shape/broadcast";
import { concrete, sameShape, sizeOf } from "../shape/shape";
import { allocate, allocateUnset, convert, type DType, floating } from "../tensor/dtype";
import { Tensor } from "../tensor/tensor";
import { engineOp, type Op, resultType, type SampleSource, type TensorLike } from "./op";

/** The gradient of a broadcast operand: summed over the axes it was repeated along. */
export function sumTo(grad: Tensor, operand: Tensor): Tensor {
  const from = concrete(grad.dims);
  const to = concrete(operand.dims);
  if (sameShape(from, to)) return grad;
  const out = allocate(grad.dtype, operand.size);
  return new Tensor(to, grad.dtype, sumToKernel(grad.data, from, out, to));
}

/** Gives a gradient the type of the tensor it belongs to. */
function inTypeOf(operand: Tensor, grad: Tensor): Tensor {
  const dtype = floating(operand.dtype);
  return grad.dtype === dtype ? grad : new Tensor(grad.dims, dtype, convert(grad.data, grad.dtype, dtype));
}

/** A function of one tensor. */
export type UnaryOp = Op<[x: TensorLike]>;

/** A function of two tensors. */
export type BinaryOp = Op<[a: TensorLike, b: TensorLike]>;

interface Unary {
  readonly name: string;
  readonly doc: string;
  readonly example?: string;
  readonly value: (x: number) => number;
  /** The same for many numbers, written out; absent where it would not pay. */
  readonly loop?: MapLoop;
  /** The type of the result; the input's own, as a float, when absent. */
  readonly dtype?: (dtype: DType) => DType;
  /** dL/dx from dL/dy, x and y. */
  readonly gradient?: (grad: Tensor, x: Tensor, y: Tensor) => Tensor;
  readonly samples?: readonly ((make: SampleSource) => [TensorLike])[];
}

/** Declares a function of one number, applied to every element. */
export function unary(op: Unary): UnaryOp {
  const { gradient, loop = mapLoop(op.value) } = op;
  return engineOp<[x: TensorLike], undefined>({
    name: op.name,
    doc: op.doc,
    example: op.example ?? `${op.name}(tensor([0.5, 1, 2]))`,
    shape: (inputs) => ({ dims: inputs[0]!.dims, dtype: (op.dtype ?? floating)(resultType(inputs)) }),
    forward: ([x], _params, _dims, dtype) => {
      const out = allocateUnset(dtype, x!.size);
      loop(x!.data, out);
      return out;
    },
    backward: gradient && (({ grad, inputs: [x], output }) => [gradient(grad, x!, output)]),
    samples: op.samples ?? [
      (make) => [make.normal([2, 3])],
      (make) => [make.normal([])],
      (make) => [make.normal([0, 4])],
      (make) => [make.normal(make.shape())],
    ],
  });
}

interface Binary {
  readonly name: string;
  readonly doc: string;
  readonly example?: string;
  readonly value: (a: number, b: number) => number;
  /** The same for many numbers, written out; absent where it would not pay. */
  readonly loop?: ZipLoop;
  /** The type of the result from the type in which the operands meet; that type itself when absent. */
  readonly dtype?: (dtype: DType) => DType;
  /** Which WebAssembly does it to float32, to the same bit; absent where none does. */
  readonly vectors?: ZipKernel;
  /** dL/da and dL/db, both still in the broadcast shape. */
  readonly gradients?: readonly [OperandGradient, OperandGradient];
  readonly samples?: readonly ((make: SampleSource) => [TensorLike, TensorLike])[];
}

type OperandGradient = (grad: Tensor, a: Tensor, b: Tensor, output: Tensor) => Tensor;

/** Declares a function of two numbers, applied to every pair of elements after broadcasting. */
export function binary(op: Binary): BinaryOp {
  const { gradients, loop = zipLoop(op.value) } = op;
  return engineOp<[a: TensorLike, b: TensorLike], undefined>({
    name: op.name,
    doc: op.doc,
    example: op.example ?? `${op.name}(tensor([1, 2, 3]), 2)`,
    shape: (inputs) => {
      const [a, b] = inputs;
      const dtype = resultType(inputs);
      return { dims: broadcastShapes(op.name, [a!.dims, b!.dims], ["a", "b"]), dtype: op.dtype?.(dtype) ?? dtype };
    },
    forward: ([a, b], _, dims, dtype) => {
      const out = allocateUnset(dtype, sizeOf(dims));
      zipKernel(a!.data, concrete(a!.dims), b!.data, concrete(b!.dims), out, dims, loop, op.vectors);
      // Two bools that are added are a bool, as in NumPy: true and true is true, not 2.
      if (dtype === "bool") for (let i = 0; i < out.length; i++) out[i] = out[i] === 0 ? 0 : 1;
      return out;
    },
    backward:
      gradients &&
      (({ grad, inputs: [a, b], output, wanted }) => [
        wanted[0] ? inTypeOf(a!, sumTo(gradients[0](grad, a!, b!, output), a!)) : undefined,
        wanted[1] ? inTypeOf(b!, sumTo(gradients[1](grad, a!, b!, output), b!)) : undefined,
      ]),
    samples: op.samples ?? [
      (make) => [make.distinct([2, 3]), make.normal([2, 3])],
      (make) => [make.normal([2, 3]), make.normal([3])],
      (make) => [make.normal([2, 1]), make.normal([1, 3])],
      (make) => [make.normal([4, 1, 2]), make.normal([3, 1])],
      (make) => [make.normal([2]), 3],
      (make) => [0.5, make.normal([2, 2])],
      (make) => [make.normal([0, 3]), make.normal([3])],
      (make) => {
        const shape = make.shape();
        return [make.normal(make.broadcast(shape)), make.normal(make.broadcast(shape))];
      },
    ],
  });
}
