// Ops that pick elements by their positions.

export { gather, scatterAdd } from "./gather";
export { argsort, sort, topk, type TopK } from "./sort";
export { embedding, take } from "./take";
