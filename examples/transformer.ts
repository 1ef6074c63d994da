// A small transformer that learns to spell: from the letters so far, which one comes next? Its attention is written out,
// so that the heads can be followed as they are split and put together again.

import { arange, crossEntropy, Embedding, LayerNorm, Linear, Module } from "@shapelens/engine";
import { ones, relu, Sequential, softmax, stack, type Tensor, tensor, tril, where } from "@shapelens/engine";

const text = "the quick brown fox jumps over the lazy dog; ";
const alphabet = [...new Set(text)].sort();
const context = 16;

class Attention extends Module {
  query: Linear;
  key: Linear;
  value: Linear;
  out: Linear;

  constructor(
    readonly dim: number,
    readonly heads: number,
  ) {
    super();
    this.query = new Linear(dim, dim);
    this.key = new Linear(dim, dim);
    this.value = new Linear(dim, dim);
    this.out = new Linear(dim, dim);
  }

  forward(x: Tensor): Tensor {
    const [batch, time] = x.shape as [number, number, number];
    const split = (y: Tensor) => y.reshape([batch, time, this.heads, this.dim / this.heads]).transpose([0, 2, 1, 3]);
    const q = split(this.query.forward(x));
    const k = split(this.key.forward(x));
    const v = split(this.value.forward(x));

    // A letter sees the letters before it, not those after it.
    const past = tril(ones([time, time])).astype("bool");
    const scores = q.matmul(k.swapAxes(-1, -2)).div(Math.sqrt(this.dim / this.heads));
    const weights = softmax(where(past, scores, -1e9));
    const mixed = weights.matmul(v).transpose([0, 2, 1, 3]).reshape([batch, time, this.dim]);
    return this.out.forward(mixed);
  }
}

class Block extends Module {
  attention: Attention;
  norm1: LayerNorm;
  norm2: LayerNorm;
  widen: Linear;
  narrow: Linear;

  constructor(dim: number, heads: number) {
    super();
    this.attention = new Attention(dim, heads);
    this.norm1 = new LayerNorm(dim);
    this.norm2 = new LayerNorm(dim);
    this.widen = new Linear(dim, 4 * dim);
    this.narrow = new Linear(4 * dim, dim);
  }

  forward(x: Tensor): Tensor {
    const h = x.add(this.attention.forward(this.norm1.forward(x)));
    return h.add(this.narrow.forward(relu(this.widen.forward(this.norm2.forward(h)))));
  }
}

class Speller extends Module {
  letters = new Embedding(alphabet.length, 32);
  positions = new Embedding(context, 32);
  blocks = new Sequential(new Block(32, 4), new Block(32, 4));
  head = new Linear(32, alphabet.length);

  forward(ids: Tensor): Tensor {
    const x = this.letters.forward(ids).add(this.positions.forward(arange(ids.shape[1]!)));
    const scores = this.head.forward(this.blocks.forward(x));
    return scores.swapAxes(1, 2); // crossEntropy looks for the classes in axis 1
  }
}

export const model = new Speller();

// Every stretch of the text, and the same one letter later.
const ids = [...text.repeat(3)].map((letter) => alphabet.indexOf(letter));
const stretches = (from: number) =>
  stack(text.split("").map((_, i) => tensor(ids.slice(i + from, i + from + context), { dtype: "int32" })));

export const inputs = stretches(0); // [45, 16]
export const targets = stretches(1);
export const loss = crossEntropy;
