// Ops that arrange numbers and compute none.

export { flip, swapAxes, transpose } from "./axes";
export { pad, type PadWidths, repeat } from "./extend";
export { concat, split, stack, unstack } from "./join";
export { broadcastTo, expandDims, flatten, reshape, squeeze } from "./reshape";
export { at, type Range, slice } from "./slice";
