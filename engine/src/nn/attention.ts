// Attention as a layer (Vaswani et al., 2017).

import { type AttentionOptions, scaledDotProductAttention } from "../ops/attention";
import { checkOptions, flag } from "../ops/axis";
import { checkTensor } from "../ops/create";
import { checkProbability } from "../ops/dropout";
import { reshape, transpose } from "../ops/view";
import { addDims, type Dim, dimsEqual, divides, exactDivDims, formatDim, mulDims } from "../shape/dim";
import { differ, ShapeError } from "../shape/errors";
import { assumeDivides } from "../shape/facts";
import { agree, checkDim, formatShape, type Shape } from "../shape/shape";
import { type Tensor } from "../tensor/tensor";
import { Linear } from "./linear";
import { Module } from "./module";
import { refillXavier, refillZeros } from "./parameter";

export interface MultiHeadAttentionOptions {
  /** How many heads keys and values have, a divisor of `heads`; as many unless given. */
  readonly kvHeads?: number;
  /** The probability with which attention weights are dropped in training; 0 unless given. */
  readonly dropout?: number;
  /** Whether each position sees itself and those before it only. */
  readonly causal?: boolean;
}

/**
 * Attention in several heads: q [batch, queries, dim], k and v [batch, keys, dim] → [batch, queries, dim]. As in PyTorch
 * the projections of q, k and v begin uniform in ±√(6 / (fanIn + fanOut)), the fanOut being that of all three
 * together (Glorot and Bengio, 2010); that of the result uniform in ±1/√dim (He et al., 2015, with a = √5); all biases
 * as 0.
 */
export class MultiHeadAttention extends Module {
  readonly dim: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly dropout: number;
  readonly causal: boolean;
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly output: Linear;

  /** @throws ShapeError `layer-input` unless heads divides dim and kvHeads divides heads. */
  constructor(dim: number, heads: number, options: MultiHeadAttentionOptions = {}) {
    super();
    const layer = "MultiHeadAttention";
    checkOptions(layer, options, ["kvHeads", "dropout", "causal"]);
    this.dim = checkDim(layer, "dim", dim) as number;
    this.heads = checkDim(layer, "heads", heads, 1) as number;
    this.kvHeads = checkDim(layer, "kvHeads", options.kvHeads ?? heads, 1) as number;
    this.dropout = checkProbability(layer, "dropout", options.dropout ?? 0);
    this.causal = flag(layer, "causal", options.causal);
    checkDivides(layer, ["heads", heads], ["dim", dim]);
    checkDivides(layer, ["kvHeads", this.kvHeads], ["heads", heads]);
    const kvDim = mulDims(exactDivDims(dim, heads), this.kvHeads) as number;
    this.query = new Linear(dim, dim);
    this.key = new Linear(dim, kvDim);
    this.value = new Linear(dim, kvDim);
    this.output = new Linear(dim, dim);
    for (const { weight } of [this.query, this.key, this.value]) {
      refillXavier(weight, dim, addDims(dim, mulDims(2, kvDim)));
    }
    for (const { bias } of [this.query, this.key, this.value, this.output]) refillZeros(bias!);
  }

  /** @throws ShapeError `rank`, `layer-input`, `broadcast` in the layer's name. */
  override forward(q: Tensor, k: Tensor = q, v: Tensor = k, options: Pick<AttentionOptions, "mask"> = {}): Tensor {
    const layer = this.toString();
    checkOptions(layer, options, ["mask"]);
    this.#check(layer, checkTensor(layer, "q", q), checkTensor(layer, "k", k), checkTensor(layer, "v", v));
    const { heads, kvHeads, causal } = this;
    const [queries, keys, values] = [
      splitHeads(this.query.forward(q), heads),
      splitHeads(this.key.forward(k), kvHeads),
      splitHeads(this.value.forward(v), kvHeads),
    ];
    const dropout = this.training ? this.dropout : 0;
    const seen = scaledDotProductAttention(queries, keys, values, { causal, dropout, mask: options.mask });
    return this.output.forward(reshape(transpose(seen, [0, 2, 1, 3]), [q.dims[0], q.dims[1], this.dim] as number[]));
  }

  #check(layer: string, q: Tensor, k: Tensor, v: Tensor): void {
    const inputs = [q, k, v];
    const names = ["q", "k", "v"];
    const refuse = (blame: number, wanted: readonly Dim[], axis?: number): ShapeError => {
      const { dims, rank } = inputs[blame]!;
      const numbers: readonly [Dim, Dim] = axis === undefined ? [3, rank] : [wanted[axis]!, dims[axis]!];
      return new ShapeError({
        code: axis === undefined ? "rank" : "layer-input",
        op: layer,
        message: `${names[blame]} must be [${["batch", "length"].map((name, i) => (wanted[i] === undefined ? name : formatDim(wanted[i]))).join(", ")}, ${formatDim(this.dim)}], found ${formatShape(dims)}: ${differ(...numbers)}${axis === undefined ? " axes" : ` in axis ${axis}`}.`,
        operands: inputs.map((x, i) => ({ name: names[i]!, dims: x.dims })),
        axes: inputs.map((_, i) => (i === blame ? axis : undefined)),
        blame,
        numbers,
        suggestion: suggestionFor(names[blame]!, dims, this.dim),
        likely: q.rank === 3 ? { dims: [q.dims[0]!, q.dims[1]!, this.dim], dtype: q.dtype } : undefined,
      });
    };
    inputs.forEach((x, i) => {
      const wanted: Dim[] = [];
      if (x.rank !== 3) throw refuse(i, wanted);
      wanted[2] = this.dim;
      if (i > 0) wanted[0] = q.dims[0]!;
      if (i === 2) wanted[1] = k.dims[1]!;
      for (const axis of [2, 0, 1]) {
        if (wanted[axis] !== undefined && !agree(wanted[axis], x.dims[axis]!)) throw refuse(i, wanted, axis);
      }
    });
  }

  override toString(): string {
    return `MultiHeadAttention(${formatDim(this.dim)}, ${formatDim(this.heads)})`;
  }
}

function suggestionFor(name: string, dims: Shape, dim: Dim): string | undefined {
  if (dims.length === 2) return `add the batch axis: expandDims(${name}, 0).`;
  const isTurned = dims.length === 3 && dimsEqual(dims[1]!, dim) === "yes" && dimsEqual(dims[2]!, dim) !== "yes";
  return isTurned ? `its axes 1 and 2 seem to have changed places: swapAxes(${name}, 1, 2).` : undefined;
}

/** [batch, length, heads · width] → [batch, heads, length, width]. */
function splitHeads(x: Tensor, heads: Dim): Tensor {
  const [batch, length, dim] = x.dims as [Dim, Dim, Dim];
  const split = reshape(x, [batch, length, heads, exactDivDims(dim, heads)] as number[]);
  return transpose(split, [0, 2, 1, 3]);
}

function checkDivides(layer: string, [name, divisor]: [string, Dim], [ofName, of]: [string, Dim]): void {
  const certainty = divides(divisor, of);
  if (certainty === "unknown") assumeDivides(divisor, of);
  if (certainty !== "no") return;
  throw new ShapeError({
    code: "layer-input",
    op: layer,
    message: `${ofName} is ${formatDim(of)}, which cannot be divided among ${formatDim(divisor)} ${name}.`,
    parameter: name,
    numbers: [of, divisor],
    suggestion: `make ${ofName} a multiple of ${name}.`,
  });
}
