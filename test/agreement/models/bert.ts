// Filling in hidden words: three kinds of embeddings, a mask for padding, the loss at the hidden places only.

import {
  AdamW,
  arange,
  crossEntropy,
  Dropout,
  Embedding,
  GELU,
  LayerNorm,
  Linear,
  Module,
  rand,
} from "@shapelens/engine";
import {
  MultiHeadAttention,
  ones,
  randint,
  Sequential,
  type Tensor,
  tensor,
  where,
  zerosLike,
} from "@shapelens/engine";

const PAD = 0;
const MASK = 1;

interface BertOptions {
  readonly vocabulary: number;
  readonly dim: number;
  readonly heads?: number;
  readonly depth?: number;
  readonly longest?: number;
}

class Embeddings extends Module {
  word: Embedding;
  position: Embedding;
  segment: Embedding;
  norm: LayerNorm;
  dropout = new Dropout(0.1);
  constructor({ vocabulary, dim, longest = 32 }: BertOptions) {
    super();
    this.word = new Embedding(vocabulary, dim);
    this.position = new Embedding(longest, dim);
    this.segment = new Embedding(2, dim);
    this.norm = new LayerNorm(dim);
  }
  override forward(ids: Tensor, segments: Tensor = zerosLike(ids)): Tensor {
    const positions = arange(ids.shape[1]!).astype("int32").expandDims(0);
    const sum = [this.word.forward(ids), this.position.forward(positions), this.segment.forward(segments)].reduce(
      (a, b) => a.add(b),
    );
    return this.dropout.forward(this.norm.forward(sum));
  }
}

class EncoderLayer extends Module {
  attention: MultiHeadAttention;
  norms: LayerNorm[];
  feed: Sequential;
  constructor(dim: number, heads: number) {
    super();
    this.attention = new MultiHeadAttention(dim, heads, { dropout: 0.1 });
    this.norms = [new LayerNorm(dim), new LayerNorm(dim)];
    this.feed = new Sequential(new Linear(dim, dim * 4), new GELU(), new Linear(dim * 4, dim));
  }
  override forward(x: Tensor, mask: Tensor): Tensor {
    const [before, after] = this.norms as [LayerNorm, LayerNorm];
    const attended = before.forward(x.add(this.attention.forward(x, x, x, { mask })));
    return after.forward(attended.add(this.feed.forward(attended)));
  }
}

class Bert extends Module {
  embeddings: Embeddings;
  layers: EncoderLayer[];
  transform: Sequential;
  pooler: Linear;
  constructor(readonly options: BertOptions) {
    super();
    const { dim, heads = 2, depth = 2, vocabulary } = options;
    this.embeddings = new Embeddings(options);
    this.layers = Array.from({ length: depth }, () => new EncoderLayer(dim, heads));
    this.transform = new Sequential(new Linear(dim, dim), new GELU(), new LayerNorm(dim), new Linear(dim, vocabulary));
    this.pooler = new Linear(dim, dim);
  }
  override forward(ids: Tensor, segments?: Tensor) {
    const mask = ids.notEqual(PAD).expandDims(1).expandDims(1);
    let h = this.embeddings.forward(ids, segments);
    for (const layer of this.layers) h = layer.forward(h, mask);
    return { tokens: this.transform.forward(h), pooled: this.pooler.forward(h.slice(null, 0)).tanh() };
  }
}

const vocabulary = 40;
const bert = new Bert({ vocabulary, dim: 16 });
const next = new Linear(16, 2);
const optimizer = new AdamW([...bert.parameters(), ...next.parameters()], { lr: 1e-4 });
const ids = randint(2, vocabulary, [4, 10]);
const hidden = rand(ids.shape).less(0.15);
const masked = where(hidden, tensor(MASK, { dtype: "int32" }), ids);
const segments = tensor(
  Array.from({ length: 4 }, () => [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]),
  { dtype: "int32" },
);
const { tokens, pooled } = bert.forward(masked, segments);
const perToken = crossEntropy(tokens.reshape([-1, vocabulary]), ids.flatten(0), { reduction: "none" });
const weight = hidden.flatten(0).astype("float32");
const lossWords = perToken.mul(weight).sum().div(weight.sum().add(1e-6));
const lossNext = crossEntropy(next.forward(pooled), ones([4], { dtype: "int32" }));
lossWords.add(lossNext).backward();
optimizer.step();
