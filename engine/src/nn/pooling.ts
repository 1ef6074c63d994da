// Pooling as layers.

import { checkOptions } from "../ops/axis";
import { adaptiveAvgPool2d, avgPool2d, type Layout, maxPool2d, type PerAxis, type PoolOptions } from "../ops/conv";
import { perAxis, readWindow } from "../ops/conv/window";
import { checkTensor } from "../ops/create";
import { readLayout } from "../ops/layout";
import { formatDim } from "../shape/dim";
import { type Tensor } from "../tensor/tensor";
import { inLayer } from "./inLayer";
import { Module } from "./module";

/** The window and its options, checked when the layer is made. */
abstract class Pooling extends Module {
  constructor(
    readonly size: PerAxis,
    readonly options: PoolOptions = {},
  ) {
    super();
    const layer = this.constructor.name;
    checkOptions(layer, options, ["stride", "padding", "layout"]);
    perAxis(layer, "size", size, 2, 1);
    readWindow(layer, options, 2);
    readLayout(layer, options.layout);
  }

  override toString(): string {
    return `${this.constructor.name}(${formatSize(this.size)})`;
  }
}

/** The largest element of each window: [batch, channels, height, width] → fewer rows and columns. */
export class MaxPool2d extends Pooling {
  /** @throws ShapeError `rank` or `kernel-too-large` in the layer's name. */
  override forward(x: Tensor): Tensor {
    const layer = this.toString();
    return inLayer(layer, () => maxPool2d(checkTensor(layer, "x", x), this.size, this.options));
  }
}

/** The mean of each window: [batch, channels, height, width] → fewer rows and columns. */
export class AvgPool2d extends Pooling {
  /** @throws ShapeError `rank` or `kernel-too-large` in the layer's name. */
  override forward(x: Tensor): Tensor {
    const layer = this.toString();
    return inLayer(layer, () => avgPool2d(checkTensor(layer, "x", x), this.size, this.options));
  }
}

/** Means over windows chosen so that images of every size come out in this one. */
export class AdaptiveAvgPool2d extends Module {
  constructor(
    readonly size: PerAxis,
    readonly options: { readonly layout?: Layout } = {},
  ) {
    super();
    checkOptions("AdaptiveAvgPool2d", options, ["layout"]);
    readLayout("AdaptiveAvgPool2d", options.layout);
    perAxis("AdaptiveAvgPool2d", "size", size, 2, 1);
  }

  /** @throws ShapeError `rank` in the layer's name. */
  override forward(x: Tensor): Tensor {
    const layer = this.toString();
    return inLayer(layer, () => adaptiveAvgPool2d(checkTensor(layer, "x", x), this.size, this.options));
  }

  override toString(): string {
    return `AdaptiveAvgPool2d(${formatSize(this.size)})`;
  }
}

const formatSize = (size: PerAxis): string =>
  Array.isArray(size) ? size.map(formatDim).join("×") : formatDim(size as number);
