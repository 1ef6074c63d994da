// Ops that arrange numbers and compute none.

export { flip, swapAxes, transpose } from "./axes";
export { broadcastTo } from "./broadcastTo";
export { pad, type PadWidths, repeat } from "./extend";
export { concat, stack } from "./join";
export { expandDims, flatten, reshape, squeeze } from "./reshape";
export { split, unstack } from "./split";
export { at, type Range, slice } from "./slice";
export { roll, tile } from "./tile";
export { tril, triu } from "./triangle";
