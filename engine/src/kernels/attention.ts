// Scaled dot-product attention, as many pairs of matrices at a time as have few scores.

import { allocateUnset, type DataArray } from "../tensor/dtype";
import { scaleKernel } from "./elementwise";
import { matmulKernel, type MatrixView } from "./matmul";
import { softmaxBackKernel, softmaxKernel } from "./softmax";

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

/** So many scores are kept at a time, or those of one pair of matrices. */
const SCORES = 2 ** 18;

/** out = softmax(q · kᵀ / √width + mask) · v. */
export function attend(attention: Attention, out: DataArray): DataArray {
  const { queries, keys, valueWidth, v } = attention;
  eachGroup(attention, (group) => {
    const weights = attentionWeights(attention, group);
    forget(attention, group, weights);
    const at = [0, sharedBy(attention, group) * keys * valueWidth, group.first * queries * valueWidth] as const;
    multiply(plain(weights), plain(v), out, { at, sizes: [queries, keys, valueWidth], count: group.count });
  });
  return out;
}

export interface AttentionGradients {
  readonly q: DataArray;
  readonly k: DataArray;
  readonly v: DataArray;
  /** Of the scores, and so of a mask that is added to them: [matrices, queries, keys]. */
  readonly scores: DataArray;
}

/** The gradients from that of the result; the weights are computed once more rather than kept. */
export function attendBack(attention: Attention, grad: DataArray): AttentionGradients {
  const { q, k, v, matrices, sharing, queries, keys, width, valueWidth, factors } = attention;
  const room = (size: number): DataArray => roomFor(attention, size);
  const gradients = {
    q: room(q.length),
    k: room(k.length),
    v: room(v.length),
    scores: room(matrices * queries * keys),
  };
  const scale = 1 / Math.sqrt(width);
  eachGroup(attention, (group) => {
    const { first, count } = group;
    const shared = sharedBy(attention, group);
    const [queryAt, gradAt] = [first * queries * width, first * queries * valueWidth];
    const [keyAt, valueAt] = [shared * keys * width, shared * keys * valueWidth];
    const adding = first % sharing > 0;

    const weights = attentionWeights(attention, group);
    const kept = factors ? weights.slice() : weights;
    forget(attention, group, kept);
    const toValues = { at: [0, gradAt, valueAt], sizes: [keys, queries, valueWidth], count, adding } as const;
    multiply(turned(kept), plain(grad), gradients.v, toValues);
    const dWeights = room(weights.length);
    const toWeights = { at: [gradAt, valueAt, 0], sizes: [queries, valueWidth, keys], count } as const;
    multiply(plain(grad), turned(v), dWeights, toWeights);
    forget(attention, group, dWeights);
    const scoresAt = first * queries * keys;
    const dScores = gradients.scores.subarray(scoresAt, scoresAt + weights.length);
    softmaxBackKernel(dWeights, weights, { outer: count * queries, count: keys, inner: 1 }, dScores);
    scaleKernel(dScores, scale, dWeights);
    multiply(plain(dWeights), plain(k), gradients.q, { at: [0, keyAt, queryAt], sizes: [queries, keys, width], count });
    const toKeys = { at: [0, queryAt, keyAt], sizes: [keys, queries, width], count, adding } as const;
    multiply(turned(dWeights), plain(q), gradients.k, toKeys);
  });
  return gradients;
}

/** Neighbouring query matrices. */
interface Group {
  readonly first: number;
  readonly count: number;
}

/** Query matrices that share keys and values are done one after the other. */
function eachGroup({ matrices, sharing, queries, keys }: Attention, visit: (group: Group) => void): void {
  const together = sharing > 1 ? 1 : Math.max(1, Math.floor(SCORES / (queries * keys)));
  for (let first = 0; first < matrices; first += together) {
    visit({ first, count: Math.min(together, matrices - first) });
  }
}

/** The first matrix of keys and values that the group reads. */
const sharedBy = ({ sharing }: Attention, { first }: Group): number => Math.floor(first / sharing);

const plain = (data: DataArray): MatrixView => ({ data, offset: 0, transposed: false });
const turned = (data: DataArray): MatrixView => ({ data, offset: 0, transposed: true });

/** `count` products of matrices that lie at these places of a, b and out. */
interface Product {
  readonly at: readonly [a: number, b: number, out: number];
  readonly sizes: readonly [rows: number, inner: number, columns: number];
  readonly count: number;
  /** Whether it is added to what is there: the gradient of what several groups share. */
  readonly adding?: boolean;
}

function multiply(a: MatrixView, b: MatrixView, out: DataArray, { at, sizes, count, adding }: Product): void {
  const [left, right] = [
    { ...a, offset: at[0] },
    { ...b, offset: at[1] },
  ];
  if (!adding) return matmulKernel(left, right, out, at[2], ...sizes, count);
  const sums = out.slice(0, sizes[0] * sizes[2]);
  matmulKernel(left, right, sums, 0, ...sizes);
  for (let i = 0; i < sums.length; i++) out[at[2] + i]! += sums[i]!;
}

/** Room for numbers that are all written: in double precision unless all operands are float32. */
function roomFor({ q, k, v, mask }: Attention, size: number): Float32Array | Float64Array {
  const operands = [q, k, v, mask === undefined || mask instanceof Uint8Array ? q : mask];
  const areSingle = operands.every((operand) => operand instanceof Float32Array);
  return allocateUnset(areSingle ? "float32" : "float64", size) as Float32Array | Float64Array;
}

/** softmax of the scores of the group's matrices; a query that may see nothing gets weights of 0. */
function attentionWeights(attention: Attention, group: Group): DataArray {
  const { q, k, queries, keys, width, causal, mask } = attention;
  const { first, count } = group;
  const scores = roomFor(attention, count * queries * keys);
  const at = [first * queries * width, sharedBy(attention, group) * keys * width, 0] as const;
  multiply(plain(q), turned(k), scores, { at, sizes: [queries, width, keys], count });
  scaleKernel(scores, 1 / Math.sqrt(width), scores);
  if (mask instanceof Uint8Array) {
    for (let i = 0, p = first * queries * keys; i < scores.length; i++, p++) if (mask[p] === 0) scores[i] = -Infinity;
  } else if (mask) {
    for (let i = 0, p = first * queries * keys; i < scores.length; i++, p++) scores[i]! += mask[p]!;
  }
  if (causal) {
    for (let row = 0; row < count * queries; row++) {
      const t = row % queries;
      if (t + 1 < keys) scores.fill(-Infinity, row * keys + t + 1, (row + 1) * keys);
    }
  }
  const blind = rowsOfNothing(scores, keys);
  softmaxKernel({ data: scores, outer: count * queries, count: keys, inner: 1 }, scores);
  for (const row of blind) scores.fill(0, row * keys, (row + 1) * keys);
  return scores;
}

/** The rows that are −∞ from beginning to end. */
function rowsOfNothing(scores: DataArray, columns: number): number[] {
  const rows: number[] = [];
  for (let start = 0, row = 0; start < scores.length; start += columns, row++) {
    let i = start;
    while (i < start + columns && scores[i] === -Infinity) i++;
    if (i === start + columns) rows.push(row);
  }
  return rows;
}

function forget({ factors, queries, keys }: Attention, { first }: Group, weights: DataArray): void {
  if (!factors) return;
  const start = first * queries * keys;
  for (let i = 0; i < weights.length; i++) weights[i]! *= factors[start + i]!;
}
