// Normalisation as layers.

import { statisticsBehind } from "../kernels/normalize";
import { checkOptions, flag } from "../ops/axis";
import { type Layout } from "../ops/conv";
import { checkImage } from "../ops/conv/image";
import { checkNumber, checkTensor, type ShapeArgument } from "../ops/create";
import { layoutAxes, readLayout } from "../ops/layout";
import { batchNorm, groupNorm, layerNorm } from "../ops/norm";
import { type Dim, divides, formatDim } from "../shape/dim";
import { differ, ShapeError } from "../shape/errors";
import { agree, checkDim, checkShape, formatShape, type Shape } from "../shape/shape";
import { type Tensor } from "../tensor/tensor";
import { inLayer } from "./inLayer";
import { Module } from "./module";
import { constantParameter, stateTensor } from "./parameter";

export interface NormLayerOptions {
  /** Added to the variance; 1e-5 unless given. */
  readonly eps?: number;
  /** Whether the layer learns a weight and a bias for each channel; true unless given. */
  readonly affine?: boolean;
}

export interface GroupNormLayerOptions extends NormLayerOptions {
  /** The order of the axes of the input: "NCHW" unless given. */
  readonly layout?: Layout;
}

export interface BatchNormLayerOptions extends GroupNormLayerOptions {
  /** How much of each batch's statistics goes into the running ones; 0.1 unless given. */
  readonly momentum?: number;
}

function readEps(layer: string, options: NormLayerOptions, names: readonly string[] = []): number {
  checkOptions(layer, options, ["eps", "affine", ...names]);
  const eps = checkNumber(layer, "eps", options.eps ?? 1e-5);
  if (eps < 0) throw new RangeError(`${layer}: eps must not be negative, found ${eps}.`);
  return eps;
}

/**
 * The last axes, of `shape`, to mean 0 and variance 1 (Ba, Kiros and Hinton, 2016). `weight` begins as ones and `bias` as
 * zeros of that shape.
 */
export class LayerNorm extends Module {
  readonly normalizedShape: readonly number[];
  readonly eps: number;
  readonly weight: Tensor | undefined;
  readonly bias: Tensor | undefined;

  constructor(shape: ShapeArgument, options: NormLayerOptions = {}) {
    super();
    this.eps = readEps("LayerNorm", options);
    const dims = checkShape("LayerNorm", shape);
    this.normalizedShape = dims as number[];
    const affine = flag("LayerNorm", "affine", options.affine ?? true);
    this.weight = affine ? constantParameter("LayerNorm", dims, 1) : undefined;
    this.bias = affine ? constantParameter("LayerNorm", dims, 0) : undefined;
  }

  /** @throws ShapeError `norm-width` in the layer's name. */
  override forward(x: Tensor): Tensor {
    const layer = this.toString();
    const { weight, bias, eps } = this;
    return inLayer(layer, () => layerNorm(checkTensor(layer, "x", x), this.normalizedShape, { weight, bias, eps }));
  }

  override toString(): string {
    return `LayerNorm(${this.normalizedShape.map(formatDim).join("×")})`;
  }
}

/**
 * The channels, axis 1 or the last with `layout: "NHWC"`, in groups, each to mean 0 and variance 1 (Wu and He, 2018).
 * `weight` begins as ones and `bias` as zeros.
 */
export class GroupNorm extends Module {
  readonly groups: number;
  readonly channels: number;
  readonly eps: number;
  readonly layout: Layout;
  readonly weight: Tensor | undefined;
  readonly bias: Tensor | undefined;

  /** @throws ShapeError `norm-width` when the channels cannot be divided into so many groups. */
  constructor(groups: number, channels: number, options: GroupNormLayerOptions = {}) {
    super();
    this.eps = readEps("GroupNorm", options, ["layout"]);
    this.layout = readLayout("GroupNorm", options.layout);
    this.groups = checkDim("GroupNorm", "groups", groups, 1) as number;
    this.channels = checkDim("GroupNorm", "channels", channels) as number;
    if (divides(groups, channels) === "no") {
      throw new ShapeError({
        code: "norm-width",
        op: "GroupNorm",
        message: `${formatDim(channels)} channels cannot be divided into ${formatDim(groups)} equal groups.`,
        parameter: "groups",
        numbers: [channels, groups],
        suggestion: `choose a number of groups that divides ${formatDim(channels)}.`,
      });
    }
    const affine = flag("GroupNorm", "affine", options.affine ?? true);
    this.weight = affine ? constantParameter("GroupNorm", [channels], 1) : undefined;
    this.bias = affine ? constantParameter("GroupNorm", [channels], 0) : undefined;
  }

  /** @throws ShapeError `channels`, `rank` in the layer's name. */
  override forward(x: Tensor): Tensor {
    const layer = this.toString();
    const { weight, bias, eps, layout } = this;
    const { rank } = checkTensor(layer, "x", x);
    // Tensors with fewer axes are left to the op.
    if (rank >= 2) checkChannels(layer, x, layoutAxes(layout, rank - 2).channel, this.channels);
    return inLayer(layer, () => groupNorm(x, this.groups, { weight, bias, eps, layout }));
  }

  override toString(): string {
    return `GroupNorm(${formatDim(this.groups)}, ${formatDim(this.channels)})`;
  }
}

/** @throws ShapeError `channels` unless this axis has so many. */
function checkChannels(layer: string, { dims, dtype }: Tensor, axis: number, channels: Dim): void {
  const found = dims[axis]!;
  if (agree(channels, found)) return;
  throw new ShapeError({
    code: "channels",
    op: layer,
    message: `expected ${formatDim(channels)} channels in axis ${axis}, found ${formatShape(dims)}: ${differ(channels, found)}.`,
    operands: [{ name: "x", dims }],
    axes: [axis],
    blame: 0,
    numbers: [channels, found],
    suggestion: `make the layer for ${formatDim(found)} channels, or give it ${formatDim(channels)}.`,
    likely: { dims, dtype },
  });
}

/**
 * What BatchNorm1d and BatchNorm2d share. In training each channel is normalised by the batch's own mean and variance,
 * which also move the running ones: r ← (1 − momentum) · r + momentum · batch, the variance with n − 1 as in PyTorch.
 * After `eval()` the running ones are used. They are part of the state, and no parameters.
 */
abstract class BatchNorm extends Module {
  readonly features: number;
  readonly eps: number;
  readonly momentum: number;
  readonly layout: Layout;
  readonly weight: Tensor | undefined;
  readonly bias: Tensor | undefined;
  readonly runningMean: Tensor;
  readonly runningVariance: Tensor;

  constructor(features: number, options: BatchNormLayerOptions = {}) {
    super();
    const layer = this.constructor.name;
    this.eps = readEps(layer, options, ["momentum", "layout"]);
    this.layout = readLayout(layer, options.layout);
    this.momentum = checkNumber(layer, "momentum", options.momentum ?? 0.1);
    this.features = checkDim(layer, "features", features) as number;
    const affine = flag(layer, "affine", options.affine ?? true);
    this.weight = affine ? constantParameter(layer, [features], 1) : undefined;
    this.bias = affine ? constantParameter(layer, [features], 0) : undefined;
    this.runningMean = stateTensor(layer, [features], 0);
    this.runningVariance = stateTensor(layer, [features], 1);
  }

  /** @throws ShapeError `channels`, `rank`, and `norm-width` for a batch of a single number, in the layer's name. */
  override forward(x: Tensor): Tensor {
    const layer = this.toString();
    this.check(layer, checkTensor(layer, "x", x));
    const { weight, bias, eps, layout, runningMean: mean, runningVariance: variance } = this;
    if (!this.training) return inLayer(layer, () => batchNorm(x, { weight, bias, eps, layout, mean, variance }));
    const y = inLayer(layer, () => batchNorm(x, { weight, bias, eps, layout }));
    if (!y.isAbstract) this.#moveStatistics(y);
    return y;
  }

  protected abstract check(layer: string, x: Tensor): void;

  #moveStatistics(y: Tensor): void {
    if (y.size === 0) return;
    const { mean, variance } = statisticsBehind(y.data);
    const channels = mean.length;
    const count = y.size / channels;
    const [means, variances] = [this.runningMean.data, this.runningVariance.data];
    for (let c = 0; c < channels; c++) {
      means[c] = means[c]! + this.momentum * (mean[c]! - means[c]!);
      variances[c] = variances[c]! + this.momentum * ((variance[c]! * count) / (count - 1) - variances[c]!);
    }
  }

  override toString(): string {
    return `${this.constructor.name}(${formatDim(this.features)})`;
  }
}

/**
 * Batch normalisation (Ioffe and Szegedy, 2015) of [batch, features] or [batch, features, length], whose features are last
 * with `layout: "NHWC"`. `weight` and `runningVariance` begin as ones, `bias` and `runningMean` as zeros.
 */
export class BatchNorm1d extends BatchNorm {
  protected override check(layer: string, x: Tensor): void {
    if (x.rank === 2) checkChannels(layer, x, 1, this.features);
    else {
      // What a sequence goes through next takes its axes as they are.
      const likely = (dims: Shape): Shape => (dims.length === x.rank ? x.dims : dims);
      checkImage(layer, x, layoutAxes(this.layout, 1), { channels: this.features, likely });
    }
  }
}

/**
 * Batch normalisation (Ioffe and Szegedy, 2015) of images [batch, features, height, width], or of what `layout` says.
 * `weight` and `runningVariance` begin as ones, `bias` and `runningMean` as zeros.
 */
export class BatchNorm2d extends BatchNorm {
  protected override check(layer: string, x: Tensor): void {
    checkImage(layer, x, layoutAxes(this.layout, 2), { channels: this.features, likely: (dims) => dims });
  }
}
