// Ops on batches of images and sequences.

export { conv1d, conv2d } from "./convolution";
export { type Layout } from "../layout";
export { adaptiveAvgPool2d, avgPool2d, maxPool2d, type PoolOptions } from "./pool";
export { convTranspose2d, type TransposedConvolutionOptions } from "./transpose";
export { upsample2d, type UpsampleOptions } from "./upsample";
export { type ConvolutionOptions } from "./weights";
export { type Padding, type PerAxis, type WindowOptions } from "./window";
