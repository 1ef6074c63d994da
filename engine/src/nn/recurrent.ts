// Recurrent layers: sequences in, sequences out.

import { checkOptions, flag } from "../ops/axis";
import { checkTensor } from "../ops/create";
import { zeros } from "../ops/creation";
import { gru, lstm, rnn } from "../ops/recurrent";
import { type RecurrentOp } from "../ops/recurrent/recurrent";
import { at, concat, slice, stack, swapAxes } from "../ops/view";
import { constantOf, type Dim, formatDim, mulDims } from "../shape/dim";
import { differ, ShapeError } from "../shape/errors";
import { agree, checkDim, describe, formatShape, wholeNumber } from "../shape/shape";
import { floating } from "../tensor/dtype";
import { type Tensor } from "../tensor/tensor";
import { Module } from "./module";
import { uniformParameter } from "./parameter";

export interface RecurrentLayerOptions {
  /** How many layers lie on each other, each fed with what the one below gives; 1 unless given. */
  readonly layers?: number;
  /** Whether each layer also reads the sequence from its end, which doubles the width of what it gives. */
  readonly bidirectional?: boolean;
  /** Whether sequences are [batch, length, features], true unless given, or [length, batch, features]. */
  readonly batchFirst?: boolean;
}

/** Where a layer begins: [layers · directions, batch, hidden] each, forward before backward. */
export interface RecurrentState {
  readonly hidden: Tensor;
  /** The memory of an LSTM. */
  readonly cell?: Tensor;
}

/** What a layer gives, and the state it ends in. */
export interface RecurrentResult extends RecurrentState {
  readonly output: Tensor;
}

interface Kind {
  readonly op: RecurrentOp;
  readonly gates: number;
  /** How many numbers each unit remembers. */
  readonly states: 1 | 2;
}

/** One layer in one direction. `forward` gives the state after each step. */
class Direction extends Module {
  readonly inputWeight: Tensor;
  readonly hiddenWeight: Tensor;
  readonly inputBias: Tensor;
  readonly hiddenBias: Tensor;
  readonly #op: RecurrentOp;

  constructor(
    layer: string,
    { op, gates }: Kind,
    features: Dim,
    hidden: Dim,
    readonly reverse: boolean,
  ) {
    super();
    this.#op = op;
    const width = mulDims(gates, hidden);
    this.inputWeight = uniformParameter(layer, [width, features], hidden);
    this.hiddenWeight = uniformParameter(layer, [width, hidden], hidden);
    this.inputBias = uniformParameter(layer, [width], hidden);
    this.hiddenBias = uniformParameter(layer, [width], hidden);
  }

  override forward(x: Tensor, state: Tensor): Tensor {
    return this.#op(x, state, this, { reverse: this.reverse });
  }
}

/**
 * What RNN, LSTM and GRU share: [batch, length, inFeatures] → [batch, length, hiddenSize · directions]. As in PyTorch all
 * weights and biases begin uniform in ±1/√hiddenSize, and the state as 0.
 */
abstract class Recurrent extends Module {
  readonly inFeatures: number;
  readonly hiddenSize: number;
  readonly bidirectional: boolean;
  readonly batchFirst: boolean;
  /** Forward and, if there is one, backward, from the lowest layer up. */
  readonly directions: readonly Direction[];
  readonly #kind: Kind;

  constructor(kind: Kind, inFeatures: number, hidden: number, options: RecurrentLayerOptions) {
    super();
    const layer = this.constructor.name;
    checkOptions(layer, options, ["layers", "bidirectional", "batchFirst"]);
    this.#kind = kind;
    this.inFeatures = checkDim(layer, "inFeatures", inFeatures) as number;
    this.hiddenSize = checkDim(layer, "hidden", hidden) as number;
    this.bidirectional = flag(layer, "bidirectional", options.bidirectional);
    this.batchFirst = flag(layer, "batchFirst", options.batchFirst ?? true);
    const layers = wholeNumber(layer, "layers", options.layers ?? 1, 1);
    const ways = this.bidirectional ? [false, true] : [false];
    this.directions = Array.from({ length: layers }).flatMap((_, i) =>
      ways.map((reverse) => {
        const features = i === 0 ? inFeatures : mulDims(ways.length, hidden);
        return new Direction(layer, kind, features, hidden, reverse);
      }),
    );
  }

  /** @throws ShapeError `rank`, `layer-input` in the layer's name. */
  override forward(x: Tensor): Tensor {
    return this.#run(x, undefined).output;
  }

  /**
   * The same from a given state (0 unless given), and with the state at the end: of the last step, or the first for what
   * reads backward.
   * @throws ShapeError also for a state of another shape, or a sequence without steps.
   */
  forwardWithState(x: Tensor, state?: RecurrentState): RecurrentResult {
    const { output, all } = this.#run(x, state);
    const steps = output.dims[this.batchFirst ? 1 : 0]!;
    if (constantOf(steps) === 0) {
      throw new ShapeError({
        code: "layer-input",
        op: this.toString(),
        message: `x is ${formatShape(x.dims)}: a sequence of length 0 leaves no state; expected at least 1.`,
        operands: [{ name: "x", dims: x.dims }],
        axes: [this.batchFirst ? 1 : 0],
        blame: 0,
        numbers: [1, steps],
      });
    }
    const last = all.map((states, i) => slice(states, null, this.directions[i]!.reverse ? 0 : -1));
    const hidden = stack(last.map((final) => this.#part(final, 0)));
    if (this.#kind.states === 1) return { output, hidden };
    return { output, hidden, cell: stack(last.map((final) => this.#part(final, 1))) };
  }

  #run(given: Tensor, state: RecurrentState | undefined): { output: Tensor; all: Tensor[] } {
    const x = this.#batchFirst(given);
    const all: Tensor[] = [];
    const ways = this.bidirectional ? 2 : 1;
    const begin = this.#stateReader(x, state);
    let output = x;
    for (let first = 0; first < this.directions.length; first += ways) {
      const layer = this.directions.slice(first, first + ways).map((way, i) => way.forward(output, begin(first + i)));
      all.push(...layer);
      const seen = layer.map((states) => this.#part(states, 0));
      output = seen.length === 1 ? seen[0]! : concat(seen, 2);
    }
    return { output: this.batchFirst ? output : swapAxes(output, 0, 1), all };
  }

  /** The hidden numbers (0) or the memory (1) of states. */
  #part(states: Tensor, index: 0 | 1): Tensor {
    if (this.#kind.states === 1) return states;
    const range = [mulDims(index, this.hiddenSize), mulDims(index + 1, this.hiddenSize)] as [number, number];
    return states.rank === 2 ? slice(states, null, range) : slice(states, null, null, range);
  }

  #batchFirst(x: Tensor): Tensor {
    const layer = this.toString();
    const { dims, rank } = checkTensor(layer, "x", x);
    const expected: Dim = this.inFeatures;
    const names = this.batchFirst ? "batch, length" : "length, batch";
    const wanted = `expected [${names}, ${formatDim(expected)}], found ${formatShape(dims)}`;
    const width = mulDims(this.hiddenSize, this.bidirectional ? 2 : 1);
    const blame = { op: layer, operands: [{ name: "x", dims }], blame: 0 } as const;
    const dtype = floating(x.dtype);
    if (rank !== 3) {
      throw new ShapeError({
        ...blame,
        code: "rank",
        message: `${wanted}: 3 axes ≠ ${rank}.`,
        numbers: [3, rank],
        suggestion: rank === 2 ? `add the batch axis: expandDims(x, ${this.batchFirst ? 0 : 1}).` : undefined,
        likely: rank === 2 ? { dims: this.batchFirst ? [1, dims[0]!, width] : [dims[0]!, 1, width], dtype } : undefined,
      });
    }
    if (!agree(expected, dims[2]!)) {
      throw new ShapeError({
        ...blame,
        code: "layer-input",
        message: `${wanted}: ${formatDim(expected)} features ≠ ${formatDim(dims[2]!)} in the last axis.`,
        axes: [2],
        numbers: [expected, dims[2]!],
        suggestion: `make the layer for ${formatDim(dims[2]!)} features, or give it ${formatDim(expected)}.`,
        likely: { dims: [dims[0]!, dims[1]!, width], dtype },
      });
    }
    return this.batchFirst ? x : swapAxes(x, 0, 1);
  }

  /** Answers with what each direction begins from, [batch, states · hidden]. */
  #stateReader(x: Tensor, state: RecurrentState | undefined): (index: number) => Tensor {
    const layer = this.toString();
    const { states } = this.#kind;
    if (state === undefined) {
      const shape = [x.dims[0]!, mulDims(states, this.hiddenSize)] as number[];
      const begin = zeros(shape, { dtype: floating(x.dtype) });
      return () => begin;
    }
    const wanted = [this.directions.length, x.dims[0]!, this.hiddenSize];
    const hidden = checkState(layer, "hidden", state.hidden, wanted);
    if (states === 1) return (index) => at(hidden, index);
    const cell = checkState(layer, "cell", state.cell, wanted);
    return (index) => concat([at(hidden, index), at(cell, index)], 1);
  }

  override toString(): string {
    return `${this.constructor.name}(${formatDim(this.inFeatures)} → ${formatDim(this.hiddenSize)})`;
  }
}

function checkState(layer: string, name: string, value: Tensor | undefined, wanted: readonly Dim[]): Tensor {
  if (value === undefined) throw new TypeError(`${layer}: state.${name} must be a tensor, found ${describe(value)}.`);
  const { dims, rank } = checkTensor(layer, `state.${name}`, value);
  const axis = rank === 3 ? wanted.findIndex((dim, i) => !agree(dim, dims[i]!)) : -1;
  if (rank === 3 && axis < 0) return value;
  const numbers: readonly [Dim, Dim] = axis < 0 ? [3, rank] : [wanted[axis]!, dims[axis]!];
  throw new ShapeError({
    code: axis < 0 ? "rank" : "layer-input",
    op: layer,
    message: `state.${name} must be [layers · directions, batch, hidden], here ${formatShape(wanted)}, found ${formatShape(dims)}: ${differ(...numbers)}${axis < 0 ? " axes" : ` in axis ${axis}`}.`,
    operands: [{ name: `state.${name}`, dims }],
    axes: [axis < 0 ? undefined : axis],
    parameter: "state",
    numbers,
  });
}

/**
 * h ← tanh(W·x + b + U·h + c) for each step (Elman, 1990). Weights and biases begin uniform in ±1/√hidden, as
 * PyTorch's do, a scale of the fan-in as in LeCun et al. (1998).
 */
export class RNN extends Recurrent {
  constructor(inFeatures: number, hidden: number, options: RecurrentLayerOptions = {}) {
    super({ op: rnn, gates: 1, states: 1 }, inFeatures, hidden, options);
  }
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber, 1997): gates input, forget, cell and output. Weights and biases begin uniform in ±1/√hidden, as
 * PyTorch's do, a scale of the fan-in as in LeCun et al. (1998).
 */
export class LSTM extends Recurrent {
  constructor(inFeatures: number, hidden: number, options: RecurrentLayerOptions = {}) {
    super({ op: lstm, gates: 4, states: 2 }, inFeatures, hidden, options);
  }
}

/**
 * Gated recurrent units (Cho et al., 2014): gates reset, update and new. Weights and biases begin uniform in ±1/√hidden, as
 * PyTorch's do, a scale of the fan-in as in LeCun et al. (1998).
 */
export class GRU extends Recurrent {
  constructor(inFeatures: number, hidden: number, options: RecurrentLayerOptions = {}) {
    super({ op: gru, gates: 3, states: 1 }, inFeatures, hidden, options);
  }
}
