// Ops that pick elements by their positions.

export { gather, scatterAdd } from "./gather";
export { embedding, take } from "./take";
