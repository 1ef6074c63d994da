// Attention.

export { type AttentionOptions, scaledDotProductAttention } from "./attention";
