// Repetition without a new element: NumPy's broadcasting, asked for by name.

import { expandKernel } from "../../kernels/elementwise";
import { type Dim, dimsEqual } from "../../shape/dim";
import { differ, ShapeError } from "../../shape/errors";
import { agree, checkShape, concrete, countAxes, formatShape, type Shape } from "../../shape/shape";
import { convert } from "../../tensor/dtype";
import { type Tensor } from "../../tensor/tensor";
import { refuseExtra } from "../axis";
import { sumTo } from "../elementwise";
import { engineOp, type Op, resultType, type TensorLike } from "../op";

/** Repeats axes of length 1, and puts new ones in front, until x has this shape. */
export const broadcastTo: Op<[x: TensorLike, shape: number | readonly number[]], { readonly shape: Shape }> = engineOp<
  [x: TensorLike, shape: number | readonly number[]],
  { readonly shape: Shape }
>({
  name: "broadcastTo",
  doc: "Repeats axes of length 1, and puts new ones in front, until x has this shape.",
  example: "broadcastTo(tensor([1, 2]), [3, 2])",
  args: (x: TensorLike, shape: number | readonly number[], ...extra: unknown[]) => {
    refuseExtra("broadcastTo", "shape", shape, extra);
    return { inputs: [x], params: { shape: checkShape("broadcastTo", shape) } };
  },
  shape: ([x], { shape }) => {
    const lead = shape.length - x!.rank;
    if (lead < 0) {
      throw cannotBroadcast(x!, shape, `it has ${countAxes(x!.rank)}, the shape ${shape.length}`, [
        x!.rank,
        shape.length,
      ]);
    }
    for (const [axis, dim] of x!.dims.entries()) {
      const wanted = shape[lead + axis]!;
      if (dimsEqual(dim, 1) !== "no" || dimsEqual(dim, wanted) === "yes") continue;
      if (!agree(dim, wanted)) {
        const problem = `${differ(dim, wanted)} at axis ${axis - x!.rank}, and only 1 can be repeated`;
        throw cannotBroadcast(x!, shape, problem, [dim, wanted], axis);
      }
    }
    return { dims: shape, dtype: resultType([x!]) };
  },
  forward: ([x], _, dims, dtype) => expandKernel(convert(x!.data, x!.dtype, dtype), concrete(x!.dims), dims),
  backward: ({ grad, inputs: [x] }) => [sumTo(grad, x!)],
  samples: [
    (make) => [make.normal([3]), [2, 3]],
    (make) => [make.normal([2, 1]), [4, 2, 3]],
    (make) => [make.normal([]), [2]],
    (make) => [make.normal([1, 3]), [0, 3]],
    (make) => [make.normal([2]), [2]],
    (make) => {
      const shape = make.shape();
      return [make.normal(make.broadcast(shape)), shape];
    },
  ],
});

function cannotBroadcast(
  x: Tensor,
  shape: Shape,
  problem: string,
  numbers: readonly [Dim, Dim],
  axis?: number,
): ShapeError {
  return new ShapeError({
    code: "broadcast",
    op: "broadcastTo",
    message: `${formatShape(x.dims)} does not broadcast to ${formatShape(shape)}: ${problem}.`,
    operands: [{ name: "x", dims: x.dims }],
    axes: [axis],
    blame: 0,
    parameter: "shape",
    numbers,
    suggestion:
      axis === 0 && x.rank === 1 && shape.length === 2 && dimsEqual(shape[0]!, x.dims[0]!) === "yes"
        ? "make it a column first: expandDims(x, 1)."
        : undefined,
    likely: { dims: shape, dtype: x.dtype },
  });
}
