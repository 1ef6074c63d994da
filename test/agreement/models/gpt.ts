// A GPT: token and position embeddings, pre-norm blocks with fused heads, weights of the output shared with the input.

import { AdamW, arange, clipGradNorm, CosineLR, crossEntropy, Dropout, Embedding, GELU } from "@shapelens/engine";
import { LayerNorm, Linear, Module, noGrad, ones, randint, Sequential, softmax, topk } from "@shapelens/engine";
import { concat, type Tensor, tril, where } from "@shapelens/engine";

interface Config {
  readonly vocabulary: number;
  readonly context: number;
  readonly width: number;
  readonly heads: number;
  readonly depth: number;
}

const config: Config = { vocabulary: 50, context: 16, width: 24, heads: 3, depth: 2 };

class CausalSelfAttention extends Module {
  readonly qkv: Linear;
  readonly projection: Linear;
  readonly drop = new Dropout(0.1);

  constructor(readonly cfg: Config) {
    super();
    if (cfg.width % cfg.heads !== 0) throw new Error("the width must be a multiple of the heads");
    this.qkv = new Linear(cfg.width, 3 * cfg.width, { bias: false });
    this.projection = new Linear(cfg.width, cfg.width);
  }

  forward(x: Tensor): Tensor {
    const { heads, width } = this.cfg;
    const [B, T] = x.shape as [number, number, number];
    const size = width / heads;
    const [q, k, v] = this.qkv
      .forward(x)
      .split(3, -1)
      .map((part) => part.reshape([B, T, heads, size]).transpose([0, 2, 1, 3])) as [Tensor, Tensor, Tensor];
    const scores = q.matmul(k.transpose([0, 1, 3, 2])).mul(size ** -0.5);
    const masked = where(tril(ones([T, T])).equal(0), -Infinity, scores);
    const weights = this.drop.forward(softmax(masked, -1));
    const heard = weights.matmul(v).transpose([0, 2, 1, 3]).reshape([B, T, -1]);
    return this.projection.forward(heard);
  }
}

class Block extends Module {
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly attention: CausalSelfAttention;
  readonly mlp: Sequential;

  constructor(cfg: Config) {
    super();
    this.norm1 = new LayerNorm(cfg.width);
    this.norm2 = new LayerNorm(cfg.width);
    this.attention = new CausalSelfAttention(cfg);
    this.mlp = new Sequential(new Linear(cfg.width, 4 * cfg.width), new GELU(), new Linear(4 * cfg.width, cfg.width));
  }

  forward(x: Tensor): Tensor {
    const a = x.add(this.attention.forward(this.norm1.forward(x)));
    return a.add(this.mlp.forward(this.norm2.forward(a)));
  }
}

class GPT extends Module {
  readonly tokens: Embedding;
  readonly positions: Embedding;
  readonly blocks: Sequential;
  readonly norm: LayerNorm;
  readonly head: Linear;

  constructor(readonly cfg: Config) {
    super();
    this.tokens = new Embedding(cfg.vocabulary, cfg.width);
    this.positions = new Embedding(cfg.context, cfg.width);
    this.blocks = new Sequential(...Array.from({ length: cfg.depth }, () => new Block(cfg)));
    this.norm = new LayerNorm(cfg.width);
    this.head = new Linear(cfg.width, cfg.vocabulary, { bias: false });
  }

  forward(ids: Tensor): Tensor {
    const [, time] = ids.shape as [number, number];
    if (time > this.cfg.context) throw new RangeError(`at most ${this.cfg.context} tokens`);
    const x = this.tokens.forward(ids).add(this.positions.forward(arange(time).astype("int32")));
    return this.head.forward(this.norm.forward(this.blocks.forward(x)));
  }

  generate(ids: Tensor, count: number, k?: number): Tensor {
    let all = ids;
    for (let i = 0; i < count; i++) {
      const length = all.shape[1]!;
      const recent = length <= this.cfg.context ? all : all.slice(null, [-this.cfg.context]);
      let logits = this.forward(recent).slice(null, -1);
      if (k !== undefined) {
        const { values } = topk(logits, k);
        logits = where(logits.less(values.slice(null, [-1])), -Infinity, logits);
      }
      const next = softmax(logits).argmax(-1, { keepDims: true });
      all = concat([all, next], 1);
    }
    return all;
  }
}

const model = new GPT(config);
const optimizer = new AdamW(model.parameters(), { lr: 3e-4, weightDecay: 0.1 });
const schedule = new CosineLR(optimizer, 10);
for (let step = 0; step < 2; step++) {
  const sequence = randint(0, config.vocabulary, [4, config.context + 1]);
  const inputs = sequence.slice(null, [0, -1]);
  const targets = sequence.slice(null, [1]);
  const logits = model.forward(inputs);
  const loss = crossEntropy(logits.reshape([-1, config.vocabulary]), targets.flatten(0));
  optimizer.zeroGrad();
  loss.backward();
  clipGradNorm(model.parameters(), 1);
  optimizer.step();
  schedule.step();
}
model.eval();
const story = noGrad(() => model.generate(randint(0, config.vocabulary, [1, 4]), 16, 5));
console.log(story.shape);
