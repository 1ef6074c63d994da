// The tensor: a shape, a number type and, unless it is abstract, its numbers in row-major order.

import { backward, type TapeNode } from "../autograd/tape";
import { constantOf, NeedsValue } from "../shape/dim";
import { ShapeError } from "../shape/errors";
import { concrete, formatShape, sameShape, type Shape, sizeOf } from "../shape/shape";
import { copyOf } from "./copies";
import { formatTensor } from "./print";
import { type DataArray, type DType } from "./dtype";

/** Numbers nested as deep as the tensor has axes. */
export type NestedArray = number | boolean | readonly NestedArray[];

export class Tensor<Contract extends string = string> {
  /** The lengths of the axes. Whole numbers at run time; the editor's analysis may put symbols here. */
  readonly dims: Shape;
  readonly dtype: DType;
  /** Whether `backward` leaves the gradient of this tensor in `grad`. */
  requiresGrad: boolean;
  /** The operation that made this tensor, while it is being recorded. */
  node: TapeNode | undefined;
  /** A plain number in a tensor's place: it takes the other operand's type. */
  readonly isWeak: boolean;
  /** Erased: `Tensor<"batch 784">` states a contract for the editor and is assignable to any other tensor. */
  declare readonly contract?: Contract extends string ? string : never;
  readonly #data: DataArray | undefined;
  #grad: Tensor | undefined;

  /** For the engine's own use: `tensor(…)` is the checked way to make one. No data makes an abstract tensor. */
  constructor(dims: Shape, dtype: DType, data?: DataArray, options: { requiresGrad?: boolean; isWeak?: boolean } = {}) {
    this.dims = dims;
    this.dtype = dtype;
    this.#data = data;
    this.requiresGrad = options.requiresGrad ?? false;
    this.isWeak = options.isWeak ?? false;
  }

  /** True for a tensor that has a shape and no numbers. */
  get isAbstract(): boolean {
    return this.#data === undefined;
  }

  /** The lengths of the axes. */
  get shape(): readonly number[] {
    return this.dims as readonly number[];
  }

  /** The number of axes. */
  get rank(): number {
    return this.dims.length;
  }

  /** How many numbers it holds. */
  get size(): number {
    return sizeOf(concrete(this.dims));
  }

  /** The numbers themselves, row-major; writing to it changes the tensor. Small tensors share one underlying buffer. */
  get data(): DataArray {
    if (this.#data === undefined) throw new NeedsValue(`A tensor of shape ${formatShape(this.dims)} has no data here.`);
    return this.#data;
  }

  /** The gradient that `backward` left here: same shape, or undefined before. */
  get grad(): Tensor | undefined {
    if (this.isAbstract && this.requiresGrad) return new Tensor(this.dims, this.dtype);
    return this.#grad;
  }

  set grad(value: Tensor | undefined) {
    const fits = value === undefined || sameShape(value.dims, this.dims);
    if (!fits && formatShape(value.dims) !== formatShape(this.dims)) {
      throw new ShapeError({
        code: "broadcast",
        op: "grad",
        message: `a gradient has the shape of its tensor: expected ${formatShape(this.dims)}, found ${formatShape(value.dims)}.`,
      });
    }
    this.#grad = value;
  }

  /**
   * Backpropagates from this scalar: every tensor with `requiresGrad` that it was computed from gets, in `grad`,
   * the derivative of this with respect to it. Gradients accumulate; clear them with `zeroGrad`.
   * @throws ShapeError for a tensor that is not a scalar, unless `seed` of the same shape is given.
   */
  backward(seed?: Tensor): void {
    backward(this, seed);
  }

  /** The number in a tensor of one element. */
  item(): number {
    if (this.dims.every((dim) => constantOf(dim) === 1)) return this.data[0]!;
    if (this.dims.some((dim) => constantOf(dim) === undefined)) throw new NeedsValue("The size is not known.");
    throw new ShapeError({
      code: "rank",
      op: "item",
      message: `expected a tensor of one element, found ${formatShape(this.dims)}.`,
      operands: [{ name: "x", dims: this.dims }],
      suggestion: "use toArray(), or reduce it first with mean() or sum().",
    });
  }

  /** The numbers as nested arrays: a number for a scalar; bools as true and false. */
  toArray(): NestedArray {
    const { data, dtype } = this;
    const shape = concrete(this.dims);
    let next = 0;
    const build = (axis: number): NestedArray => {
      if (axis < shape.length) return Array.from({ length: shape[axis]! }, () => build(axis + 1));
      const value = data[next++]!;
      return dtype === "bool" ? value !== 0 : value;
    };
    return build(0);
  }

  toString(): string {
    return this.isAbstract ? `Tensor(${formatShape(this.dims)}, ${this.dtype})` : formatTensor(this);
  }

  /** The same numbers, cut off from the tape. */
  detach(): Tensor {
    return copyOf(this, new Tensor(this.dims, this.dtype, this.#data));
  }

  /** A copy with numbers of its own, cut off from the tape. */
  clone(): Tensor {
    const { dims, dtype, requiresGrad } = this;
    return copyOf(this, new Tensor(dims, dtype, this.#data?.slice(), { requiresGrad }));
  }
}
