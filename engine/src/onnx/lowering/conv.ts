// Convolutions and what else is done to images, in ONNX.

import { type Axes, reordered } from "../../ops/conv/image";
import { type AdaptiveParams, type PoolParams } from "../../ops/conv/pool";
import { type TransposedParams } from "../../ops/conv/transpose";
import { type UpsampleParams } from "../../ops/conv/upsample";
import { type ConvolutionParams } from "../../ops/conv/weights";
import { type WindowParams } from "../../ops/conv/window";
import { constantOf, type Dim } from "../../shape/dim";
import { type Shape } from "../../shape/shape";
import { isFloat } from "../../tensor/dtype";
import { type Call, type Lowering } from "../call";
import { type Attributes, lengthsOf, numbersOf, type Value } from "../graph";

export const conv: Readonly<Record<string, Lowering<never>>> = {
  conv1d: convolution,
  conv2d: convolution,
  convTranspose2d: (call: Call<TransposedParams>) => {
    const [x, w, bias] = call.all(call.dtype) as [Value, Value, Value | undefined];
    const { params } = call;
    return onChannelsFirst(call, params.axes, x, (image, dims) =>
      call.node(
        "ConvTranspose",
        [image, w, bias],
        {
          ...{ kernel_shape: lengthsOf(w.dims.slice(2)), group: number(call, params.groups) },
          ...windowAttributes(call, params),
          output_padding: numbers(call, params.outputPadding),
        },
        dims,
      ),
    );
  },
  maxPool2d: (call: Call<PoolParams>) => {
    // ONNX takes the maximum of floats only; float64 holds every int32.
    const x = call.input(0, isFloat(call.dtype) ? call.dtype : "float64");
    const pooled = onChannelsFirst(call, call.params.axes, x, (image, dims) =>
      call.node("MaxPool", [image], poolAttributes(call), dims, x.dtype),
    );
    return call.cast(pooled, call.dtype);
  },
  avgPool2d: (call: Call<PoolParams>) =>
    onChannelsFirst(call, call.params.axes, call.input(0, call.dtype), (image, dims) =>
      call.node("AveragePool", [image], { ...poolAttributes(call), count_include_pad: 1 }, dims),
    ),
  adaptiveAvgPool2d: (call: Call<AdaptiveParams>) =>
    onChannelsFirst(call, call.params.axes, call.input(0, call.dtype), (image, dims) => adaptive(call, image, dims)),
  upsample2d: (call: Call<UpsampleParams>) => {
    const { mode, factor, axes } = call.params;
    const scales = call.graph.constant(numbersOf([1, 1, ...numbers(call, factor)], "float32"), [4], "float32");
    const attributes: Attributes =
      mode === "nearest"
        ? { mode, coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" }
        : { mode: "linear", coordinate_transformation_mode: "half_pixel" };
    return onChannelsFirst(call, axes, call.input(0, call.dtype), (image, dims) =>
      call.node("Resize", [image, undefined, scales], attributes, dims),
    );
  },
};

function convolution(call: Call<ConvolutionParams>): Value {
  const [x, w, bias] = call.all(call.dtype) as [Value, Value, Value | undefined];
  return onChannelsFirst(call, call.params.axes, x, (image, dims) =>
    call.node(
      "Conv",
      [image, w, bias],
      {
        ...{ kernel_shape: lengthsOf(w.dims.slice(2)), group: number(call, call.params.groups) },
        ...windowAttributes(call, call.params),
      },
      dims,
    ),
  );
}

/** Runs on [batch, channels, …], the only order ONNX has. */
function onChannelsFirst(call: Call, axes: Axes, x: Value, run: (image: Value, dims: Shape) => Value): Value {
  const first: Axes = { channel: 1, spatial: axes.spatial.map((_, i) => i + 2) };
  const [there, back] = [reordered(axes, first), reordered(first, axes)];
  const dims = there.map((axis) => call.dims[axis]!);
  return call.transpose(run(call.transpose(x, there), dims), back);
}

function windowAttributes(call: Call, { stride, padding, dilation }: WindowParams): Attributes {
  const attributes = { strides: numbers(call, stride), dilations: numbers(call, dilation) };
  if (padding === "same") return { ...attributes, auto_pad: "SAME_UPPER" };
  const pads = numbers(call, padding);
  return { ...attributes, pads: [...pads, ...pads] };
}

function poolAttributes(call: Call<PoolParams>): Attributes {
  return { kernel_shape: numbers(call, call.params.size), ...windowAttributes(call, call.params) };
}

function numbers(call: Call, dims: Shape): number[] {
  return dims.map((dim) => number(call, dim));
}

/** ONNX wants to know the sizes of kernels and windows beforehand. */
function number(call: Call, dim: Dim): number {
  const value = constantOf(dim);
  if (value === undefined) throw call.refuse("its window, stride, padding and groups must be numbers.");
  return value;
}

/** The mean of everything; or products with matrices of weights, each row of which is the mean of one window. */
function adaptive(call: Call<AdaptiveParams>, image: Value, dims: Shape): Value {
  const [rows, columns] = call.params.size as [Dim, Dim];
  if (constantOf(rows) === 1 && constantOf(columns) === 1) return call.node("GlobalAveragePool", [image], {}, dims);
  const down = averages(call, image.dims[2]!, rows);
  const tall = call.node("MatMul", [down, image], {}, [...image.dims.slice(0, 2), rows, image.dims[3]!]);
  return call.node("MatMul", [tall, call.swapLast(averages(call, image.dims[3]!, columns))], {}, dims);
}

/** [size, length]: window t is the positions floor(t · length / size) … ceil((t + 1) · length / size) − 1. */
function averages(call: Call<AdaptiveParams>, length: Dim, size: Dim): Value {
  const window = call.unsqueeze(call.lengths.count(size), [1]);
  const place = call.unsqueeze(call.lengths.count(length), [0]);
  const [total, count] = [call.lengths.length(length), call.lengths.length(size)];
  const one = call.graph.scalar(1, "int64");
  const start = call.elementwise("Div", [call.elementwise("Mul", [window, total]), count]);
  const reached = call.elementwise("Mul", [call.elementwise("Add", [window, one]), total]);
  const end = call.elementwise("Div", [
    call.elementwise("Add", [reached, call.elementwise("Sub", [count, one])]),
    count,
  ]);
  const isInside = call.elementwise("And", [
    call.elementwise("GreaterOrEqual", [place, start], "bool"),
    call.elementwise("Less", [place, end], "bool"),
  ]);
  const width = call.cast(call.elementwise("Sub", [end, start]), call.dtype);
  return call.elementwise("Div", [call.cast(isInside, call.dtype), width]);
}
