// The layer that transformers are made of (Vaswani et al., 2017).

import { relu } from "../ops/activation";
import { add } from "../ops/arithmetic";
import { type AttentionOptions } from "../ops/attention";
import { checkOptions, flag } from "../ops/axis";
import { checkTensor } from "../ops/create";
import { formatDim } from "../shape/dim";
import { type Tensor } from "../tensor/tensor";
import { MultiHeadAttention } from "./attention";
import { Dropout } from "./containers";
import { inLayer } from "./inLayer";
import { Linear } from "./linear";
import { Module } from "./module";
import { LayerNorm } from "./norm";

export interface TransformerEncoderLayerOptions {
  /** The probability with which numbers are dropped in training; 0.1 unless given. */
  readonly dropout?: number;
  /** Whether each position sees itself and those before it only. */
  readonly causal?: boolean;
  /** Whether each part normalises its input rather than the sum after it, which trains deep stacks more easily. */
  readonly preNorm?: boolean;
}

/**
 * Self-attention and two dense layers with relu between them, each added to its input and normalised:
 * [batch, length, dim] → the same; `hidden` is the width between the dense layers (Vaswani et al., 2017). Its layers begin
 * as they do alone.
 */
export class TransformerEncoderLayer extends Module {
  readonly preNorm: boolean;
  readonly attention: MultiHeadAttention;
  readonly linear1: Linear;
  readonly linear2: Linear;
  readonly norm1: LayerNorm;
  readonly norm2: LayerNorm;
  readonly drop: Dropout;

  constructor(dim: number, heads: number, hidden: number, options: TransformerEncoderLayerOptions = {}) {
    super();
    checkOptions("TransformerEncoderLayer", options, ["dropout", "causal", "preNorm"]);
    const { dropout = 0.1, causal } = options;
    this.preNorm = flag("TransformerEncoderLayer", "preNorm", options.preNorm);
    this.attention = new MultiHeadAttention(dim, heads, { dropout, causal });
    this.linear1 = new Linear(dim, hidden);
    this.linear2 = new Linear(hidden, dim);
    this.norm1 = new LayerNorm(dim);
    this.norm2 = new LayerNorm(dim);
    this.drop = new Dropout(dropout);
  }

  /** @throws ShapeError `rank`, `layer-input` in the layer's name. */
  override forward(x: Tensor, options: Pick<AttentionOptions, "mask"> = {}): Tensor {
    const layer = this.toString();
    checkTensor(layer, "x", x);
    const attend = (input: Tensor): Tensor => this.drop.forward(this.attention.forward(input, input, input, options));
    const feed = (input: Tensor): Tensor =>
      this.drop.forward(this.linear2.forward(this.drop.forward(relu(this.linear1.forward(input)))));
    return inLayer(
      layer,
      () => {
        if (this.preNorm) {
          const seen = add(x, attend(this.norm1.forward(x)));
          return add(seen, feed(this.norm2.forward(seen)));
        }
        const seen = this.norm1.forward(add(x, attend(x)));
        return this.norm2.forward(add(seen, feed(seen)));
      },
      { dims: x.dims, dtype: x.dtype },
    );
  }

  override toString(): string {
    return `TransformerEncoderLayer(${formatDim(this.attention.dim)}, ${formatDim(this.attention.heads)})`;
  }
}
