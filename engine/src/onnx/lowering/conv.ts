// Convolutions and what else is done to images, in ONNX.

import { type Axes, orderFromFirst, orderToFirst } from "../../ops/layout";
import { type AdaptiveParams, type PoolParams } from "../../ops/conv/pool";
import { type TransposedParams } from "../../ops/conv/transpose";
import { type UpsampleParams } from "../../ops/conv/upsample";
import { type ConvolutionParams } from "../../ops/conv/weights";
import { reachOf, type WindowParams } from "../../ops/conv/window";
import { addDims, ceilDivDims, constantOf, type Dim, floorDivDims, maxDims, mulDims, subDims } from "../../shape/dim";
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
          ...{ strides: numbers(call, params.stride), dilations: numbers(call, params.dilation) },
          pads: [...numbers(call, params.padding), ...numbers(call, params.padding)],
          output_padding: numbers(call, params.outputPadding),
        },
        dims,
      ),
    );
  },
  maxPool2d: (call: Call<PoolParams>) => {
    // ONNX takes the maximum of floats only; float64 holds every int32.
    const x = call.input(0, isFloat(call.dtype) ? call.dtype : "float64");
    return call.cast(pooled(call, x, "MaxPool", -Infinity), call.dtype);
  },
  avgPool2d: (call: Call<PoolParams>) =>
    pooled(call, call.input(0, call.dtype), "AveragePool", 0, { count_include_pad: 1 }),
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
  const kernel = w.dims.slice(2);
  return onChannelsFirst(call, call.params.axes, x, (image, dims) => {
    const { input, attributes } = windows(call, image, kernel, 0);
    const groups = number(call, call.params.groups);
    return call.node("Conv", [input, w, bias], { kernel_shape: lengthsOf(kernel), group: groups, ...attributes }, dims);
  });
}

/** Runs on [batch, channels, …], the only order ONNX has. */
export function onChannelsFirst(call: Call, axes: Axes, x: Value, run: (image: Value, dims: Shape) => Value): Value {
  const there = orderToFirst(axes);
  const dims = there.map((axis) => call.dims[axis]!);
  return call.transpose(run(call.transpose(x, there), dims), orderFromFirst(axes));
}

/** Slides a window over images. */
function pooled(call: Call<PoolParams>, x: Value, type: string, edge: number, more: Attributes = {}): Value {
  const { axes, size } = call.params;
  return onChannelsFirst(call, axes, x, (image, dims) => {
    const { input, attributes } = windows(call, image, size, edge);
    return call.node(type, [input], { kernel_shape: numbers(call, size), ...attributes, ...more }, dims, x.dtype);
  });
}

/** The attributes for windows over an image; the image itself is padded where only a run knows how much. */
function windows(
  call: Call<WindowParams>,
  image: Value,
  kernel: Shape,
  edge: number,
): { readonly input: Value; readonly attributes: Attributes } {
  const { stride, dilation } = call.params;
  const attributes = { strides: numbers(call, stride), dilations: numbers(call, dilation) };
  const [before, after] = paddingOf(image, kernel, call.params);
  const pads = lengthsOf([...before, ...after]);
  if (pads) return { input: image, attributes: { ...attributes, pads } };
  const dims = image.dims.map((dim, axis) =>
    axis < 2 ? dim : addDims(addDims(dim, before[axis - 2]!), after[axis - 2]!),
  );
  const widths = call.lengths.shape([0, 0, ...before, 0, 0, ...after]);
  return {
    input: call.node("Pad", [image, widths, call.scalar(edge, image)], {}, dims, image.dtype),
    attributes,
  };
}

/** How much comes before and after each axis; "same" makes ceil(length / stride) windows, the odd one at the end. */
function paddingOf(image: Value, kernel: Shape, { stride, padding, dilation }: WindowParams): [Shape, Shape] {
  if (padding !== "same") return [padding, padding];
  const totals = image.dims.slice(2).map((length, i) => {
    const reach = reachOf(kernel[i]!, dilation[i]!);
    if (constantOf(stride[i]!) === 1) return subDims(reach, 1);
    const last = mulDims(subDims(ceilDivDims(length, stride[i]!), 1), stride[i]!);
    return maxDims(subDims(addDims(last, reach), length), 0);
  });
  const before = totals.map((total) => floorDivDims(total, 2));
  return [before, totals.map((total, i) => subDims(total, before[i]!))];
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
