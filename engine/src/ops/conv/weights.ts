// What a convolution and its transpose share: weights, bias and groups.

import { type Windows } from "../../kernels/windows";
import { type Dim, divides, formatDim } from "../../shape/dim";
import { differ, ShapeError } from "../../shape/errors";
import { assumeDivides } from "../../shape/facts";
import { agree, checkDim, formatShape, type Shape } from "../../shape/shape";
import { type DataArray } from "../../tensor/dtype";
import { type Tensor } from "../../tensor/tensor";
import { checkOptions } from "../axis";
import { type OpArguments, type SampleSource, type TensorLike } from "../op";
import { type Axes, axesOfLayout, type Layout } from "../layout";
import { readWindow, type WindowOptions, type WindowParams, zerosBefore } from "./window";

export interface ConvolutionOptions extends WindowOptions {
  /** Added to each channel of the result: [out]. */
  readonly bias?: TensorLike;
  /** Into how many groups the channels are divided that do not see each other, 1 unless given. */
  readonly groups?: number;
  /** The order of the axes of x and of the result: "NCHW" unless given. The weights keep theirs. */
  readonly layout?: Layout;
}

export interface ConvolutionParams extends WindowParams {
  readonly groups: Dim;
  readonly axes: Axes;
}

/** Sorts the arguments of a convolution of so many spatial axes. */
export function readConvolution(
  op: string,
  x: TensorLike,
  w: TensorLike,
  options: ConvolutionOptions | undefined,
  spatial: number,
  more: readonly string[] = [],
): OpArguments<ConvolutionParams> {
  checkOptions(op, options, ["bias", "stride", "padding", "dilation", "groups", "layout", ...more]);
  const bias = options?.bias;
  const groups = checkDim(op, "groups", options?.groups ?? 1, 1);
  const axes = axesOfLayout(op, options?.layout, spatial);
  return {
    inputs: bias === undefined ? [x, w] : [x, w, bias],
    names: ["x", "w", "bias"],
    params: { ...readWindow(op, options, spatial), groups, axes },
  };
}

/** @throws ShapeError `rank` unless w has the axes it needs, which `wanted` names. */
export function checkWeights(op: string, x: Tensor, w: Tensor, spatial: number, wanted: string): void {
  if (w.rank === spatial + 2) return;
  throw new ShapeError({
    code: "rank",
    op,
    message: `w must be ${wanted}, found ${formatShape(w.dims)}: ${spatial + 2} axes ≠ ${w.rank}.`,
    operands: operandsOf(x, w),
    blame: 1,
    numbers: [spatial + 2, w.rank],
  });
}

/** @throws ShapeError `channels` unless so many channels make so many equal groups. */
export function checkGroups(op: string, x: Tensor, w: Tensor, channels: Dim, groups: Dim, axis: number): void {
  const certainty = divides(groups, channels);
  if (certainty === "unknown") assumeDivides(groups, channels);
  if (certainty !== "no") return;
  throw new ShapeError({
    code: "channels",
    op,
    message: `w is ${formatShape(w.dims)}: its ${formatDim(channels)} channels in axis ${axis} cannot be divided into ${formatDim(groups)} equal groups.`,
    operands: operandsOf(x, w),
    axes: [undefined, axis],
    blame: 1,
    parameter: "groups",
    numbers: [channels, groups],
    suggestion: `make the number of channels a multiple of ${formatDim(groups)}.`,
  });
}

/** @throws ShapeError `broadcast` unless the bias has one number for each channel of the result. */
export function checkBias(
  op: string,
  inputs: readonly Tensor[],
  channels: Dim,
  axis: number,
  likely: ShapeError["likely"],
): void {
  const [x, w, bias] = inputs as [Tensor, Tensor, Tensor | undefined];
  if (!bias || (bias.rank === 1 && agree(channels, bias.dims[0]!))) return;
  const found = bias.rank === 1 ? bias.dims[0]! : undefined;
  throw new ShapeError({
    code: "broadcast",
    op,
    message: `bias must be ${formatShape([channels])} as w is ${formatShape(w.dims)}, found ${formatShape(bias.dims)}${found === undefined ? "" : `: ${differ(channels, found)}`}.`,
    operands: [...operandsOf(x, w), { name: "bias", dims: bias.dims }],
    axes: [undefined, axis, found === undefined ? undefined : 0],
    blame: 2,
    numbers: found === undefined ? undefined : [channels, found],
    suggestion: `give the bias one number for each of the ${formatDim(channels)} channels.`,
    likely,
  });
}

export const operandsOf = (x: Tensor, w: Tensor): { name: string; dims: Shape }[] => [
  { name: "x", dims: x.dims },
  { name: "w", dims: w.dims },
];

/** The kernels' description of a convolution from the big image to the small one; a sequence is an image of one row. */
export function windowsOf(
  big: readonly number[],
  small: readonly number[],
  w: readonly number[],
  params: ConvolutionParams,
  before?: readonly number[],
): Windows {
  const { channel, spatial } = params.axes;
  const image = spatial.map((axis) => big[axis]!);
  const count = spatial.map((axis) => small[axis]!);
  const kernel = w.slice(2);
  const twoAxes = (list: readonly (number | Dim)[], fill: number): [number, number] =>
    list.length === 1 ? [fill, Number(list[0])] : [Number(list[0]), Number(list[1])];
  return {
    batch: big[0]!,
    groups: Number(params.groups),
    channels: big[channel]!,
    filters: small[channel]!,
    image: twoAxes(image, 1),
    count: twoAxes(count, 1),
    kernel: twoAxes(kernel, 1),
    stride: twoAxes(params.stride, 1),
    before: twoAxes(before ?? zerosBefore(image, count, kernel, params), 0),
    dilation: twoAxes(params.dilation, 1),
  };
}

/** Adds the bias to channels-first numbers. */
export function addBias(data: DataArray, bias: Tensor | undefined, { batch }: Windows): void {
  if (!bias) return;
  const values = bias.data;
  const area = data.length / (batch * values.length);
  for (let i = 0, start = 0; start < data.length; i++, start += area) {
    const value = values[i % values.length]!;
    for (let p = start; p < start + area; p++) data[p]! += value;
  }
}

/** The gradient of the bias: channels-first gradients added up over everything but the channels. */
export function biasGradient(grad: DataArray, out: DataArray, { batch }: Windows): DataArray {
  const area = grad.length / (batch * out.length);
  const sums = new Float64Array(out.length);
  for (let i = 0, start = 0; start < grad.length; i++, start += area) {
    for (let p = start; p < start + area; p++) sums[i % out.length]! += grad[p]!;
  }
  out.set(sums);
  return out;
}

/** A random convolution: a kernel that fits into lengths of 3, channels, and options. */
export interface DrawnWindows {
  readonly kernel: readonly number[];
  readonly groups: number;
  /** The channels of each group, of what goes in and what comes out. */
  readonly depth: number;
  readonly out: number;
  readonly options: {
    readonly layout: Layout;
    readonly groups: number;
    readonly stride: readonly number[];
    readonly dilation: readonly number[];
  };
}

export function drawnWindows(make: SampleSource, spatial: 1 | 2): DrawnWindows {
  const perAxis = (): number[] => Array.from({ length: spatial }, () => make.oneOf(1, 2));
  const [stride, dilation] = [perAxis(), perAxis()];
  const groups = make.oneOf(1, 1, 2);
  return {
    kernel: dilation.map((step) => make.oneOf(1, 2, step === 1 ? 3 : 2)),
    groups,
    depth: make.oneOf(1, 2),
    out: make.oneOf(1, 2),
    options: { layout: make.oneOf("NCHW", "NHWC"), groups, stride, dilation },
  };
}
