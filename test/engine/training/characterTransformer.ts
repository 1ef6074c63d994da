// A small transformer over letters: the engine's own attention and embedding, trained in the tests.

import {
  arange,
  argmax,
  Embedding,
  LayerNorm,
  Linear,
  Module,
  noGrad,
  Sequential,
  stack,
  type Tensor,
  tensor,
  TransformerEncoderLayer,
} from "@shapelens/engine";

/** From "Alice's Adventures in Wonderland" by Lewis Carroll, 1865, chapter 1; in small letters. */
export const passage =
  "alice was beginning to get very tired of sitting by her sister on the bank, and of having nothing to do: once or " +
  "twice she had peeped into the book her sister was reading, but it had no pictures or conversations in it.";

export const alphabet = [...new Set(passage)].sort();

/** Every stretch of the text, and the same one letter later. */
export function stretches(text: string, length: number): { x: Tensor; y: Tensor } {
  const ids = [...text].map((letter) => alphabet.indexOf(letter));
  const rows = (from: number) =>
    stack(
      Array.from({ length: ids.length - length }, (_, i) =>
        tensor(ids.slice(i + from, i + from + length), { dtype: "int32" }),
      ),
    );
  return { x: rows(0), y: rows(1) };
}

interface Sizes {
  readonly letters: number;
  readonly context: number;
  readonly dim: number;
  readonly heads: number;
  readonly blocks: number;
}

export class CharacterTransformer extends Module {
  readonly embedding: Embedding;
  readonly positions: Embedding;
  readonly blocks: Sequential;
  readonly norm: LayerNorm;
  readonly head: Linear;

  constructor({ letters, context, dim, heads, blocks }: Sizes) {
    super();
    this.embedding = new Embedding(letters, dim);
    this.positions = new Embedding(context, dim);
    const block = () => new TransformerEncoderLayer(dim, heads, 4 * dim, { causal: true, preNorm: true, dropout: 0 });
    this.blocks = new Sequential(...Array.from({ length: blocks }, block));
    this.norm = new LayerNorm(dim);
    this.head = new Linear(dim, letters);
  }

  /** ids [batch, time] → scores [batch, time, letters]. */
  override forward(ids: Tensor): Tensor {
    const x = this.embedding.forward(ids).add(this.positions.forward(arange(ids.shape[1]!)));
    return this.head.forward(this.norm.forward(this.blocks.forward(x)));
  }

  /** The letter that most likely follows. */
  next(text: string): string {
    const ids = tensor([[...text].map((letter) => alphabet.indexOf(letter))], { dtype: "int32" });
    const scores = noGrad(() => this.forward(ids)).slice(0, -1);
    return alphabet[argmax(scores).item()]!;
  }
}
