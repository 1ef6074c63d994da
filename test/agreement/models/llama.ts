// A decoder with rotary positions, grouped heads, RMS norms, gated feed-forward and a cache of keys and values.

import { arange, concat, cos, Embedding, Linear, Module, ones, randint, rsqrt, silu, sin } from "@shapelens/engine";
import { softmax, type Tensor, tensor, tril, where } from "@shapelens/engine";

namespace Llama {
  export interface Config {
    dim: number;
    heads: number;
    kvHeads: number;
    layers: number;
    vocabulary: number;
    multipleOf?: number;
  }
}

class RMSNorm extends Module {
  readonly weight: Tensor;
  constructor(
    dim: number,
    readonly eps = 1e-5,
  ) {
    super();
    this.weight = ones([dim], { requiresGrad: true });
  }
  forward(x: Tensor): Tensor {
    const scale = rsqrt(x.square().mean(-1, { keepDims: true }).add(this.eps));
    return x.mul(scale).mul(this.weight);
  }
}

function angles(length: number, size: number, offset: number): [Tensor, Tensor] {
  const rates = arange(0, size, 2)
    .mul(-Math.log(10000) / size)
    .exp();
  const all = arange(offset, offset + length)
    .expandDims(1)
    .mul(rates);
  return [cos(all), sin(all)];
}

function rotate(x: Tensor, [c, s]: readonly [Tensor, Tensor]): Tensor {
  const [b, t, h, d] = x.shape as [number, number, number, number];
  const pairs = x.reshape([b, t, h, d / 2, 2]);
  const even = pairs.slice(null, null, null, null, 0);
  const odd = pairs.slice(null, null, null, null, 1);
  const [cosines, sines] = [c, s].map((each) => each.reshape([1, t, 1, d / 2])) as [Tensor, Tensor];
  const left = even.mul(cosines).sub(odd.mul(sines)).expandDims(-1);
  const right = even.mul(sines).add(odd.mul(cosines)).expandDims(-1);
  return concat([left, right], -1).reshape([b, t, h, d]);
}

type Cache = { keys: Tensor; values: Tensor } | undefined;

class Attention extends Module {
  wq: Linear;
  wk: Linear;
  wv: Linear;
  wo: Linear;
  readonly size: number;
  readonly groups: number;

  constructor(private readonly cfg: Llama.Config) {
    super();
    this.size = Math.floor(cfg.dim / cfg.heads);
    this.groups = cfg.heads / cfg.kvHeads;
    this.wq = new Linear(cfg.dim, cfg.heads * this.size, { bias: false });
    this.wk = new Linear(cfg.dim, cfg.kvHeads * this.size, { bias: false });
    this.wv = new Linear(cfg.dim, cfg.kvHeads * this.size, { bias: false });
    this.wo = new Linear(cfg.heads * this.size, cfg.dim, { bias: false });
  }

  override forward(x: Tensor, cache?: Cache): { out: Tensor; cache: NonNullable<Cache> } {
    const [b, t] = x.shape as [number, number, number];
    const before = cache?.keys.shape[1] ?? 0;
    const rotation = angles(t, this.size, before);
    const q = rotate(this.wq.forward(x).reshape([b, t, this.cfg.heads, this.size]), rotation);
    let keys = rotate(this.wk.forward(x).reshape([b, t, this.cfg.kvHeads, this.size]), rotation);
    let values = this.wv.forward(x).reshape([b, t, this.cfg.kvHeads, this.size]);
    if (cache) {
      keys = concat([cache.keys, keys], 1);
      values = concat([cache.values, values], 1);
    }
    const spread = (y: Tensor) => y.repeat(this.groups, 2).transpose([0, 2, 1, 3]);
    let scores = q.transpose([0, 2, 1, 3]).matmul(spread(keys).swapAxes(2, 3)).div(Math.sqrt(this.size));
    if (t > 1) scores = where(tril(ones([t, t])).astype("bool"), scores, -1e9);
    const out = softmax(scores)
      .matmul(spread(values))
      .transpose([0, 2, 1, 3])
      .reshape([b, t, this.cfg.heads * this.size]);
    return { out: this.wo.forward(out), cache: { keys, values } };
  }
}

class FeedForward extends Module {
  w1: Linear;
  w2: Linear;
  w3: Linear;
  constructor(dim: number, multipleOf: number) {
    super();
    let hidden = Math.floor((2 * 4 * dim) / 3);
    hidden = multipleOf * Math.floor((hidden + multipleOf - 1) / multipleOf);
    this.w1 = new Linear(dim, hidden, { bias: false });
    this.w2 = new Linear(hidden, dim, { bias: false });
    this.w3 = new Linear(dim, hidden, { bias: false });
  }
  forward(x: Tensor): Tensor {
    return this.w2.forward(silu(this.w1.forward(x)).mul(this.w3.forward(x)));
  }
}

class Decoder extends Module {
  embedding: Embedding;
  layers: { attention: Attention; feed: FeedForward; norms: [RMSNorm, RMSNorm] }[];
  norm: RMSNorm;

  constructor(readonly cfg: Llama.Config) {
    super();
    const { dim, layers, vocabulary, multipleOf = 8 } = cfg;
    this.embedding = new Embedding(vocabulary, dim);
    this.layers = Array.from({ length: layers }, () => ({
      attention: new Attention(cfg),
      feed: new FeedForward(dim, multipleOf),
      norms: [new RMSNorm(dim), new RMSNorm(dim)],
    }));
    this.norm = new RMSNorm(dim);
  }

  override forward(ids: Tensor, caches: Cache[] = []): Tensor {
    let x = this.embedding.forward(ids);
    this.layers.forEach(({ attention, feed, norms: [first, second] }, i) => {
      const { out, cache } = attention.forward(first.forward(x), caches[i]);
      caches[i] = cache;
      x = x.add(out);
      x = x.add(feed.forward(second.forward(x)));
    });
    return this.norm.forward(x).matmul(this.embedding.weight.T);
  }
}

const decoder = new Decoder({ dim: 16, heads: 4, kvHeads: 2, layers: 2, vocabulary: 30 });
const prompt = randint(0, 30, [2, 5]);
const caches: Cache[] = [];
let logits = decoder.forward(prompt, caches);
let next = logits.slice(null, -1).argmax(-1);
for (let i = 0; i < 3; i++) {
  logits = decoder.forward(next.expandDims(1), caches);
  next = logits.squeeze(1).argmax(1);
}
const told = tensor([[1, 2, 3]], { dtype: "int32" });
console.log(decoder.forward(told).shape, caches[0]!.keys.shape, next.shape);
