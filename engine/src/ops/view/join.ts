// Tensors put together and taken apart.

import { gatherStrided, scatterStrided } from "../../kernels/strided";
import { addDims, constantOf, type Dim, dimsEqual } from "../../shape/dim";
import { differ, type Operand, ShapeError } from "../../shape/errors";
import {
  agree,
  concrete,
  countAxes,
  describe,
  formatShape,
  normalizeAxis,
  sharper,
  sizeOf,
  stridesOf,
} from "../../shape/shape";
import { allocateUnset, floating } from "../../tensor/dtype";
import { Tensor } from "../../tensor/tensor";
import { axisOf } from "../axis";
import { astype } from "../comparison";
import { engineOp, type Op, resultType, type TensorLike } from "../op";
import { cut } from "./split";

type JoinOp = Op<[xs: readonly TensorLike[], axis?: number], { readonly axis: number }>;

/**
 * Joins tensors along an axis they have; all other lengths are equal.
 * @throws ShapeError `concat-axis` when another length differs, `rank` for different numbers of axes or scalars.
 */
export const concat: JoinOp = engineOp({
  name: "concat",
  doc: "Joins tensors along an axis they have (0 unless given); all other lengths are equal.",
  example: "concat([ones([2, 3]), ones([4, 3])])",
  args: (xs: readonly TensorLike[], axis?: number) => ({
    inputs: tensorList("concat", xs),
    params: { axis: axis ?? 0 },
  }),
  shape: (inputs, params) => {
    const dtype = resultType(inputs);
    const [first] = inputs as [Tensor];
    const ranks = inputs.findIndex((x) => x.rank !== first.rank || x.rank === 0);
    if (ranks >= 0) throw ranksDiffer(inputs, ranks);
    const axis = axisOf("concat", first, params.axis, { dims: first.dims, dtype });
    const dims = [...first.dims];
    dims[axis] = inputs.map((x) => x.dims[axis]!).reduce(addDims);
    inputs.forEach((x, i) => {
      x.dims.forEach((dim, other) => {
        if (other === axis || i === 0) return;
        if (!agree(dims[other]!, dim)) throw lengthsDiffer(inputs, i, axis, other, dims);
        dims[other] = sharper(dims[other]!, dim);
      });
    });
    return { dims, dtype };
  },
  forward: (inputs, params, dims, dtype) => {
    const axis = normalizeAxis("concat", params.axis, dims.length);
    const out = allocateUnset(dtype, sizeOf(dims));
    const steps = stridesOf(dims);
    let offset = 0;
    for (const x of inputs) {
      scatterStrided(x.data, { offset, steps, shape: concrete(x.dims) }, out);
      offset += x.shape[axis]! * steps[axis]!;
    }
    return out;
  },
  backward: ({ grad, inputs, params }) => {
    const axis = normalizeAxis("concat", params.axis, grad.rank);
    const pieces = cut(
      grad,
      inputs.map((x) => x.dims[axis]!),
      axis,
    );
    return pieces.map((piece, i) => inTypeOf(inputs[i]!, piece));
  },
  samples: [
    (make) => [[make.normal([2, 3]), make.normal([1, 3])]],
    (make) => [[make.normal([2, 1]), make.normal([2, 3]), make.normal([2, 0])], -1],
    (make) => [[make.normal([2, 2, 2]), make.normal([2, 1, 2])], 1],
    (make) => [[make.normal([3])]],
    (make) => {
      const shape = make.shape(1);
      const axis = make.axis(shape.length);
      const parts = Array.from({ length: make.dim(1) }, () => make.normal(shape.with(axis, make.dim())));
      return [parts, axis];
    },
  ],
});

/**
 * Joins tensors of one shape along a new axis.
 * @throws ShapeError `stack-shape` when the shapes differ.
 */
export const stack: JoinOp = engineOp({
  name: "stack",
  doc: "Joins tensors of one shape along a new axis, at this place of the result (0 unless given).",
  example: "stack([ones([3]), zeros([3])])",
  args: (xs: readonly TensorLike[], axis?: number) => ({
    inputs: tensorList("stack", xs),
    params: { axis: axis ?? 0 },
  }),
  shape: (inputs, params) => {
    const dtype = resultType(inputs);
    let [{ dims }] = inputs as [Tensor];
    const joined = (axis: number): Dim[] => [...dims.slice(0, axis), inputs.length, ...dims.slice(axis)];
    const axis = stackAxis(inputs, params.axis, joined(0));
    inputs.forEach((x, i) => {
      const other = x.rank === dims.length ? x.dims.findIndex((dim, at) => !agree(dims[at]!, dim)) : -1;
      if (x.rank !== dims.length || other >= 0) throw shapesDiffer(inputs, i, other, joined(axis));
      dims = dims.map((dim, at) => sharper(dim, x.dims[at]!));
    });
    return { dims: joined(axis), dtype };
  },
  forward: (inputs, params, dims, dtype) => {
    const axis = normalizeAxis("stack", params.axis, dims.length);
    const out = allocateUnset(dtype, sizeOf(dims));
    const strides = stridesOf(dims);
    const steps = strides.toSpliced(axis, 1);
    const shape = dims.toSpliced(axis, 1);
    inputs.forEach((x, i) => scatterStrided(x.data, { offset: i * strides[axis]!, steps, shape }, out));
    return out;
  },
  backward: ({ grad, inputs, params }) => {
    const axis = normalizeAxis("stack", params.axis, grad.rank);
    const strides = stridesOf(grad.shape);
    return inputs.map((x, i) => {
      const view = { offset: i * strides[axis]!, steps: strides.toSpliced(axis, 1), shape: concrete(x.dims) };
      return inTypeOf(
        x,
        new Tensor(x.dims, grad.dtype, gatherStrided(grad.data, view, allocateUnset(grad.dtype, x.size))),
      );
    });
  },
  samples: [
    (make) => [[make.normal([2, 3]), make.normal([2, 3])]],
    (make) => [[make.normal([2, 3]), make.normal([2, 3]), make.normal([2, 3])], 1],
    (make) => [[make.normal([2]), make.normal([2])], -1],
    (make) => [[make.normal([]), 2]],
    (make) => [[make.normal([0, 2])], 1],
    (make) => {
      const shape = make.shape().slice(0, 3);
      const parts = Array.from({ length: make.dim(1) }, () => make.normal(shape));
      return [parts, make.axis(shape.length + 1)];
    },
  ],
});

function tensorList(op: string, xs: unknown): readonly TensorLike[] {
  if (!Array.isArray(xs)) {
    const hint = xs instanceof Tensor ? ` Put them in brackets: ${op}([a, b]).` : "";
    throw new TypeError(`${op}: xs must be a list of tensors, found ${describe(xs)}.${hint}`);
  }
  if (xs.length === 0) throw new TypeError(`${op}: xs must be a list of at least one tensor, found an empty list.`);
  return [...(xs as TensorLike[])];
}

function inTypeOf(x: Tensor, grad: Tensor): Tensor {
  const dtype = floating(x.dtype);
  return grad.dtype === dtype ? grad : astype(grad, dtype);
}

const operandsOf = (inputs: readonly Tensor[]): Operand[] => inputs.map(({ dims }, i) => ({ name: `xs[${i}]`, dims }));

function ranksDiffer(inputs: readonly Tensor[], blame: number): ShapeError {
  const [first] = inputs as [Tensor];
  const found = inputs[blame]!;
  const isScalar = found.rank === 0;
  return new ShapeError({
    code: "rank",
    op: "concat",
    message: isScalar
      ? `xs[${blame}] is a scalar, which has no axis to join along.`
      : `xs[0] is ${formatShape(first.dims)} and xs[${blame}] is ${formatShape(found.dims)}: expected ${countAxes(first.rank)}, found ${found.rank}.`,
    operands: operandsOf(inputs),
    blame,
    numbers: isScalar ? undefined : [first.rank, found.rank],
    suggestion: isScalar ? "stack puts scalars side by side along a new axis." : "expandDims adds an axis of length 1.",
    likely: { dims: first.rank >= found.rank ? first.dims : found.dims, dtype: resultType(inputs) },
  });
}

function lengthsDiffer(
  inputs: readonly Tensor[],
  blame: number,
  axis: number,
  other: number,
  likely: readonly Dim[],
): ShapeError {
  const [first] = inputs as [Tensor];
  const found = inputs[blame]!;
  const numbers = [first.dims[other]!, found.dims[other]!] as const;
  const axes: (number | undefined)[] = inputs.map(() => undefined);
  axes[0] = axes[blame] = other;
  const better = first.dims.findIndex((_, candidate) =>
    inputs.every((x) => x.dims.every((dim, at) => at === candidate || dimsEqual(first.dims[at]!, dim) === "yes")),
  );
  const joined = first.dims.map((dim, at) =>
    at === better ? inputs.slice(1).reduce<Dim>((sum, x) => addDims(sum, x.dims[at]!), dim) : dim,
  );
  return new ShapeError({
    code: "concat-axis",
    op: "concat",
    message: `xs[0] is ${formatShape(first.dims)} and xs[${blame}] is ${formatShape(found.dims)}: along axis ${axis} they cannot be joined, as axis ${other} differs, ${differ(...numbers)}.`,
    operands: operandsOf(inputs),
    axes,
    blame,
    numbers,
    suggestion: better >= 0 ? `join them along axis ${better}.` : howToAgree(inputs, axis, other, numbers),
    likely: { dims: better >= 0 ? joined : likely.with(other, longer(...numbers)), dtype: resultType(inputs) },
  });
}

/** A token for all samples is meant for each of them: nothing is repeated by itself here. */
function howToAgree(inputs: readonly Tensor[], axis: number, other: number, [a, b]: readonly [Dim, Dim]): string {
  const single = inputs.find(({ dims }) => constantOf(dims[other]!) === 1);
  if (!single) return `make all lengths but that of axis ${axis} equal.`;
  return `repeat what has length 1: broadcastTo(${formatShape(single.dims.with(other, longer(a, b)))}).`;
}

function longer(a: Dim, b: Dim): Dim {
  return constantOf(a) === 1 ? b : a;
}

function stackAxis(inputs: readonly Tensor[], axis: number, likely: readonly Dim[]): number {
  try {
    return normalizeAxis("stack", axis, likely.length);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw error.with({
      message: `the result has ${countAxes(likely.length)}: ${error.details.message}`,
      operands: operandsOf(inputs),
      likely: { dims: likely, dtype: resultType(inputs) },
    });
  }
}

function shapesDiffer(inputs: readonly Tensor[], blame: number, axis: number, likely: readonly Dim[]): ShapeError {
  const [first] = inputs as [Tensor];
  const found = inputs[blame]!;
  const numbers: readonly [Dim, Dim] = axis >= 0 ? [first.dims[axis]!, found.dims[axis]!] : [first.rank, found.rank];
  const axes: (number | undefined)[] = inputs.map(() => undefined);
  if (axis >= 0) axes[0] = axes[blame] = axis;
  const problem = axis >= 0 ? `${differ(...numbers)} at axis ${axis}` : `${first.rank} and ${found.rank} axes`;
  return new ShapeError({
    code: "stack-shape",
    op: "stack",
    message: `xs[0] is ${formatShape(first.dims)} and xs[${blame}] is ${formatShape(found.dims)}: all shapes must be equal, found ${problem}.`,
    operands: operandsOf(inputs),
    axes,
    blame,
    numbers,
    suggestion: axis >= 0 ? "concat joins along an axis whose lengths differ." : undefined,
    likely: { dims: likely, dtype: resultType(inputs) },
  });
}
