// The transposed convolution: what a convolution does to gradients, used to make images larger.

import { convolve, convolveBack, convolveWeights } from "../../kernels/convolution";
import { addDims, constantOf, type Dim, formatDim, maxDims, mulDims, subDims } from "../../shape/dim";
import { ShapeError } from "../../shape/errors";
import { agreeAtMost, concrete, formatShape, type Shape, sizeOf } from "../../shape/shape";
import { allocateUnset, floating } from "../../tensor/dtype";
import { Tensor } from "../../tensor/tensor";
import { engineOp, type Op, resultType, type TensorLike, type TensorSpec } from "../op";
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
import { type PerAxis, perAxis, reachOf } from "./window";

export interface TransposedConvolutionOptions extends Omit<ConvolutionOptions, "padding"> {
  /** How much is cut off on both sides of each axis, 0 unless given: what the convolution back would be padded with. */
  readonly padding?: PerAxis;
  /** Rows and columns added at the end, less than the stride or dilation: several input sizes give one size otherwise. */
  readonly outputPadding?: PerAxis;
}

export interface TransposedParams extends ConvolutionParams {
  readonly padding: Shape;
  readonly outputPadding: Shape;
}

type TransposedArgs = [x: TensorLike, w: TensorLike, options?: TransposedConvolutionOptions];

/**
 * Spreads each element of x over a window of the result, weighted by w: x [batch, in, height, width], w
 * [in, out / groups, height, width] → [batch, out, …], along each axis
 * (length − 1) · stride − 2 · padding + dilation · (kernel − 1) + outputPadding + 1 (Zeiler et al., 2010).
 * @throws ShapeError `channels`, `kernel-too-large` when nothing would be left, `rank`, and `broadcast` for the bias.
 */
export const convTranspose2d: Op<TransposedArgs, TransposedParams> = engineOp<TransposedArgs, TransposedParams>({
  name: "convTranspose2d",
  doc: "Spreads images x [batch, in, height, width] over windows weighted by w [in, out / groups, height, width].",
  example: "convTranspose2d(ones([8, 16, 14, 14]), ones([16, 3, 2, 2]), { stride: 2 })",
  args: (x, w, options) => {
    if (typeof options?.padding === "string") {
      throw new TypeError(`convTranspose2d: padding must be whole numbers, found "${String(options.padding)}".`);
    }
    const { inputs, names, params } = readConvolution("convTranspose2d", x, w, options, 2, ["outputPadding"]);
    const outputPadding = perAxis("convTranspose2d", "outputPadding", options?.outputPadding ?? 0, 2, 0);
    outputPadding.forEach((extra, i) => checkOutputPadding(extra, params, i));
    return { inputs, names, params: { ...params, padding: params.padding as Shape, outputPadding } };
  },
  shape: (inputs, params) => transposedShape(inputs, params),
  forward: (inputs, params, dims, dtype) => {
    const [x, w, bias] = inputs as [Tensor, Tensor, Tensor | undefined];
    const windows = windowsOf(dims, x.shape, w.shape, params, params.padding.map(Number));
    const out = allocateUnset(dtype, sizeOf(dims));
    convolveBack(channelsFirst(x.data, x.shape, params.axes), w.data, out, windows);
    addBias(out, bias, windows);
    return fromChannelsFirst(out, dims, params.axes);
  },
  backward: ({ grad, inputs, params }) => {
    const [x, w, bias] = inputs as [Tensor, Tensor, Tensor | undefined];
    const windows = windowsOf(grad.shape, x.shape, w.shape, params, params.padding.map(Number));
    const g = channelsFirst(grad.data, grad.shape, params.axes);
    const [dx, dw] = [unsetGradient(x), unsetGradient(w)];
    convolve(g, w.data, dx.data, windows);
    convolveWeights(g, channelsFirst(x.data, x.shape, params.axes), dw.data, windows);
    const moved = fromChannelsFirst(dx.data, x.shape, params.axes);
    const db = bias && zeroGradient(bias);
    if (db) biasGradient(g, db.data, windows);
    return [new Tensor(x.dims, dx.dtype, moved), dw, db];
  },
  samples: [
    (make) => [make.normal([2, 2, 2, 3]), make.normal([2, 3, 3, 2]), { bias: make.normal([3]) }],
    (make) => [make.normal([1, 2, 3, 2]), make.normal([2, 1, 3, 3]), { stride: 2, padding: 1, outputPadding: 1 }],
    (make) => [make.normal([1, 4, 2, 2]), make.normal([4, 1, 2, 2]), { groups: 2, dilation: [2, 1] }],
    (make) => [make.normal([2, 2, 3, 2]), make.normal([2, 3, 2, 2]), { layout: "NHWC", bias: make.normal([3]) }],
    (make) => [make.normal([0, 2, 2, 2]), make.normal([2, 1, 2, 2])],
    (make) => {
      const { kernel, groups, out, depth, options } = drawnWindows(make, 2);
      const lengths = [make.dim(2), make.dim(2)];
      const shape = imageShape(layoutAxes(options.layout, 2), make.oneOf(0, 1, 2), groups * depth, lengths);
      const padding = kernel.map((length) => (length > 1 ? make.oneOf(0, 1) : 0));
      const outputPadding = options.stride.map((step) => (step > 1 ? make.oneOf(0, 1) : 0));
      const bias = make.oneOf(undefined, make.normal([groups * out]));
      const w = make.normal([groups * depth, out, ...kernel]);
      return [make.normal(concrete(shape)), w, { ...options, padding, outputPadding, bias }];
    },
  ],
});

function checkOutputPadding(extra: Dim, { stride, dilation }: ConvolutionParams, i: number): void {
  const limit = maxDims(stride[i]!, dilation[i]!);
  const [found, below] = [constantOf(extra), constantOf(limit)];
  if (found === undefined || below === undefined || found < below) return;
  throw new RangeError(
    `convTranspose2d: outputPadding must be less than the stride or the dilation, expected at most ${below - 1}, found ${found}.`,
  );
}

function transposedShape(inputs: readonly Tensor[], params: TransposedParams): TensorSpec {
  const [x, w] = inputs as [Tensor, Tensor];
  const { axes, groups } = params;
  const op = "convTranspose2d";
  const dtype = floating(resultType(inputs));
  checkWeights(op, x, w, 2, "[in, out, height, width]");
  const [channels, depth, ...kernel] = w.dims as [Dim, Dim, ...Dim[]];
  const filters = mulDims(depth, groups);
  const resultOf = (dims: Shape): Dim[] => {
    const lengths = axes.spatial.map((axis, i) => resultLength(dims[axis]!, kernel[i]!, params, i));
    return imageShape(axes, dims[0]!, filters, lengths);
  };
  const weights = { name: "w", dims: w.dims, axis: 0 };
  checkImage(op, x, axes, { channels, weights, likely: resultOf, dtype });
  checkGroups(op, x, w, channels, groups, 0);
  const dims = resultOf(x.dims);
  checkBias(op, inputs, filters, 1, { dims, dtype });
  axes.spatial.forEach((axis) => {
    if (!agreeAtMost(1, dims[axis]!)) throw nothingLeft(op, x, axis, dims, { dims, dtype });
  });
  return { dims, dtype };
}

function resultLength(length: Dim, kernel: Dim, params: TransposedParams, i: number): Dim {
  const spread = addDims(mulDims(subDims(length, 1), params.stride[i]!), reachOf(kernel, params.dilation[i]!));
  return addDims(subDims(spread, mulDims(2, params.padding[i]!)), params.outputPadding[i]!);
}

function nothingLeft(
  op: string,
  x: Tensor,
  axis: number,
  dims: readonly Dim[],
  likely: { dims: Dim[]; dtype: Tensor["dtype"] },
): ShapeError {
  return new ShapeError({
    code: "kernel-too-large",
    op,
    message: `x is ${formatShape(x.dims)}: the result would have length ${formatDim(dims[axis]!)} in axis ${axis}, expected at least 1.`,
    operands: [{ name: "x", dims: x.dims }],
    axes: [axis],
    blame: 0,
    numbers: [1, dims[axis]!],
    suggestion: "use less padding, which is what is cut off here, or a larger input.",
    likely: { ...likely, dims: dims.map((dim) => maxDims(dim, 1)) },
  });
}
