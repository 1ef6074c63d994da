// Scaled dot-product attention, one pair of matrices after the other.

import { type DataArray } from "../tensor/dtype";
import { matmulKernel, type MatrixView } from "./matmul";

export interface Attention {
  readonly q: DataArray;
  readonly k: DataArray;
  readonly v: DataArray;
  /** How many query matrices there are, and how many neighbours of them share one of keys and values. */
  readonly matrices: number;
  readonly sharing: number;
  /** Lengths: queries, keys, width of queries and keys, width of values. */
  readonly queries: number;
  readonly keys: number;
  readonly width: number;
  readonly valueWidth: number;
  readonly causal: boolean;
  /** Added to the scores, or bytes that are 0 where nothing may be seen: [matrices, queries, keys]. */
  readonly mask: DataArray | undefined;
  /** What each weight is multiplied by after the softmax, to forget some at random: [matrices, queries, keys]. */
  readonly factors: Float64Array | undefined;
}

/** out = softmax(q · kᵀ / √width + mask) · v. */
export function attend(attention: Attention, out: DataArray): DataArray {
  const { matrices, sharing, queries, keys, valueWidth, v } = attention;
  const weights = new Float64Array(queries * keys);
  for (let m = 0; m < matrices; m++) {
    attentionWeights(attention, m, weights);
    forget(attention, m, weights);
    const values = plain(v, Math.floor(m / sharing) * keys * valueWidth);
    matmulKernel(plain(weights), values, out, m * queries * valueWidth, queries, keys, valueWidth);
  }
  return out;
}

export interface AttentionGradients {
  readonly q: Float64Array;
  readonly k: Float64Array;
  readonly v: Float64Array;
  /** Of the scores, and so of a mask that is added to them: [matrices, queries, keys]. */
  readonly scores: Float64Array;
}

/** The gradients from that of the result; the weights are computed once more rather than kept. */
export function attendBack(attention: Attention, grad: DataArray): AttentionGradients {
  const { q, k, v, matrices, sharing, queries, keys, width, valueWidth } = attention;
  const gradients = {
    q: new Float64Array(q.length),
    k: new Float64Array(k.length),
    v: new Float64Array(v.length),
    scores: new Float64Array(matrices * queries * keys),
  };
  const scale = 1 / Math.sqrt(width);
  const weights = new Float64Array(queries * keys);
  const kept = new Float64Array(queries * keys);
  const dWeights = new Float64Array(queries * keys);
  for (let m = 0; m < matrices; m++) {
    const shared = Math.floor(m / sharing);
    const [queryAt, keyAt] = [m * queries * width, shared * keys * width];
    const [gradAt, valueAt] = [m * queries * valueWidth, shared * keys * valueWidth];
    attentionWeights(attention, m, weights);
    kept.set(weights);
    forget(attention, m, kept);
    addProduct(turned(kept), plain(grad, gradAt), gradients.v, valueAt, keys, queries, valueWidth, 1);
    matmulKernel(plain(grad, gradAt), turned(v, valueAt), dWeights, 0, queries, valueWidth, keys);
    forget(attention, m, dWeights);
    for (let t = 0; t < queries; t++) {
      const row = t * keys;
      let mean = 0;
      for (let s = row; s < row + keys; s++) mean += weights[s]! * dWeights[s]!;
      for (let s = row; s < row + keys; s++) dWeights[s] = weights[s]! * (dWeights[s]! - mean);
    }
    gradients.scores.set(dWeights, m * queries * keys);
    addProduct(plain(dWeights), plain(k, keyAt), gradients.q, queryAt, queries, keys, width, scale);
    addProduct(turned(dWeights), plain(q, queryAt), gradients.k, keyAt, keys, queries, width, scale);
  }
  return gradients;
}

const plain = (data: DataArray, offset = 0): MatrixView => ({ data, offset, transposed: false });
const turned = (data: DataArray, offset = 0): MatrixView => ({ data, offset, transposed: true });

function addProduct(
  a: MatrixView,
  b: MatrixView,
  out: Float64Array,
  at: number,
  rows: number,
  inner: number,
  columns: number,
  scale: number,
): void {
  const part = new Float64Array(rows * columns);
  matmulKernel(a, b, part, 0, rows, inner, columns);
  for (let i = 0; i < part.length; i++) out[at + i]! += scale * part[i]!;
}

/** softmax of the scores of matrix m; a query that may see nothing gets weights of 0. */
function attentionWeights(attention: Attention, m: number, weights: Float64Array): void {
  const { q, k, sharing, queries, keys, width, causal, mask } = attention;
  const left = plain(q, m * queries * width);
  matmulKernel(left, turned(k, Math.floor(m / sharing) * keys * width), weights, 0, queries, width, keys);
  const scale = 1 / Math.sqrt(width);
  const hides = mask instanceof Uint8Array;
  for (let t = 0; t < queries; t++) {
    const row = t * keys;
    let top = -Infinity;
    for (let s = 0; s < keys; s++) {
      const given = mask?.[m * queries * keys + row + s];
      const hidden = (causal && s > t) || (hides && given === 0);
      const score = hidden ? -Infinity : weights[row + s]! * scale + (hides ? 0 : (given ?? 0));
      weights[row + s] = score;
      if (score > top || Number.isNaN(score)) top = score;
    }
    let sum = 0;
    for (let s = row; s < row + keys; s++) {
      weights[s] = top === -Infinity ? 0 : Math.exp(weights[s]! - top);
      sum += weights[s]!;
    }
    if (sum !== 0) for (let s = row; s < row + keys; s++) weights[s]! /= sum;
  }
}

function forget({ factors }: Attention, m: number, weights: Float64Array): void {
  if (!factors) return;
  const start = m * weights.length;
  for (let i = 0; i < weights.length; i++) weights[i]! *= factors[start + i]!;
}
