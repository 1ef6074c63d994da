// Ops that shift and scale numbers to mean 0 and variance 1.

export { type BatchNormOptions, type ChannelNormOptions, type NormOptions } from "./normalization";
export { batchNorm, groupNorm, layerNorm } from "./norms";
