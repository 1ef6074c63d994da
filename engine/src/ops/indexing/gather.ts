// Single elements picked, or added to, by their position along one axis.

import { eachPair } from "../../kernels/elementwise";
import { type Dim, formatDim } from "../../shape/dim";
import { differ, ShapeError } from "../../shape/errors";
import { agree, agreeAtMost, concrete, formatShape, stridesOf } from "../../shape/shape";
import { allocate, convert, type DType, floating } from "../../tensor/dtype";
import { Tensor } from "../../tensor/tensor";
import { axisOf } from "../axis";
import { zeroGradient } from "../gradient";
import { engineOp, type Op, resultType, type SampleSource, type TensorLike } from "../op";
import { checkIds, readIds } from "./ids";

export interface GatherParams {
  readonly axis: number;
}

/**
 * For each id the element of x at that position of the axis, and at the id's own place along all others:
 * y[i, j] = x[i, ids[i, j]] for axis 1. The result has the shape of `ids`, as in PyTorch.
 * @throws ShapeError `rank` unless x and ids have as many axes, `gather-index` when ids is longer than x along another
 * axis or, when it runs, holds a position that does not exist.
 */
export const gather: Op<[x: TensorLike, ids: TensorLike, axis: number], GatherParams> = engineOp<
  [x: TensorLike, ids: TensorLike, axis: number],
  GatherParams
>({
  name: "gather",
  doc: "For each id the element of x at that position of the axis, and at the id's own place along all others.",
  example: "gather(tensor([[1, 2], [3, 4]]), tensor([[1], [0]]), 1)",
  args: (x, ids, axis) => ({ inputs: [x, ids], params: { axis } }),
  shape: (inputs, { axis }) => {
    const dtype = resultType([inputs[0]!]);
    checkGather("gather", inputs, axis, { dims: inputs[1]!.dims, dtype });
    return { dims: inputs[1]!.dims, dtype };
  },
  forward: ([x, ids], params, _, dtype) => {
    const out = allocate(dtype, ids!.size);
    eachPlace("gather", x!, ids!, params, (place, i) => (out[i] = x!.data[place]!));
    return out;
  },
  backward: ({ grad, inputs: [x, ids], params }) => {
    const dx = zeroGradient(x!);
    eachPlace("gather", x!, ids!, params, (place, i) => (dx.data[place]! += grad.data[i]!));
    return [dx, undefined];
  },
  samples: [
    (make) => [make.normal([3, 4]), make.integers(0, 4, [3, 2]), 1],
    (make) => [make.normal([3, 4]), make.integers(0, 3, [5, 4]), 0],
    (make) => [make.normal([2, 3, 2]), make.integers(0, 2, [1, 3, 4]), -1],
    (make) => [make.normal([3]), make.integers(0, 3, [0]), 0],
    (make) => {
      const { shape, axis, ids } = drawnIds(make);
      return [make.normal(shape), ids, axis];
    },
  ],
});

/**
 * A copy of x with each element of `src` added at the position its id names along the axis, and at its own place along
 * all others: y[i, ids[i, j]] += src[i, j] for axis 1, as in PyTorch.
 * @throws ShapeError as `gather`, and `gather-index` unless ids and src have one shape.
 */
export const scatterAdd: Op<[x: TensorLike, ids: TensorLike, src: TensorLike, axis: number], GatherParams> = engineOp<
  [x: TensorLike, ids: TensorLike, src: TensorLike, axis: number],
  GatherParams
>({
  name: "scatterAdd",
  doc: "A copy of x with each element of src added at the position its id names along the axis.",
  example: "scatterAdd(zeros([3]), tensor([2, 0, 2]), tensor([1, 2, 3]), 0)",
  args: (x, ids, src, axis) => ({ inputs: [x, ids, src], params: { axis } }),
  shape: (inputs, { axis }) => {
    const [x, , src] = inputs as [Tensor, Tensor, Tensor];
    const type = resultType([x, src]);
    const dtype: DType = type === "bool" ? "int32" : type;
    checkGather("scatterAdd", inputs, axis, { dims: x.dims, dtype });
    return { dims: x.dims, dtype };
  },
  forward: ([x, ids, src], params, _, dtype) => {
    const out = convert(x!.data, x!.dtype, dtype).slice();
    eachPlace("scatterAdd", x!, ids!, params, (place, i) => (out[place]! += src!.data[i]!));
    return out;
  },
  backward: ({ grad, inputs: [x, ids, src], params }) => {
    const dtype = floating(x!.dtype);
    const dsrc = zeroGradient(src!);
    eachPlace("scatterAdd", x!, ids!, params, (place, i) => (dsrc.data[i] = grad.data[place]!));
    return [new Tensor(grad.dims, dtype, convert(grad.data, grad.dtype, dtype)), undefined, dsrc];
  },
  samples: [
    (make) => [make.normal([3, 4]), make.integers(0, 4, [3, 5]), make.normal([3, 5]), 1],
    (make) => [make.normal([3, 4]), make.integers(0, 3, [2, 4]), make.normal([2, 4]), 0],
    (make) => [make.normal([3]), make.integers(0, 3, [0]), make.normal([0]), -1],
    (make) => {
      const { shape, axis, ids } = drawnIds(make);
      return [make.normal(shape), ids, make.normal(ids.shape), axis];
    },
  ],
});

/** A shape, an axis of it, and ids along that: as many as there may be. */
function drawnIds(make: SampleSource): { readonly shape: number[]; readonly axis: number; readonly ids: Tensor } {
  const shape = make.shape(1, 1);
  const axis = make.axis(shape.length);
  const counts = shape.map((length) => make.oneOf(1, length)).with(axis, make.dim());
  return { shape, axis, ids: make.integers(0, shape.at(axis)!, counts) };
}

/** Visits each id: the place in x it names, and its own index. */
function eachPlace(
  op: string,
  x: Tensor,
  ids: Tensor,
  params: GatherParams,
  visit: (place: number, i: number) => void,
): void {
  const axis = axisOf(op, x, params.axis);
  const positions = readIds(op, ids, x, axis, false);
  const strides = stridesOf(concrete(x.dims));
  const others = strides.with(axis, 0);
  eachPair(concrete(ids.dims), others, others, (i, place) => visit(place + positions[i]! * strides[axis]!, i));
}

const names = ["x", "ids", "src"] as const;

function checkGather(op: string, inputs: readonly Tensor[], axisArgument: number, likely: ShapeError["likely"]): void {
  const [x, ids, src] = inputs as [Tensor, Tensor, Tensor | undefined];
  checkIds(op, ids);
  const operands = inputs.map(({ dims }, i) => ({ name: names[i]!, dims }));
  if (ids.rank !== x.rank) {
    throw new ShapeError({
      code: "rank",
      op,
      message: `x is ${formatShape(x.dims)} and ids is ${formatShape(ids.dims)}: expected as many axes, ${x.rank} ≠ ${ids.rank}.`,
      operands,
      blame: 1,
      numbers: [x.rank, ids.rank],
      suggestion:
        ids.rank === x.rank - 1
          ? "add the axis with expandDims(ids, axis), or pick whole slices with take."
          : undefined,
      likely,
    });
  }
  const axis = axisOf(op, x, axisArgument, likely);
  const refuse = (message: string, other: number, blame: number, numbers: readonly [Dim, Dim]): ShapeError =>
    new ShapeError({
      ...{ code: "gather-index", op, message, operands, blame, numbers, likely },
      axes: inputs.map((_, i) => (i === blame || i === blame - 1 ? other : undefined)),
    });
  x.dims.forEach((dim, other) => {
    const found = ids.dims[other]!;
    if (other === axis || agreeAtMost(found, dim)) return;
    const message = `x is ${formatShape(x.dims)} and ids is ${formatShape(ids.dims)}: along axis ${other} ids may have at most ${formatDim(dim)} positions, found ${formatDim(found)}.`;
    throw refuse(message, other, 1, [dim, found]);
  });
  if (!src) return;
  const other = src.rank === ids.rank ? ids.dims.findIndex((dim, i) => !agree(dim, src.dims[i]!)) : 0;
  if (src.rank === ids.rank && other < 0) return;
  const numbers: readonly [Dim, Dim] =
    src.rank === ids.rank ? [ids.dims[other]!, src.dims[other]!] : [ids.rank, src.rank];
  const message = `ids is ${formatShape(ids.dims)} and src is ${formatShape(src.dims)}: expected one shape, ${differ(...numbers)}${src.rank === ids.rank ? "" : " axes"}.`;
  throw refuse(message, other, 2, numbers);
}
