// Products over named axes, and NumPy's dot and outer.

export { einsum } from "./einsum";
export { dot, outer } from "./products";
