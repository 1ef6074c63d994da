// NumPy's other products: dot and outer.

import { type Dim, productOfDims } from "../../shape/dim";
import { ShapeError } from "../../shape/errors";
import { type Tensor } from "../../tensor/tensor";
import { mul } from "../arithmetic";
import { matmul } from "../linalg";
import { engineFunction, type TensorLike, toTensor } from "../op";
import { namingResult } from "../room";
import { reshape, transpose } from "../view";

/**
 * NumPy's dot: the sum over the last axis of a and the second last of b (or its only one), with the other axes of a and
 * then those of b; a scalar multiplies.
 * @throws ShapeError `matmul-inner`.
 */
export const dot: (a: TensorLike, b: TensorLike) => Tensor = engineFunction<[a: TensorLike, b: TensorLike], Tensor>({
  name: "dot",
  doc: "The sum of products over the last axis of a and the second last, or only, axis of b.",
  example: "dot(tensor([1, 2]), tensor([3, 4]))",
  call: (a, b) => {
    const [x, y] = [toTensor("dot", a, 0), toTensor("dot", b, 1)];
    if (x.rank === 0 || y.rank === 0) return mul(a, b);
    if (y.rank <= 2) return named("dot", () => matmul(x, y));
    const axis = y.rank - 2;
    const others = y.dims.toSpliced(axis, 1);
    const order = [axis, ...y.dims.map((_, i) => i).filter((i) => i !== axis)];
    const columns = reshape(transpose(y, order), [y.dims[axis]!, productOfDims(others)] as number[]);
    const product = named("dot", () => matmul(x, columns));
    return reshape(product, [...x.dims.slice(0, -1), ...others] as number[]);
  },
  samples: [
    (make) => [make.normal([3]), make.normal([3])],
    (make) => [make.normal([2, 3]), make.normal([3, 2])],
    (make) => [make.normal([2, 3]), make.normal([2, 3, 2])],
    (make) => [make.normal([2]), 3],
    (make) => {
      const inner = make.dim();
      const b = make.oneOf([inner], [inner, make.dim()], [make.dim(1), inner, make.dim(1)]);
      return [make.normal([...make.shape().slice(0, 2), inner]), make.normal(b)];
    },
  ],
});

/** Runs the ops that a product is made of; what they refuse is refused in its name. */
function named<T>(op: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw error instanceof ShapeError ? error.with({ op }) : namingResult(error, op, []);
  }
}

/** Every element of a times every element of b: [size of a, size of b]. */
export const outer: (a: TensorLike, b: TensorLike) => Tensor = engineFunction<[a: TensorLike, b: TensorLike], Tensor>({
  name: "outer",
  doc: "Every element of a times every element of b: shape [size of a, size of b].",
  example: "outer(tensor([1, 2]), tensor([3, 4]))",
  call: (a, b) => {
    const [x, y] = [toTensor("outer", a, 0), toTensor("outer", b, 1)];
    const size = ({ dims }: Tensor): Dim => productOfDims(dims);
    const [column, row] = [reshape(x, [size(x), 1] as number[]), reshape(y, [1, size(y)] as number[])];
    return named("outer", () => mul(column, row));
  },
  samples: [
    (make) => [make.normal([2]), make.normal([3])],
    (make) => [make.normal([2, 2]), make.normal([2])],
    (make) => [make.normal(make.shape().slice(0, 2)), make.normal(make.shape().slice(0, 2))],
  ],
});
