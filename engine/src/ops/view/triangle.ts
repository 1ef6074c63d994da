// The lower and upper triangle of matrices.

import { ShapeError } from "../../shape/errors";
import { formatShape, wholeNumber } from "../../shape/shape";
import { allocate } from "../../tensor/dtype";
import { engineOp, type Op, resultType, type TensorLike } from "../op";

export interface TriangleParams {
  /** Which diagonal is the edge: 0 the main one, 1 the one above it, −1 the one below. */
  readonly diagonal: number;
}

type TriangleArgs = [x: TensorLike, diagonal?: number];

function triangle(
  name: string,
  doc: string,
  example: string,
  keeps: (row: number, column: number, diagonal: number) => boolean,
): Op<TriangleArgs, TriangleParams> {
  const op: Op<TriangleArgs, TriangleParams> = engineOp<TriangleArgs, TriangleParams>({
    name,
    doc,
    example,
    args: (x, diagonal) => ({ inputs: [x], params: { diagonal: wholeNumber(name, "diagonal", diagonal ?? 0) } }),
    shape: ([x]) => {
      const spec = { dims: x!.dims, dtype: resultType([x!]) };
      if (x!.rank >= 2) return spec;
      throw new ShapeError({
        code: "rank",
        op: name,
        message: `expected a matrix, at least 2 axes, found ${formatShape(x!.dims)}.`,
        operands: [{ name: "x", dims: x!.dims }],
        blame: 0,
        numbers: [2, x!.rank],
        likely: spec,
      });
    },
    forward: ([x], { diagonal }, dims, dtype) => {
      const out = allocate(dtype, x!.size);
      const [rows, columns] = dims.slice(-2) as [number, number];
      for (let i = 0; i < out.length; i++) {
        if (keeps(Math.floor(i / columns) % rows, i % columns, diagonal)) out[i] = x!.data[i]!;
      }
      return out;
    },
    backward: ({ grad, params: { diagonal } }) => [op(grad, diagonal)],
    samples: [
      (make) => [make.normal([3, 4])],
      (make) => [make.normal([2, 3, 3]), 1],
      (make) => [make.normal([3, 2]), -1],
      (make) => [make.normal([0, 2])],
      (make) => [make.normal(make.shape(2)), make.oneOf(-3, -1, 0, 1, 3)],
    ],
  });
  return op;
}

/** The elements on and below a diagonal of the last two axes; the others are 0. @throws ShapeError `rank`. */
export const tril: Op<TriangleArgs, TriangleParams> = triangle(
  "tril",
  "The elements on and below a diagonal (the main one unless given) of the last two axes; the others are 0.",
  "tril(ones([2, 2])) // [[1, 0], [1, 1]]",
  (row, column, diagonal) => column <= row + diagonal,
);

/** The elements on and above a diagonal of the last two axes; the others are 0. @throws ShapeError `rank`. */
export const triu: Op<TriangleArgs, TriangleParams> = triangle(
  "triu",
  "The elements on and above a diagonal (the main one unless given) of the last two axes; the others are 0.",
  "triu(ones([2, 2])) // [[1, 1], [0, 1]]",
  (row, column, diagonal) => column >= row + diagonal,
);
