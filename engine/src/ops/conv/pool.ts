// Pooling: images made smaller, each window becoming its largest element or its mean.

import { eachMaximum, type Pooling } from "../../kernels/maxPool";
import { resample, resampleBack, type Taps } from "../../kernels/resample";
import { constantOf, type Dim, formatDim, mulDims } from "../../shape/dim";
import { concrete, type Shape, sizeOf } from "../../shape/shape";
import { allocate, type DType, floating } from "../../tensor/dtype";
import { Tensor } from "../../tensor/tensor";
import { checkOptions } from "../axis";
import { zeroGradient } from "../gradient";
import {
  engineOp,
  type Op,
  type OpArguments,
  resultType,
  type SampleSource,
  type TensorLike,
  type TensorSpec,
} from "../op";
import { type Axes, layoutAxes, axesOfLayout, type Layout } from "../layout";
import { checkImage, imageShape } from "./image";
import {
  type Padding,
  type PerAxis,
  perAxis,
  readWindow,
  windowCounts,
  type WindowParams,
  zerosBefore,
} from "./window";

export interface PoolOptions {
  /** How far it is from one window to the next; the window's size unless given, so that windows do not overlap. */
  readonly stride?: PerAxis;
  /** At most half of the window, 0 unless given. */
  readonly padding?: Padding;
  /** The order of the axes of the images: "NCHW" unless given. */
  readonly layout?: Layout;
}

export interface PoolParams extends WindowParams {
  readonly size: Shape;
  readonly axes: Axes;
}

type PoolArgs = [x: TensorLike, size: PerAxis, options?: PoolOptions];

function readPool(op: string, x: TensorLike, size: PerAxis, options: PoolOptions | undefined): OpArguments<PoolParams> {
  checkOptions(op, options, ["stride", "padding", "layout"]);
  const window = perAxis(op, "size", size, 2, 1);
  const params: PoolParams = {
    ...readWindow(op, options, 2, window),
    size: window,
    axes: axesOfLayout(op, options?.layout),
  };
  if (params.padding !== "same") params.padding.forEach((pad, i) => checkPadding(op, pad, window[i]!));
  return { inputs: [x], params };
}

/** More padding would make windows with nothing in them. */
function checkPadding(op: string, padding: Dim, size: Dim): void {
  const [found, window] = [constantOf(mulDims(2, padding)), constantOf(size)];
  if (found === undefined || window === undefined || found <= window) return;
  throw new RangeError(
    `${op}: padding must be at most half of the window, expected 0 to ${Math.floor(window / 2)} for ${window}, found ${formatDim(padding)}.`,
  );
}

function poolShape(op: string, x: Tensor, dtype: DType, { size, axes, ...params }: PoolParams): TensorSpec {
  const result = (dims: Shape, counts: Shape): Dim[] => imageShape(axes, dims[0]!, dims[axes.channel]!, counts);
  const likely = (dims: Shape): Shape =>
    result(
      dims,
      windowCounts(op, new Tensor(dims, dtype), axes.spatial, size, params, () => undefined),
    );
  checkImage(op, x, axes, { likely, dtype });
  const counts = windowCounts(op, x, axes.spatial, size, params, (found) => ({ dims: result(x.dims, found), dtype }));
  return { dims: result(x.dims, counts), dtype };
}

const poolSamples: readonly ((make: SampleSource) => PoolArgs)[] = [
  (make) => [make.distinct([2, 2, 4, 6]), 2],
  (make) => [make.distinct([1, 2, 5, 4]), [3, 2], { stride: [1, 2], padding: 1 }],
  (make) => [make.distinct([1, 1, 5, 4]), 3, { stride: 2, padding: "same" }],
  (make) => [make.distinct([2, 4, 3, 2]), 2, { layout: "NHWC", stride: 1 }],
  (make) => [make.distinct([0, 2, 4, 4]), 2],
  (make) => {
    const layout = make.oneOf("NCHW", "NHWC");
    const size = [make.oneOf(1, 2, 3), make.oneOf(1, 2)];
    const stride = make.oneOf<PerAxis | undefined>(undefined, 1, [make.oneOf(1, 2), 2]);
    const padding = make.oneOf<Padding>(
      "same",
      0,
      size.map((length) => make.oneOf(0, Math.floor(length / 2))),
    );
    return [make.distinct(drawnImage(make, layout, 3)), size, { layout, stride, padding }];
  },
];

/** The shape of a random image batch, height and width at least `least`. */
export function drawnImage(make: SampleSource, layout: Layout, least: number): readonly number[] {
  return concrete(
    imageShape(layoutAxes(layout, 2), make.oneOf(0, 1, 2), make.dim(1), [make.dim(least), make.dim(least)]),
  );
}

/** Where planes begin, in an image batch of this shape: for each image and channel. */
function planeStarts(shape: readonly number[], { channel }: Axes): number[] {
  const [batch, channels] = [shape[0]!, shape[channel]!];
  const image = sizeOf(shape.slice(1));
  const step = channel === 1 ? image / channels : 1;
  return Array.from({ length: batch * channels }, (_, i) => Math.floor(i / channels) * image + (i % channels) * step);
}

function eachPoolMaximum(
  x: Tensor,
  dims: readonly number[],
  { axes, size, ...params }: PoolParams,
  visit: (place: number, out: number) => void,
): void {
  const [height, width] = axes.spatial.map((axis) => x.shape[axis]!) as [number, number];
  const [rows, columns] = axes.spatial.map((axis) => dims[axis]!) as [number, number];
  const columnStep = axes.channel === 1 ? 1 : x.shape[axes.channel]!;
  const kernel = size.map(Number);
  const pooling: Pooling = {
    ...{ height, width, rows, columns, kernel, columnStep },
    stride: params.stride.map(Number),
    before: zerosBefore([height, width], [rows, columns], kernel, params),
    rowStep: width * columnStep,
    outRowStep: columns * columnStep,
  };
  const outStarts = planeStarts(dims, axes);
  planeStarts(x.shape, axes).forEach((start, i) => eachMaximum(x.data, start, outStarts[i]!, pooling, visit));
}

/**
 * The largest element of each window: [batch, channels, height, width] → the same with
 * floor((length + 2 · padding − size) / stride) + 1 rows and columns. Among equals the first gets the gradient.
 * @throws ShapeError `kernel-too-large`, `rank`.
 */
export const maxPool2d: Op<PoolArgs, PoolParams> = engineOp<PoolArgs, PoolParams>({
  name: "maxPool2d",
  doc: "The largest element of each window of images [batch, channels, height, width].",
  example: "maxPool2d(ones([8, 16, 28, 28]), 2)",
  args: (x, size, options) => readPool("maxPool2d", x, size, options),
  shape: ([x], params) => poolShape("maxPool2d", x!, resultType([x!]), params),
  forward: ([x], params, dims, dtype) => {
    const out = allocate(dtype, sizeOf(dims));
    eachPoolMaximum(x!, dims, params, (place, at) => (out[at] = x!.data[place]!));
    return out;
  },
  backward: ({ grad, inputs: [x], params }) => {
    const dx = zeroGradient(x!);
    eachPoolMaximum(x!, grad.shape, params, (place, at) => (dx.data[place]! += grad.data[at]!));
    return [dx];
  },
  samples: poolSamples,
});

/**
 * The mean of each window, zeros of the padding included, as in PyTorch: [batch, channels, height, width] → the same
 * with floor((length + 2 · padding − size) / stride) + 1 rows and columns.
 * @throws ShapeError `kernel-too-large`, `rank`.
 */
export const avgPool2d: Op<PoolArgs, PoolParams> = engineOp<PoolArgs, PoolParams>({
  name: "avgPool2d",
  doc: "The mean of each window of images [batch, channels, height, width], zeros of the padding included.",
  example: "avgPool2d(ones([8, 16, 28, 28]), 2)",
  args: (x, size, options) => readPool("avgPool2d", x, size, options),
  shape: ([x], params) => poolShape("avgPool2d", x!, floating(resultType([x!])), params),
  forward: ([x], params, dims, dtype) =>
    resampled(x!, params.axes, averageTaps(x!.shape, dims, params), allocate(dtype, sizeOf(dims))),
  backward: ({ grad, inputs: [x], params }) => [
    resampledBack(grad, x!, params.axes, averageTaps(x!.shape, grad.shape, params)),
  ],
  samples: poolSamples,
});

function averageTaps(shape: readonly number[], dims: readonly number[], params: PoolParams): Taps[] {
  const lengths = params.axes.spatial.map((axis) => shape[axis]!);
  const counts = params.axes.spatial.map((axis) => dims[axis]!);
  const kernel = params.size.map(Number);
  const before = zerosBefore(lengths, counts, kernel, params);
  return lengths.map((length, i) =>
    Array.from({ length: counts[i]! }, (_, t) => {
      const start = t * Number(params.stride[i]) - before[i]!;
      return meanOf(Math.max(start, 0), Math.min(start + kernel[i]!, length), kernel[i]!);
    }),
  );
}

const meanOf = (start: number, end: number, count: number): { source: number; weight: number }[] =>
  Array.from({ length: Math.max(end - start, 0) }, (_, i) => ({ source: start + i, weight: 1 / count }));

export interface AdaptiveParams {
  readonly size: Shape;
  readonly axes: Axes;
}

type AdaptiveArgs = [x: TensorLike, size: PerAxis, options?: { readonly layout?: Layout }];

/**
 * Means over windows chosen so that the result has this size: row i is the mean of the rows
 * floor(i · height / size) … ceil((i + 1) · height / size) − 1, as in PyTorch.
 * @throws ShapeError `rank`.
 */
export const adaptiveAvgPool2d: Op<AdaptiveArgs, AdaptiveParams> = engineOp<AdaptiveArgs, AdaptiveParams>({
  name: "adaptiveAvgPool2d",
  doc: "Means over windows chosen so that images [batch, channels, height, width] come out in this size.",
  example: "adaptiveAvgPool2d(ones([8, 16, 7, 9]), 1)",
  args: (x, size, options) => {
    checkOptions("adaptiveAvgPool2d", options, ["layout"]);
    const axes = axesOfLayout("adaptiveAvgPool2d", options?.layout);
    return { inputs: [x], params: { size: perAxis("adaptiveAvgPool2d", "size", size, 2, 1), axes } };
  },
  shape: ([x], { size, axes }) => {
    const dtype = floating(resultType([x!]));
    const result = (dims: Shape): Dim[] => imageShape(axes, dims[0]!, dims[axes.channel]!, size);
    checkImage("adaptiveAvgPool2d", x!, axes, { likely: result, dtype });
    return { dims: result(x!.dims), dtype };
  },
  forward: ([x], params, dims, dtype) =>
    resampled(x!, params.axes, adaptiveTaps(x!.shape, params), allocate(dtype, sizeOf(dims))),
  backward: ({ grad, inputs: [x], params }) => [resampledBack(grad, x!, params.axes, adaptiveTaps(x!.shape, params))],
  samples: [
    (make) => [make.normal([2, 2, 4, 5]), [2, 3]],
    (make) => [make.normal([1, 2, 2, 3]), 4],
    (make) => [make.normal([1, 3, 4, 2]), 1, { layout: "NHWC" }],
    (make) => [make.normal([0, 2, 4, 4]), 2],
    (make) => {
      const layout = make.oneOf("NCHW", "NHWC");
      return [make.normal(drawnImage(make, layout, 1)), make.oneOf<PerAxis>(1, 3, [2, make.dim(1)]), { layout }];
    },
  ],
});

function adaptiveTaps(shape: readonly number[], { size, axes }: AdaptiveParams): Taps[] {
  return axes.spatial.map((axis, i) => {
    const [length, count] = [shape[axis]!, Number(size[i])];
    return Array.from({ length: count }, (_, t) => {
      const start = Math.floor((t * length) / count);
      const end = Math.ceil(((t + 1) * length) / count);
      return meanOf(start, end, end - start);
    });
  });
}

/** Height and then width, by the taps of each. */
export function resampled(x: Tensor, { spatial }: Axes, taps: readonly Taps[], out: Tensor["data"]): Tensor["data"] {
  const [first, second] = spatial as [number, number];
  const tall = resample(x.data, x.shape, first, taps[0]!);
  out.set(resample(tall, x.shape.with(first, taps[0]!.length), second, taps[1]!));
  return out;
}

/** The gradient of `resampled`. */
export function resampledBack(grad: Tensor, x: Tensor, { spatial }: Axes, taps: readonly Taps[]): Tensor {
  const [first, second] = spatial as [number, number];
  const tall = resampleBack(grad.data, x.shape.with(first, taps[0]!.length), second, taps[1]!);
  const dx = zeroGradient(x);
  dx.data.set(resampleBack(tall, x.shape, first, taps[0]!));
  return dx;
}
