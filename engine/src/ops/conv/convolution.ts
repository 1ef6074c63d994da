// Convolutions of sequences and images. (As everywhere in this field the kernel is not mirrored: a cross-correlation.)

import { convolve, convolveBack, convolveWeights } from "../../kernels/convolution";
import { type Dim, mulDims } from "../../shape/dim";
import { concrete, type Shape, sizeOf } from "../../shape/shape";
import { allocateUnset, floating } from "../../tensor/dtype";
import { Tensor } from "../../tensor/tensor";
import { engineOp, type Op, resultType, type SampleSource, type TensorLike, type TensorSpec } from "../op";
import { unsetGradient, zeroGradient } from "../gradient";
import { layoutAxes, channelsFirst, fromChannelsFirst } from "../layout";
import { checkImage, imageShape } from "./image";
import {
  addBias,
  biasGradient,
  checkBias,
  checkGroups,
  checkWeights,
  type ConvolutionOptions,
  type ConvolutionParams,
  drawnWindows,
  readConvolution,
  windowsOf,
} from "./weights";
import { type Padding, windowCounts } from "./window";

type ConvolutionArgs = [x: TensorLike, w: TensorLike, options?: ConvolutionOptions];

interface Convolution {
  readonly name: string;
  readonly doc: string;
  readonly example: string;
  readonly spatial: 1 | 2;
  readonly samples: readonly ((make: SampleSource) => ConvolutionArgs)[];
}

function convolution(op: Convolution): Op<ConvolutionArgs, ConvolutionParams> {
  const { name, spatial } = op;
  return engineOp<ConvolutionArgs, ConvolutionParams>({
    name,
    doc: op.doc,
    example: op.example,
    args: (x, w, options) => readConvolution(name, x, w, options, spatial),
    shape: (inputs, params) => convolutionShape(name, inputs, params),
    forward: (inputs, params, dims, dtype) => {
      const [x, w, bias] = inputs as [Tensor, Tensor, Tensor | undefined];
      const windows = windowsOf(x.shape, dims, w.shape, params);
      const out = allocateUnset(dtype, sizeOf(dims));
      convolve(channelsFirst(x.data, x.shape, params.axes), w.data, out, windows);
      addBias(out, bias, windows);
      return fromChannelsFirst(out, dims, params.axes);
    },
    backward: ({ grad, inputs, params, wanted }) => {
      const [x, w, bias] = inputs as [Tensor, Tensor, Tensor | undefined];
      const windows = windowsOf(x.shape, grad.shape, w.shape, params);
      const g = channelsFirst(grad.data, grad.shape, params.axes);
      const [dx, dw] = [unsetGradient(x), unsetGradient(w)];
      if (wanted[0]) convolveBack(g, w.data, dx.data, windows);
      if (wanted[1]) convolveWeights(channelsFirst(x.data, x.shape, params.axes), g, dw.data, windows);
      const moved = fromChannelsFirst(dx.data, x.shape, params.axes);
      const db = bias && zeroGradient(bias);
      if (db) biasGradient(g, db.data, windows);
      return [wanted[0] ? new Tensor(x.dims, dx.dtype, moved) : undefined, wanted[1] ? dw : undefined, db];
    },
    samples: op.samples,
  });
}

function convolutionShape(op: string, inputs: readonly Tensor[], params: ConvolutionParams): TensorSpec {
  const [x, w] = inputs as [Tensor, Tensor];
  const { axes, groups } = params;
  const spatial = axes.spatial.length;
  const dtype = floating(resultType(inputs));
  checkWeights(op, x, w, spatial, spatial === 1 ? "[out, in, length]" : "[out, in, height, width]");
  const [filters, depth, ...kernel] = w.dims as [Dim, Dim, ...Dim[]];
  const resultOf = (dims: Shape, counts: Shape): Dim[] => imageShape(axes, dims[0]!, filters, counts);
  const likely = (dims: Shape): Shape | undefined => {
    const image = new Tensor(dims, x.dtype);
    return resultOf(
      dims,
      windowCounts(op, image, axes.spatial, kernel, params, () => undefined),
    );
  };
  const weights = { name: "w", dims: w.dims, axis: 1 };
  const channels = mulDims(depth, groups);
  checkImage(op, x, axes, { channels, weights, likely, dtype });
  checkGroups(op, x, w, filters, groups, 0);
  const counts = windowCounts(op, x, axes.spatial, kernel, params, (found) => ({
    dims: resultOf(x.dims, found),
    dtype,
  }));
  const dims = resultOf(x.dims, counts);
  checkBias(op, inputs, filters, 0, { dims, dtype });
  return { dims, dtype };
}

function drawn(make: SampleSource, spatial: 1 | 2): ConvolutionArgs {
  const { kernel, groups, out, depth, options } = drawnWindows(make, spatial);
  const lengths = kernel.map(() => make.dim(3));
  const shape = imageShape(layoutAxes(options.layout, spatial), make.oneOf(0, 1, 2), groups * depth, lengths);
  const padding = make.oneOf<Padding>(
    "same",
    "valid",
    0,
    1,
    kernel.map(() => make.oneOf(0, 1, 2)),
  );
  const bias = make.oneOf(undefined, make.normal([groups * out]));
  return [make.normal(concrete(shape)), make.normal([groups * out, depth, ...kernel]), { ...options, padding, bias }];
}

/**
 * Slides w over x and adds up the products: x [batch, in, length], w [out, in / groups, kernel] →
 * [batch, out, floor((length + 2 · padding − dilation · (kernel − 1) − 1) / stride) + 1]. With `layout: "NHWC"` x and the
 * result have their channels last.
 * @throws ShapeError `channels`, `kernel-too-large`, `rank`, and `broadcast` for the bias.
 */
export const conv1d: Op<[x: TensorLike, w: TensorLike, options?: ConvolutionOptions], ConvolutionParams> = convolution({
  name: "conv1d",
  doc: "Slides w [out, in / groups, kernel] over sequences x [batch, in, length] and adds up the products.",
  example: "conv1d(ones([2, 3, 10]), ones([4, 3, 5]))",
  spatial: 1,
  samples: [
    (make) => [make.normal([2, 3, 5]), make.normal([2, 3, 3]), { bias: make.normal([2]) }],
    (make) => [make.normal([1, 2, 7]), make.normal([4, 1, 2]), { stride: 2, padding: 1, dilation: 2, groups: 2 }],
    (make) => [make.normal([1, 1, 4]), make.normal([1, 1, 2]), { padding: "same" }],
    (make) => [make.normal([2, 4, 3]), make.normal([2, 3, 2]), { layout: "NHWC", bias: make.normal([2]) }],
    (make) => drawn(make, 1),
  ],
});

/**
 * Slides w over x and adds up the products: x [batch, in, height, width], w [out, in / groups, height, width] →
 * [batch, out, …], along each axis floor((length + 2 · padding − dilation · (kernel − 1) − 1) / stride) + 1. With
 * `layout: "NHWC"` x and the result have their channels last.
 * @throws ShapeError `channels`, `kernel-too-large`, `rank`, and `broadcast` for the bias.
 */
export const conv2d: Op<[x: TensorLike, w: TensorLike, options?: ConvolutionOptions], ConvolutionParams> = convolution({
  name: "conv2d",
  doc: "Slides w [out, in / groups, height, width] over images x [batch, in, height, width] and adds up the products.",
  example: "conv2d(ones([8, 3, 28, 28]), ones([16, 3, 5, 5]), { padding: 2 })",
  spatial: 2,
  samples: [
    (make) => [make.normal([2, 2, 4, 3]), make.normal([3, 2, 3, 2]), { bias: make.normal([3]) }],
    (make) => [make.normal([1, 2, 5, 4]), make.normal([2, 2, 2, 3]), { stride: [2, 1], padding: [1, 0] }],
    (make) => [make.normal([1, 2, 5, 5]), make.normal([4, 1, 2, 2]), { dilation: 2, groups: 2, padding: "valid" }],
    (make) => [make.normal([1, 1, 3, 4]), make.normal([1, 1, 2, 3]), { padding: "same" }],
    (make) => [make.normal([1, 1, 5, 4]), make.normal([1, 1, 3, 3]), { padding: "same", stride: 2 }],
    (make) => [make.normal([2, 3, 4, 2]), make.normal([3, 2, 2, 2]), { layout: "NHWC", bias: make.normal([3]) }],
    (make) => [make.normal([1, 3, 3, 2]), make.normal([2, 1, 2, 2]), { layout: "NHWC", groups: 2, padding: 1 }],
    (make) => [make.normal([0, 1, 3, 3]), make.normal([2, 1, 2, 2])],
    (make) => drawn(make, 2),
  ],
});
