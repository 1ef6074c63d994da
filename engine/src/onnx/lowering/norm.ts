// Normalisations, in ONNX.

import { type Axes, layoutAxes } from "../../ops/layout";
import { type NormParams } from "../../ops/norm/normalization";
import { type GroupNormParams, type LayerNormParams } from "../../ops/norm/norms";
import { type Dim, exactDivDims, mulDims, productOfDims } from "../../shape/dim";
import { type Shape, sizeOf } from "../../shape/shape";
import { type Call, type Lowering } from "../call";
import { lengthsOf, numbersOf, type Value } from "../graph";
import { onChannelsFirst } from "./conv";

export const norm: Readonly<Record<string, Lowering<never>>> = {
  layerNorm: (call: Call<LayerNormParams>) => {
    const { normalizedShape, eps } = call.params;
    const { x, weight, bias } = tensorsOf(call);
    const scale = weight ?? filled(call, normalizedShape, 1);
    const axis = -normalizedShape.length;
    return call.node("LayerNormalization", [x, scale, bias], { axis, epsilon: { float: eps } });
  },
  // ONNX's own operator for it takes the variance as a difference of large numbers in onnxruntime. Each group as one
  // channel is normalised exactly.
  groupNorm: (call: Call<GroupNormParams>) => {
    const { groups, eps } = call.params;
    const { x, weight, bias } = tensorsOf(call);
    return onChannelsFirst(call, axesIn(call), x, (image) => {
      const [batch, channels, ...inner] = image.dims as [Dim, Dim, ...Dim[]];
      const run = mulDims(exactDivDims(channels, groups), productOfDims(inner));
      const grouped = call.reshape(image, [batch, groups, run]);
      const [one, zero] = [filled(call, [groups], 1), filled(call, [groups], 0)];
      const epsilon = { float: eps };
      const normal = call.node("InstanceNormalization", [grouped, one, zero], { epsilon }, grouped.dims);
      const perChannel = (value: Value): Value =>
        inner.length === 0
          ? value
          : call.unsqueeze(
              value,
              inner.map((_, i) => i + 1),
            );
      const scaled = call.reshape(normal, image.dims);
      const weighted = weight ? call.elementwise("Mul", [scaled, perChannel(weight)]) : scaled;
      return bias ? call.elementwise("Add", [weighted, perChannel(bias)]) : weighted;
    });
  },
  batchNorm: (call: Call<NormParams>) => {
    const { x, weight, bias, mean, variance } = tensorsOf(call);
    return onChannelsFirst(call, axesIn(call), x, (image, dims) => {
      const channels = [dims[1]!];
      const [scale, shift] = [weight ?? filled(call, channels, 1), bias ?? filled(call, channels, 0)];
      const epsilon = { float: call.params.eps };
      const statistics = mean && variance ? [mean, variance] : batchStatistics(call, image);
      return call.node("BatchNormalization", [image, scale, shift, ...statistics], { epsilon }, dims);
    });
  },
};

const axesIn = (call: Call<NormParams>): Axes => layoutAxes(call.params.layout, call.dims.length - 2);

type Tensors = { readonly x: Value } & Partial<Readonly<Record<NormParams["roles"][number], Value>>>;

function tensorsOf(call: Call<NormParams>): Tensors {
  const named = call.params.roles.map((role, i) => [role, call.input(i + 1, call.dtype)]);
  return { x: call.input(0, call.dtype), ...(Object.fromEntries(named) as Omit<Tensors, "x">) };
}

/** What is not given. */
function filled(call: Call, dims: Shape, value: number): Value {
  const lengths = lengthsOf(dims);
  if (!lengths) return call.node("Expand", [call.graph.scalar(value, call.dtype), call.lengths.shape(dims)], {}, dims);
  const numbers = numbersOf(new Array<number>(sizeOf(lengths)).fill(value), call.dtype);
  return call.graph.constant(numbers, lengths, call.dtype);
}

/** Mean and variance of each channel over the batch and all other axes. */
function batchStatistics(call: Call, x: Value): [Value, Value] {
  const axes = call.graph.ints(x.dims.map((_, axis) => axis).filter((axis) => axis !== 1));
  const mean = (values: Value, keepdims: 0 | 1, dims: Shape): Value =>
    call.node("ReduceMean", [values, axes], { keepdims }, dims);
  const kept = x.dims.map((dim, axis) => (axis === 1 ? dim : 1));
  const center = mean(x, 1, kept);
  const distance = call.elementwise("Sub", [x, center]);
  const channels = [x.dims[1]!];
  return [call.reshape(center, channels), mean(call.node("Mul", [distance, distance]), 0, channels)];
}
