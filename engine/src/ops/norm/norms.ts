// Layer, group and batch normalisation.

import { type Grouping } from "../../kernels/normalize";
import { constantOf, type Dim, divides, formatDim, productOfDims } from "../../shape/dim";
import { differ, ShapeError } from "../../shape/errors";
import { assumeDivides } from "../../shape/facts";
import { agree, checkDim, checkShape, countAxes, formatShape, type Shape, sizeOf } from "../../shape/shape";
import { floating } from "../../tensor/dtype";
import { type Tensor } from "../../tensor/tensor";
import { type ShapeArgument } from "../create";
import { layoutAxes, type Layout } from "../layout";
import { engineOp, type Op, resultType, type SampleSource, type TensorLike } from "../op";
import {
  type BatchNormOptions,
  type ChannelNormOptions,
  checkNormTensors,
  normalizationNumbers,
  type NormOptions,
  type NormParams,
  readNorm,
} from "./normalization";

export interface LayerNormParams extends NormParams {
  readonly normalizedShape: Shape;
}

type LayerNormArgs = [x: TensorLike, normalizedShape: ShapeArgument, options?: NormOptions];

/**
 * Each sample's last axes, which must have `normalizedShape`, shifted and scaled to mean 0 and variance 1, then
 * multiplied by `weight` and moved by `bias` of that shape (Ba, Kiros and Hinton, 2016).
 * @throws ShapeError `norm-width` when the last axes are others.
 */
export const layerNorm: Op<LayerNormArgs, LayerNormParams> = engineOp<LayerNormArgs, LayerNormParams>({
  name: "layerNorm",
  doc: "The last axes, of normalizedShape, shifted and scaled to mean 0 and variance 1, then · weight + bias.",
  example: "layerNorm(randn([8, 5, 64]), 64)",
  args: (x, normalizedShape, options) => {
    const { inputs, names, params } = readNorm("layerNorm", x, options);
    return { inputs, names, params: { ...params, normalizedShape: checkShape("layerNorm", normalizedShape) } };
  },
  shape: (inputs, params) => {
    const x = inputs[0]!;
    const wanted = params.normalizedShape;
    const start = x.rank - wanted.length;
    const axis = start < 0 ? -1 : wanted.findIndex((dim, i) => !agree(dim, x.dims[start + i]!));
    if (start < 0 || axis >= 0) throw otherWidth(inputs, wanted, start, axis);
    checkNormTensors("layerNorm", inputs, params, wanted);
    return { dims: x.dims, dtype: floating(resultType(inputs)) };
  },
  ...normalizationNumbers<LayerNormParams>((shape, { normalizedShape }): Grouping => {
    const start = shape.length - normalizedShape.length;
    const [batch, channels] = [sizeOf(shape.slice(0, start)), sizeOf(shape.slice(start))];
    return { batch, channels, inner: 1, groups: 1, perSample: true };
  }),
  samples: [
    (make) => [make.normal([2, 3, 4]), 4],
    (make) => [make.normal([2, 3, 4]), [3, 4], { weight: make.normal([3, 4]), bias: make.normal([3, 4]) }],
    (make) => [make.normal([5]), [5], { weight: make.normal([5]), eps: 0.1 }],
    (make) => [make.normal([2, 4]), 4, { bias: make.normal([4]) }],
    (make) => [make.normal([0, 3]), 3],
    (make) => {
      const shape = make.shape(1, 1);
      const last = shape.slice(make.axis(shape.length));
      return [make.normal(shape), last, drawnOptions(make, last)];
    },
  ],
});

function otherWidth(inputs: readonly Tensor[], wanted: Shape, start: number, axis: number): ShapeError {
  const { dims, rank } = inputs[0]!;
  const numbers: readonly [Dim, Dim] = axis < 0 ? [wanted.length, rank] : [wanted[axis]!, dims[start + axis]!];
  const problem = axis < 0 ? `it has ${countAxes(rank)}` : `${differ(...numbers)} in axis ${start + axis}`;
  return new ShapeError({
    code: "norm-width",
    op: "layerNorm",
    message: `expected ${formatShape(wanted)} in the last axes, found ${formatShape(dims)}: ${problem}.`,
    operands: [{ name: "x", dims }],
    axes: [axis < 0 ? undefined : start + axis],
    blame: 0,
    numbers,
    suggestion:
      start < 0 ? undefined : `normalise ${formatShape(dims.slice(start))}, or give it ${formatShape(wanted)}.`,
    likely: { dims, dtype: floating(resultType(inputs)) },
  });
}

export interface GroupNormParams extends NormParams {
  readonly groups: Dim;
}

type GroupNormArgs = [x: TensorLike, groups: number, options?: ChannelNormOptions];

/**
 * The channels of each sample, axis 1, or the last with `layout: "NHWC"`, in so many groups, each shifted and scaled to
 * mean 0 and variance 1; then multiplied by `weight` and moved by `bias`, both [channels] (Wu and He, 2018).
 * @throws ShapeError `norm-width` when the channels cannot be divided into so many groups, `rank`.
 */
export const groupNorm: Op<GroupNormArgs, GroupNormParams> = engineOp<GroupNormArgs, GroupNormParams>({
  name: "groupNorm",
  doc: "The channels of each sample in groups, shifted and scaled to mean 0 and variance 1, then · weight + bias.",
  example: "groupNorm(randn([8, 6, 14, 14]), 3)",
  args: (x, groups, options) => {
    const { inputs, names, params } = readNorm("groupNorm", x, options);
    return { inputs, names, params: { ...params, groups: checkDim("groupNorm", "groups", groups, 1) } };
  },
  shape: (inputs, params) => {
    const x = inputs[0]!;
    const axis = channelAxis("groupNorm", x, params.layout);
    const channels = x.dims[axis]!;
    const certainty = divides(params.groups, channels);
    if (certainty === "no") throw unequalGroups(x, axis, params.groups);
    if (certainty === "unknown") assumeDivides(params.groups, channels);
    checkNormTensors("groupNorm", inputs, params, [channels]);
    return { dims: x.dims, dtype: floating(resultType(inputs)) };
  },
  ...normalizationNumbers<GroupNormParams>((shape, { groups }): Grouping => {
    const [batch, channels, ...inner] = shape as [number, number, ...number[]];
    return { batch, channels, inner: sizeOf(inner), groups: Number(groups), perSample: true };
  }),
  samples: [
    (make) => [make.normal([2, 4, 3]), 2],
    (make) => [make.normal([2, 4, 2, 2]), 4, { weight: make.normal([4]), bias: make.normal([4]) }],
    (make) => [make.normal([3, 4]), 1, { bias: make.normal([4]), eps: 0.01 }],
    (make) => [make.normal([0, 4]), 2],
    (make) => {
      const [groups, layout] = [make.oneOf(1, 2), make.oneOf("NCHW", "NHWC")];
      const { shape, channels } = drawnChannels(make, layout, groups);
      return [make.normal(shape), groups, { layout, ...drawnOptions(make, [channels]) }];
    },
  ],
});

function channelAxis(op: string, x: Tensor, layout: Layout): number {
  if (x.rank >= 2) return layoutAxes(layout, x.rank - 2).channel;
  throw new ShapeError({
    code: "rank",
    op,
    message: `expected at least 2 axes, [batch, channels], found ${formatShape(x.dims)}.`,
    operands: [{ name: "x", dims: x.dims }],
    blame: 0,
    numbers: [2, x.rank],
    suggestion: x.rank === 1 ? "add the batch axis with expandDims(x, 0)." : undefined,
    likely: { dims: x.dims, dtype: floating(resultType([x])) },
  });
}

function unequalGroups(x: Tensor, axis: number, groups: Dim): ShapeError {
  const channels = x.dims[axis]!;
  return new ShapeError({
    code: "norm-width",
    op: "groupNorm",
    message: `the ${formatDim(channels)} channels in axis ${axis} of ${formatShape(x.dims)} cannot be divided into ${formatDim(groups)} equal groups.`,
    operands: [{ name: "x", dims: x.dims }],
    axes: [axis],
    blame: 0,
    parameter: "groups",
    numbers: [channels, groups],
    suggestion: `choose a number of groups that divides ${formatDim(channels)}.`,
    likely: { dims: x.dims, dtype: floating(resultType([x])) },
  });
}

type BatchNormArgs = [x: TensorLike, options?: BatchNormOptions];

/**
 * Each channel, axis 1, or the last with `layout: "NHWC"`, shifted and scaled to mean 0 and variance 1 over the batch and
 * all other axes, or by the `mean` and `variance` that are given; then multiplied by `weight` and moved by `bias`, all
 * [channels] (Ioffe and Szegedy, 2015).
 * @throws ShapeError `norm-width` for tensors of another width, or a single number to take the variance of; `rank`.
 */
export const batchNorm: Op<BatchNormArgs, NormParams> = engineOp<BatchNormArgs, NormParams>({
  name: "batchNorm",
  doc: "Each channel shifted and scaled to mean 0 and variance 1 over the batch, then · weight + bias.",
  example: "batchNorm(randn([8, 6, 14, 14]))",
  args: (x, options) => readNorm("batchNorm", x, options),
  shape: (inputs, params) => {
    const x = inputs[0]!;
    const channel = channelAxis("batchNorm", x, params.layout);
    checkNormTensors("batchNorm", inputs, params, [x.dims[channel]!]);
    const spec = { dims: x.dims, dtype: floating(resultType(inputs)) };
    const count = productOfDims(x.dims.filter((_, axis) => axis !== channel));
    if (!params.roles.includes("mean") && constantOf(count) === 1) throw singleNumber(x, spec);
    return spec;
  },
  ...normalizationNumbers<NormParams>((shape): Grouping => {
    const [batch, channels, ...inner] = shape as [number, number, ...number[]];
    return { batch, channels, inner: sizeOf(inner), groups: channels, perSample: false };
  }),
  samples: [
    (make) => [make.normal([4, 3])],
    (make) => [make.normal([2, 3, 2, 2]), { weight: make.normal([3]), bias: make.normal([3]) }],
    (make) => [make.normal([3, 2, 2]), { weight: make.normal([2]), eps: 0.1 }],
    (make) => [
      make.normal([3, 2, 2]),
      { mean: make.normal([2]), variance: make.uniform(0.5, 2, [2]), weight: make.normal([2]), bias: make.normal([2]) },
    ],
    (make) => [make.normal([1, 2]), { mean: make.normal([2]), variance: make.uniform(0.5, 2, [2]) }],
    (make) => [make.normal([0, 2, 3]), { mean: make.normal([2]), variance: make.uniform(0.5, 2, [2]) }],
    (make) => {
      const layout = make.oneOf("NCHW", "NHWC");
      const { shape, channels } = drawnChannels(make, layout, 1);
      const statistics = { mean: make.normal([channels]), variance: make.uniform(0.5, 2, [channels]) };
      return [make.normal(shape), { layout, ...drawnOptions(make, [channels]), ...make.oneOf(undefined, statistics) }];
    },
  ],
});

/** Weight, bias and eps of these widths, or not. */
function drawnOptions(make: SampleSource, shape: readonly number[]): NormOptions {
  const [weight, bias] = [make.oneOf(undefined, make.normal(shape)), make.oneOf(undefined, make.normal(shape))];
  return { weight, bias, eps: make.oneOf(undefined, 0.1) };
}

/** A batch of at least 2, with channels in so many groups. */
function drawnChannels(
  make: SampleSource,
  layout: Layout,
  groups: number,
): { readonly shape: number[]; readonly channels: number } {
  const [inner, channels] = [make.shape(0, 1).slice(0, 2), groups * make.oneOf(1, 2)];
  const batch = make.dim(2);
  return { shape: layout === "NCHW" ? [batch, channels, ...inner] : [batch, ...inner, channels], channels };
}

function singleNumber(x: Tensor, likely: ShapeError["likely"]): ShapeError {
  return new ShapeError({
    code: "norm-width",
    op: "batchNorm",
    message: `x is ${formatShape(x.dims)}: each channel has a single number, which has no variance; expected a batch of at least 2.`,
    operands: [{ name: "x", dims: x.dims }],
    axes: [0],
    blame: 0,
    numbers: [2, 1],
    suggestion:
      "train on larger batches (batches with { dropLast: true } leaves out a last one of 1), or call eval() to use the model.",
    likely,
  });
}
