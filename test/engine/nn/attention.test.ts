// Attention against its formula, one query at a time; masks; heads; the layers.

import assert from "node:assert/strict";
import {
  linear,
  MultiHeadAttention,
  randn,
  scaledDotProductAttention,
  Tensor,
  tensor,
  TransformerEncoderLayer,
} from "@shapelens/engine";
import { formatShape, symbol, withoutData } from "@shapelens/engine/tooling";
import { close, refuses, sampleSource } from "../support";

const { normal } = sampleSource(13);

/** Attention of one head: q [t][d], k [s][d], v [s][e], scores moved by `bias(t, s)`. */
function attend(q: number[][], k: number[][], v: number[][], bias: (t: number, s: number) => number): number[][] {
  return q.map((query, t) => {
    const scores = k.map(
      (key, s) => query.reduce((sum, x, i) => sum + x * key[i]!, 0) / Math.sqrt(query.length) + bias(t, s),
    );
    const weights = scores.map((score) => Math.exp(score));
    const total = weights.reduce((a, b) => a + b, 0);
    return v[0]!.map((_, e) => weights.reduce((sum, w, s) => sum + (w / total) * v[s]![e]!, 0));
  });
}

type Batched = number[][][][];

describe("scaledDotProductAttention", () => {
  const [q, k, v] = [normal([2, 4, 3, 5]), normal([2, 2, 6, 5]), normal([2, 2, 6, 2])];
  const [qs, ks, vs] = [q, k, v].map((x) => x.toArray() as unknown as Batched) as [Batched, Batched, Batched];
  const expected = (bias: (t: number, s: number) => number): number[] =>
    qs.flatMap((heads, b) => heads.flatMap((head, h) => attend(head, ks[b]![h >> 1]!, vs[b]![h >> 1]!, bias).flat()));

  it("is a mean of values weighted by how keys fit, heads sharing them", () => {
    close(
      scaledDotProductAttention(q, k, v).data,
      expected(() => 0),
      1e-12,
      1e-12,
    );
  });

  it("adds a mask of numbers and hides by a mask of bools", () => {
    const mask = normal([3, 6]);
    close(
      scaledDotProductAttention(q, k, v, { mask }).data,
      expected((t, s) => mask.data[t * 6 + s]!),
      1e-12,
      1e-12,
    );
    const seen = tensor([true, false, true, true, false, true]);
    const hidden = expected((_, s) => (seen.data[s] === 1 ? 0 : -Infinity));
    close(scaledDotProductAttention(q, k, v, { mask: seen }).data, hidden, 1e-12, 1e-12);
  });

  it("hides what comes later when causal", () => {
    const causal = expected((t, s) => (s > t ? -Infinity : 0));
    close(scaledDotProductAttention(q, k, v, { causal: true }).data, causal, 1e-12, 1e-12);
  });

  it("gives zeros to a query that may see nothing, and stays finite for scores of ±1e4", () => {
    const mask = tensor([[false, false]]);
    const x = tensor([[1e4, -1e4]]);
    const two = tensor([
      [1e4, 1e4],
      [-1e4, 1],
    ]);
    assert.deepEqual(scaledDotProductAttention(x, two, two, { mask }).toArray(), [[0, 0]]);
    assert.ok(scaledDotProductAttention(x, two, two).data.every(Number.isFinite));
  });

  it("refuses what does not fit", () => {
    refuses(() => scaledDotProductAttention(normal([2, 3, 4]), normal([2, 5, 6]), normal([2, 5, 6])), {
      code: "matmul-inner",
      message: "q is [2, 3, 4] and k is [2, 5, 6]: their width, the last axis, differs, 4 ≠ 6.",
      axes: [2, 2, undefined],
      likely: "[2, 3, 6]",
    });
    refuses(() => scaledDotProductAttention(normal([2, 3, 4]), normal([2, 5, 4]), normal([2, 6, 4])), {
      code: "matmul-inner",
      message:
        "k is [2, 5, 4] and v is [2, 6, 4]: the number of keys and values, the second last axis, differs, 5 ≠ 6.",
    });
    refuses(() => scaledDotProductAttention(normal([1, 4, 3, 4]), normal([1, 3, 3, 4]), normal([1, 3, 3, 4])), {
      code: "broadcast",
      message: "q is [1, 4, 3, 4] and k is [1, 3, 3, 4]: 4 heads in axis 1 cannot share 3.",
      fix: "the heads of q must be a multiple of those of k and v.",
    });
    const [x, mask] = [
      normal([2, 4, 3, 5]),
      tensor([
        [1, 1, 0],
        [1, 1, 1],
      ]).astype("bool"),
    ];
    refuses(() => scaledDotProductAttention(x, x, x, { mask }), {
      code: "broadcast",
      message: "mask is [2, 3]: expected a shape that broadcasts to the scores [2, 4, 3, 3], [..., queries, keys].",
      fix: "for a mask of each sample's keys use reshape(mask, [2, 1, 1, 3]).",
      likely: "[2, 4, 3, 5]",
    });
    refuses(() => scaledDotProductAttention(normal([4]), normal([4]), normal([4])), {
      code: "rank",
      message: "q is [4]: expected at least 2 axes, [..., length, width]; found 1.",
    });
  });
});

describe("MultiHeadAttention", () => {
  it("is attention between projections, head by head", () => {
    const layer = new MultiHeadAttention(6, 3, { kvHeads: 1 });
    const [q, k] = [randn([2, 4, 6]), randn([2, 5, 6])];
    const project = (x: Tensor, { weight, bias }: typeof layer.query): number[][][] =>
      linear(x, weight, bias).toArray() as unknown as number[][][];
    const [qs, ks, vs] = [project(q, layer.query), project(k, layer.key), project(k, layer.value)];
    const joined = qs.map((rows, b) => {
      const heads = [0, 1, 2].map((h) =>
        attend(
          rows.map((row) => row.slice(2 * h, 2 * h + 2)),
          ks[b]!,
          vs[b]!,
          () => 0,
        ),
      );
      return rows.map((_, t) => heads.flatMap((head) => head[t]!));
    });
    const expected = linear(tensor(joined), layer.output.weight, layer.output.bias);
    close(layer.forward(q, k).data, expected.data, 1e-4, 1e-5);
  });

  it("has PyTorch's bounds, and the parameters of four dense layers", () => {
    const layer = new MultiHeadAttention(64, 8);
    const bound = Math.sqrt(6 / (64 + 3 * 64));
    const largest = Math.max(...layer.query.weight.data.map(Math.abs));
    assert.ok(largest <= bound && largest > 0.98 * bound);
    assert.ok(layer.key.bias!.data.every((value) => value === 0));
    assert.equal(layer.parameters().length, 8);
  });

  it("drops weights in training only", () => {
    const layer = new MultiHeadAttention(4, 2, { dropout: 0.9 });
    const x = randn([1, 8, 4]);
    assert.notDeepEqual(layer.forward(x).toArray(), layer.forward(x).toArray());
    layer.eval();
    assert.deepEqual(layer.forward(x).toArray(), layer.forward(x).toArray());
  });

  it("takes symbolic sizes and refuses in its own name", () => {
    const [batch, length, dim] = [symbol("B"), symbol("T"), symbol("D")];
    withoutData(() => {
      const layer = new MultiHeadAttention(dim as unknown as number, 4, { causal: true });
      assert.equal(formatShape(layer.forward(new Tensor([batch, length, dim], "float32")).dims), "[B, T, D]");
    });
    refuses(() => new MultiHeadAttention(64, 8).forward(randn([2, 10, 32])), {
      code: "layer-input",
      message: "q must be [batch, length, 64], found [2, 10, 32]: 64 ≠ 32 in axis 2.",
      numbers: [64, 32],
      axes: [2, undefined, undefined],
      likely: "[2, 10, 64]",
    });
    refuses(() => new MultiHeadAttention(64, 8).forward(randn([2, 10, 64]), randn([3, 10, 64])), {
      code: "layer-input",
      message: "k must be [2, length, 64], found [3, 10, 64]: 2 ≠ 3 in axis 0.",
      likely: "[2, 10, 64]",
    });
    refuses(() => new MultiHeadAttention(64, 8).forward(randn([10, 64])), {
      code: "rank",
      message: "q must be [batch, length, 64], found [10, 64]: 3 ≠ 2 axes.",
      fix: "add the batch axis: expandDims(q, 0).",
    });
    refuses(() => new MultiHeadAttention(64, 7), {
      code: "layer-input",
      message: "dim is 64, which cannot be divided among 7 heads.",
      fix: "make dim a multiple of heads.",
    });
  });
});

describe("TransformerEncoderLayer", () => {
  it("normalises after each part, or before it", () => {
    const x = randn([2, 3, 8]);
    const after = new TransformerEncoderLayer(8, 2, 16, { dropout: 0 }).forward(x);
    const rows = after.toArray() as unknown as number[][][];
    for (const row of rows.flat()) close([row.reduce((a, b) => a + b, 0)], [0], 0, 1e-5);
    const layer = new TransformerEncoderLayer(8, 2, 16, { dropout: 0, preNorm: true });
    for (const parameter of layer.parameters()) parameter.data.fill(0);
    assert.deepEqual(layer.forward(x).toArray(), x.toArray());
  });

  it("does not look ahead when causal", () => {
    const layer = new TransformerEncoderLayer(8, 2, 16, { causal: true, dropout: 0 });
    const x = randn([1, 4, 8]);
    const before = layer.forward(x).data.slice(0, 24);
    x.data.fill(3, 24);
    close(layer.forward(x).data.slice(0, 24), before);
  });

  it("refuses in its own name", () => {
    assert.throws(
      () => new TransformerEncoderLayer(8, 2, 16).forward(randn([1, 4, 6])),
      /^ShapeError: TransformerEncoderLayer\(8, 2\): q must be \[batch, length, 8\], found \[1, 4, 6\]/,
    );
  });
});
