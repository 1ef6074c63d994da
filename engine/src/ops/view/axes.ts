// The same axes in another order or direction.

import { gatherStrided } from "../../kernels/strided";
import { ShapeError } from "../../shape/errors";
import { concrete, describe, formatShape, sizeOf, stridesOf, wholeNumber } from "../../shape/shape";
import { allocateUnset } from "../../tensor/dtype";
import { type Tensor } from "../../tensor/tensor";
import { type Axes, axesOf, axisOf, checkAxisArgument, refuseExtra } from "../axis";
import { engineOp, type Op, resultType, type TensorLike } from "../op";

/**
 * The axes in another order: axis i of the result is axis `axes[i]` of x; all of them reversed when none are given.
 * @throws ShapeError `rank` when `axes` does not name every axis once, `axis-range` for one that does not exist.
 */
export const transpose: Op<[x: TensorLike, axes?: readonly number[]], { readonly axes?: readonly number[] }> = engineOp<
  [x: TensorLike, axes?: readonly number[]],
  { readonly axes?: readonly number[] }
>({
  name: "transpose",
  doc: "The axes in another order: axis i of the result is axis axes[i] of x; reversed when none are given.",
  example: "transpose(ones([2, 3]))",
  args: (x: TensorLike, axes?: readonly number[], ...extra: unknown[]) => {
    refuseExtra("transpose", "axes", axes, extra);
    if (axes !== undefined && !Array.isArray(axes)) {
      throw new TypeError(`transpose: axes must be a list of whole numbers, found ${describe(axes)}.`);
    }
    return { inputs: [x], params: { axes: axes && [...axes] } };
  },
  shape: ([x], { axes }) => ({ dims: orderOf(x!, axes).map((axis) => x!.dims[axis]!), dtype: resultType([x!]) }),
  forward: ([x], { axes }, dims, dtype) => {
    const strides = stridesOf(concrete(x!.dims));
    const steps = orderOf(x!, axes).map((axis) => strides[axis]!);
    return gatherStrided(x!.data, { offset: 0, steps, shape: dims }, allocateUnset(dtype, sizeOf(dims)));
  },
  backward: ({ grad, inputs: [x], params: { axes } }) => {
    const order = orderOf(x!, axes);
    return [
      transpose(
        grad,
        order.map((_, axis) => order.indexOf(axis)),
      ),
    ];
  },
  samples: [
    (make) => [make.normal([2, 3])],
    (make) => [make.normal([2, 3, 4]), [1, 2, 0]],
    (make) => [make.normal([2, 3, 4]), [0, -1, 1]],
    (make) => [make.normal([])],
    (make) => [make.normal([0, 3])],
    (make) => {
      const shape = make.shape();
      const keys = make.distinct([shape.length]).data;
      const order = shape.map((_, axis) => axis).sort((a, b) => keys[a]! - keys[b]!);
      return [make.normal(shape), order.map((axis) => make.oneOf(axis, axis - shape.length))];
    },
  ],
});

/** Which axis of x each axis of the result is. */
function orderOf(x: Tensor, axes: readonly number[] | undefined): number[] {
  const all = x.dims.map((_, axis) => axis);
  if (axes === undefined) return all.reverse();
  const known = axes
    .map((axis, i) => wholeNumber("transpose", `axes[${i}]`, axis))
    .map((axis) => (axis < 0 ? axis + x.rank : axis));
  const chosen = [...new Set(known)].filter((axis) => all.includes(axis));
  const likely = [...chosen, ...all.filter((axis) => !chosen.includes(axis))].map((axis) => x.dims[axis]!);
  const order = axes.map((axis, i) => axisOf("transpose", x, axis, { dims: likely, dtype: x.dtype }, `axes[${i}]`));
  if (order.length === x.rank && new Set(order).size === x.rank) return order;
  const twice = order.find((axis, i) => order.indexOf(axis) !== i);
  throw new ShapeError({
    code: "rank",
    op: "transpose",
    message:
      twice === undefined
        ? `axes ${formatShape(axes)} names ${axes.length}, and ${formatShape(x.dims)} has ${x.rank}: each is to be named once.`
        : `axes ${formatShape(axes)} names axis ${twice} twice, expected each axis of ${formatShape(x.dims)} once.`,
    operands: [{ name: "x", dims: x.dims }],
    parameter: "axes",
    numbers: [x.rank, axes.length],
    suggestion: x.rank >= 2 ? "to exchange just two axes use swapAxes(x, a, b)." : undefined,
    likely: { dims: likely, dtype: x.dtype },
  });
}

export interface Swap {
  readonly a: number;
  readonly b: number;
}

/** Exchanges two axes. @throws ShapeError `axis-range`. */
export const swapAxes: Op<[x: TensorLike, a: number, b: number], Swap> = engineOp({
  name: "swapAxes",
  doc: "Exchanges two axes.",
  example: "swapAxes(ones([2, 3, 4]), -1, -2)",
  args: (x: TensorLike, a: number, b: number) => ({ inputs: [x], params: { a, b } }),
  shape: ([x], swap) => ({ dims: swapped(x!, swap).map((axis) => x!.dims[axis]!), dtype: resultType([x!]) }),
  forward: ([x], swap, dims, dtype) => {
    const strides = stridesOf(concrete(x!.dims));
    const steps = swapped(x!, swap).map((axis) => strides[axis]!);
    return gatherStrided(x!.data, { offset: 0, steps, shape: dims }, allocateUnset(dtype, sizeOf(dims)));
  },
  backward: ({ grad, params: { a, b } }) => [swapAxes(grad, a, b)],
  samples: [
    (make) => [make.normal([2, 3, 4]), 0, 2],
    (make) => [make.normal([2, 3]), -1, -2],
    (make) => [make.normal([2, 3]), 1, 1],
    (make) => {
      const shape = make.shape(1);
      return [make.normal(shape), make.axis(shape.length), make.axis(shape.length)];
    },
  ],
});

function swapped(x: Tensor, { a, b }: Swap): number[] {
  const likely = { dims: x.dims, dtype: x.dtype };
  const order = x.dims.map((_, axis) => axis);
  const [first, second] = [axisOf("swapAxes", x, a, likely, "a"), axisOf("swapAxes", x, b, likely, "b")];
  [order[first], order[second]] = [second, first];
  return order;
}

/** The elements in reverse order along the axes, or along all. */
export const flip: Op<[x: TensorLike, axis?: Axes], { readonly axis: Axes | undefined }> = engineOp({
  name: "flip",
  doc: "The elements in reverse order along the axes, or along all.",
  example: "flip(tensor([1, 2, 3]))",
  args: (x: TensorLike, axis?: Axes) => {
    checkAxisArgument("flip", axis);
    return { inputs: [x], params: { axis } };
  },
  shape: ([x], { axis }) => {
    const spec = { dims: x!.dims, dtype: resultType([x!]) };
    axesOf("flip", x!, axis, spec);
    return spec;
  },
  forward: ([x], { axis }, dims, dtype) => {
    const axes = axesOf("flip", x!, axis);
    const strides = stridesOf(dims);
    const steps = strides.map((step, i) => (axes.includes(i) ? -step : step));
    const offset = axes.reduce((sum, i) => sum + (dims[i]! - 1) * strides[i]!, 0);
    return gatherStrided(x!.data, { offset, steps, shape: dims }, allocateUnset(dtype, sizeOf(dims)));
  },
  backward: ({ grad, params: { axis } }) => [flip(grad, axis)],
  samples: [
    (make) => [make.normal([2, 3])],
    (make) => [make.normal([2, 3]), -1],
    (make) => [make.normal([2, 3, 2]), [0, 2]],
    (make) => [make.normal([0, 2])],
    (make) => {
      const shape = make.shape(1);
      return [make.normal(shape), make.axis(shape.length)];
    },
  ],
});
