// Reductions: everything that makes fewer numbers of many.

export { all, any, argmax, argmin, cumsum } from "./order";
export { logSumExp, max, mean, min, norm, prod, std, sum, variance } from "./reduce";
export { type ReduceOp, type ReduceOptions, type VarianceOptions } from "./reduction";
