// Convolutions as layers.

import { checkOptions, flag } from "../ops/axis";
import { conv1d, conv2d, convTranspose2d, type Layout, type Padding, type PerAxis } from "../ops/conv";
import { checkImage } from "../ops/conv/image";
import { perAxis, readWindow } from "../ops/conv/window";
import { checkTensor } from "../ops/create";
import { type Axes, axesOfLayout } from "../ops/layout";
import { withoutData } from "../tensor/mode";
import { constantOf, type Dim, divides, exactDivDims, formatDim, productOfDims } from "../shape/dim";
import { ShapeError } from "../shape/errors";
import { assumeDivides } from "../shape/facts";
import { checkDim, type Shape } from "../shape/shape";
import { Tensor } from "../tensor/tensor";
import { inLayer } from "./inLayer";
import { Module } from "./module";
import { uniformParameter } from "./parameter";

export interface ConvOptions {
  /** 1 unless given. */
  readonly stride?: PerAxis;
  /** Zeros on both sides of each axis, "same" or "valid"; 0 unless given. */
  readonly padding?: Padding;
  /** 1 unless given. */
  readonly dilation?: PerAxis;
  /** Into how many groups the channels are divided that do not see each other; 1 unless given. */
  readonly groups?: number;
  /** Whether each channel of the result has a number added to it; true unless given. */
  readonly bias?: boolean;
  /** The order of the axes of what goes in and out: "NCHW" unless given. */
  readonly layout?: Layout;
}

export interface ConvTranspose2dOptions extends Omit<ConvOptions, "padding"> {
  /** How much is cut off on both sides of each axis; 0 unless given. */
  readonly padding?: PerAxis;
  /** Rows and columns added at the end; 0 unless given. */
  readonly outputPadding?: PerAxis;
}

/** What the three have in common: sizes, weights that begin as PyTorch's do, and the check of the input. */
abstract class Convolution<Options extends Omit<ConvOptions, "padding">> extends Module {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: readonly number[];
  readonly options: Omit<Options, "bias">;
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
  protected readonly axes: Axes;

  constructor(
    layer: string,
    spatial: number,
    inChannels: number,
    outChannels: number,
    kernel: PerAxis,
    options: Options,
    isTransposed = false,
  ) {
    super();
    checkOptions(layer, options, [
      "bias",
      "stride",
      "padding",
      "dilation",
      "groups",
      "layout",
      ...(isTransposed ? ["outputPadding"] : []),
    ]);
    const { bias: wantsBias, ...others } = options;
    const bias = flag(layer, "bias", wantsBias ?? true);
    this.inChannels = checkDim(layer, "inChannels", inChannels) as number;
    this.outChannels = checkDim(layer, "outChannels", outChannels) as number;
    this.kernel = perAxis(layer, "kernel", kernel, spatial, 1) as number[];
    this.options = others;
    this.axes = axesOfLayout(layer, options.layout, spatial);
    readWindow(layer, options, spatial);
    const groups = checkDim(layer, "groups", options.groups ?? 1, 1);
    const shares = [
      groupShare(layer, "inChannels", inChannels, groups),
      groupShare(layer, "outChannels", outChannels, groups),
    ];
    const depth = shares[isTransposed ? 1 : 0]!;
    const fanIn = productOfDims([depth, ...this.kernel]);
    const filters = isTransposed ? inChannels : outChannels;
    this.weight = uniformParameter(layer, [filters, depth, ...this.kernel], fanIn);
    this.bias = bias ? uniformParameter(layer, [outChannels], fanIn) : undefined;
  }

  /** @throws ShapeError `rank`, `channels` or `kernel-too-large` in the layer's name. */
  override forward(x: Tensor): Tensor {
    const layer = this.toString();
    const likely = (dims: Shape): Shape => withoutData(() => this.apply(new Tensor(dims, x.dtype))).dims;
    checkImage(layer, checkTensor(layer, "x", x), this.axes, { channels: this.inChannels, likely });
    return inLayer(layer, () => this.apply(x));
  }

  protected abstract apply(x: Tensor): Tensor;

  override toString(): string {
    const sizes = `${formatDim(this.inChannels)} → ${formatDim(this.outChannels)}`;
    return `${this.constructor.name}(${sizes}, ${this.kernel.map(formatDim).join("×")})`;
  }
}

function groupShare(layer: string, name: string, channels: Dim, groups: Dim): Dim {
  const certainty = divides(groups, channels);
  if (certainty === "unknown") assumeDivides(groups, channels);
  if (certainty !== "no" || constantOf(groups) === 1) return exactDivDims(channels, groups);
  throw new ShapeError({
    code: "channels",
    op: layer,
    message: `${name} is ${formatDim(channels)}, which cannot be divided into ${formatDim(groups)} equal groups.`,
    parameter: name,
    numbers: [channels, groups],
    suggestion: `make ${name} a multiple of ${formatDim(groups)}.`,
  });
}

/**
 * A convolution of sequences: [batch, inChannels, length] → [batch, outChannels, …]. `weight` is
 * [outChannels, inChannels / groups, kernel]; it and `bias` begin uniform in ±1/√(inChannels / groups · kernel), as
 * PyTorch's do (He et al., 2015, with a = √5).
 */
export class Conv1d extends Convolution<ConvOptions> {
  constructor(inChannels: number, outChannels: number, kernel: PerAxis, options: ConvOptions = {}) {
    super("Conv1d", 1, inChannels, outChannels, kernel, options);
  }

  protected override apply(x: Tensor): Tensor {
    return conv1d(x, this.weight, { ...this.options, bias: this.bias });
  }
}

/**
 * A convolution of images: [batch, inChannels, height, width] → [batch, outChannels, …]. `weight` is
 * [outChannels, inChannels / groups, height, width]; it and `bias` begin uniform in ±1/√fanIn, where fanIn is the
 * number of weights of one output channel, as PyTorch's do (He et al., 2015, with a = √5).
 */
export class Conv2d extends Convolution<ConvOptions> {
  constructor(inChannels: number, outChannels: number, kernel: PerAxis, options: ConvOptions = {}) {
    super("Conv2d", 2, inChannels, outChannels, kernel, options);
  }

  protected override apply(x: Tensor): Tensor {
    return conv2d(x, this.weight, { ...this.options, bias: this.bias });
  }
}

/**
 * A transposed convolution of images: [batch, inChannels, height, width] → [batch, outChannels, …], larger by the
 * stride. `weight` is [inChannels, outChannels / groups, height, width]; it and `bias` begin uniform in
 * ±1/√(outChannels / groups · height · width), as PyTorch's do (He et al., 2015, with a = √5).
 */
export class ConvTranspose2d extends Convolution<ConvTranspose2dOptions> {
  constructor(inChannels: number, outChannels: number, kernel: PerAxis, options: ConvTranspose2dOptions = {}) {
    super("ConvTranspose2d", 2, inChannels, outChannels, kernel, options, true);
    perAxis("ConvTranspose2d", "outputPadding", options.outputPadding ?? 0, 2, 0);
  }

  protected override apply(x: Tensor): Tensor {
    return convTranspose2d(x, this.weight, { ...this.options, bias: this.bias });
  }
}
