// One layer of a recurrent network over a batch of sequences: an op that gives the state after every step.

import { type Cell, gruCell, lstmCell, reluCell, tanhCell } from "../../kernels/cells";
import { recur, recurBack, type Recurrence } from "../../kernels/recurrent";
import { type Dim, formatDim, mulDims } from "../../shape/dim";
import { differ, ShapeError } from "../../shape/errors";
import { agree, describe, formatShape, sizeOf } from "../../shape/shape";
import { allocate, floating } from "../../tensor/dtype";
import { type Tensor } from "../../tensor/tensor";
import { checkOptions, flag } from "../axis";
import { zeroGradient } from "../gradient";
import { engineOp, type Op, resultType, type SampleSource, type TensorLike, type TensorSpec } from "../op";

/** What a recurrent layer learns: [gates · hidden, features], [gates · hidden, hidden] and [gates · hidden] each. */
export interface RecurrentWeights {
  readonly inputWeight: TensorLike;
  readonly hiddenWeight: TensorLike;
  /** Both or neither. */
  readonly inputBias?: TensorLike;
  readonly hiddenBias?: TensorLike;
}

export interface RecurrentOptions {
  /** Whether the sequence is read from its end. */
  readonly reverse?: boolean;
  /** What rnn does to a sum: "tanh" unless given. */
  readonly activation?: "tanh" | "relu";
}

export interface RecurrentParams {
  readonly reverse: boolean;
  readonly cell: Cell;
}

type RecurrentArgs = [x: TensorLike, state: TensorLike, weights: RecurrentWeights, options?: RecurrentOptions];

/** x, state, weights → the states after each step. */
export type RecurrentOp = Op<RecurrentArgs, RecurrentParams>;

function recurrentOp(name: string, doc: string, example: string, cells: Readonly<Record<string, Cell>>): RecurrentOp {
  const [first] = Object.values(cells) as [Cell];
  const { gates, states } = first;
  return engineOp<RecurrentArgs, RecurrentParams>({
    name,
    doc,
    example,
    args: (x, state, weights, options) => {
      const activations = Object.keys(cells);
      checkOptions(name, options, ["reverse", ...(activations.length > 1 ? ["activation"] : [])]);
      const cell = options?.activation === undefined ? first : cells[options.activation];
      if (!cell) {
        throw new TypeError(`${name}: activation must be "tanh" or "relu", found ${describe(options?.activation)}.`);
      }
      if (typeof weights !== "object" || (weights as unknown) === null) {
        throw new TypeError(
          `${name}: weights must be an object such as { inputWeight, hiddenWeight }, found ${describe(weights)}.`,
        );
      }
      const { inputWeight, hiddenWeight, inputBias, hiddenBias } = weights;
      if ((inputBias === undefined) !== (hiddenBias === undefined)) {
        throw new TypeError(`${name}: inputBias and hiddenBias go together; only one of them is given.`);
      }
      const biases = inputBias === undefined || hiddenBias === undefined ? [] : [inputBias, hiddenBias];
      const reverse = flag(name, "reverse", options?.reverse);
      return { inputs: [x, state, inputWeight, hiddenWeight, ...biases], names, params: { reverse, cell } };
    },
    shape: (inputs) => recurrentShape(name, inputs, gates, states),
    forward: (inputs, params, dims, dtype) => recur(recurrenceOf(inputs, params), allocate(dtype, sizeOf(dims))),
    backward: ({ grad, inputs, output, params }) => {
      const found = recurBack(recurrenceOf(inputs, params), output.data, grad.data);
      const { x, state, inputWeight, hiddenWeight, inputBias, hiddenBias } = found;
      return [x, state, inputWeight, hiddenWeight, inputBias, hiddenBias].slice(0, inputs.length).map((values, i) => {
        const gradient = zeroGradient(inputs[i]!);
        gradient.data.set(values);
        return gradient;
      });
    },
    samples: [
      (make) => [
        make.normal([2, 3, 2]),
        make.normal([2, states * 2]),
        {
          inputWeight: make.normal([gates * 2, 2]),
          hiddenWeight: make.normal([gates * 2, 2]),
          inputBias: make.normal([gates * 2]),
          hiddenBias: make.normal([gates * 2]),
        },
      ],
      (make) => [
        make.normal([1, 4, 3]),
        make.normal([1, states * 2]),
        {
          inputWeight: make.normal([gates * 2, 3]),
          hiddenWeight: make.normal([gates * 2, 2]),
        },
        { reverse: true },
      ],
      (make) => {
        const [batch, steps, features, hidden] = [make.oneOf(0, 1, 2), make.dim(), make.dim(1), make.oneOf(1, 2)];
        const bias = (): Tensor => make.normal([gates * hidden]);
        return [
          make.normal([batch, steps, features]),
          make.normal([batch, states * hidden]),
          {
            inputWeight: make.normal([gates * hidden, features]),
            hiddenWeight: make.normal([gates * hidden, hidden]),
            ...make.oneOf(undefined, { inputBias: bias(), hiddenBias: bias() }),
          },
          { reverse: make.oneOf(true, false) },
        ];
      },
      ...Object.keys(cells)
        .slice(1)
        .map((activation) => (make: SampleSource): RecurrentArgs => [
          make.normal([2, 3, 2]),
          make.normal([2, states]),
          { inputWeight: make.normal([gates, 2]), hiddenWeight: make.normal([gates, 1]) },
          { activation: activation as "relu" },
        ]),
    ],
  });
}

const names = ["x", "state", "inputWeight", "hiddenWeight", "inputBias", "hiddenBias"] as const;

function recurrentShape(op: string, inputs: readonly Tensor[], gates: number, states: number): TensorSpec {
  const [x, , , hiddenWeight] = inputs as [Tensor, Tensor, Tensor, Tensor];
  const hidden = hiddenWeight.rank === 2 ? hiddenWeight.dims[1]! : undefined;
  const dtype = floating(resultType(inputs));
  const likely =
    x.rank === 3 && hidden !== undefined
      ? { dims: [x.dims[0]!, x.dims[1]!, mulDims(states, hidden)], dtype }
      : undefined;
  const expect = (index: number, wanted: readonly (Dim | string)[]): void => {
    const { dims, rank } = inputs[index]!;
    const axis =
      rank === wanted.length ? wanted.findIndex((dim, i) => typeof dim !== "string" && !agree(dim, dims[i]!)) : -1;
    if (rank === wanted.length && axis < 0) return;
    const numbers: readonly [Dim, Dim] = axis < 0 ? [wanted.length, rank] : [wanted[axis] as Dim, dims[axis]!];
    throw new ShapeError({
      code: axis < 0 ? "rank" : "matmul-inner",
      op,
      message: `${names[index]} must be [${wanted.map((dim) => (typeof dim === "string" ? dim : formatDim(dim))).join(", ")}], found ${formatShape(dims)}: ${axis < 0 ? `${wanted.length} axes ≠ ${rank}` : `${differ(...numbers)} in axis ${axis}`}.`,
      operands: inputs.map((input, i) => ({ name: names[i]!, dims: input.dims })),
      axes: inputs.map((_, i) => (i === index && axis >= 0 ? axis : undefined)),
      blame: index,
      numbers,
      suggestion: index === 0 && rank === 2 ? "add the batch axis with expandDims(x, 0)." : undefined,
      likely,
    });
  };
  expect(0, ["batch", "length", "features"]);
  expect(3, ["gates · hidden", "hidden"]);
  const width = mulDims(gates, hidden!);
  expect(3, [width, hidden!]);
  expect(2, [width, x.dims[2]!]);
  expect(1, [x.dims[0]!, mulDims(states, hidden!)]);
  if (inputs.length > 4) [4, 5].forEach((index) => expect(index, [width]));
  return { dims: likely!.dims, dtype };
}

function recurrenceOf(inputs: readonly Tensor[], { cell, reverse }: RecurrentParams): Recurrence {
  const [x, state, inputWeight, hiddenWeight, inputBias, hiddenBias] = inputs.map(({ data }) => data);
  const [batch, steps, features] = inputs[0]!.shape as [number, number, number];
  return {
    ...{ cell, reverse, batch, steps, features, hidden: inputs[3]!.shape[1]! },
    ...{ x: x!, state: state!, inputWeight: inputWeight!, hiddenWeight: hiddenWeight!, inputBias, hiddenBias },
  };
}

/**
 * h ← tanh(x · inputWeightᵀ + h · hiddenWeightᵀ + biases), step by step: x [batch, length, features], state
 * [batch, hidden] → [batch, length, hidden] (Elman, 1990).
 * @throws ShapeError `matmul-inner`, `rank`.
 */
export const rnn: RecurrentOp = recurrentOp(
  "rnn",
  "h ← tanh(x · inputWeightᵀ + h · hiddenWeightᵀ + biases) step by step: the state after each.",
  "rnn(ones([2, 7, 3]), zeros([2, 4]), { inputWeight: ones([4, 3]), hiddenWeight: ones([4, 4]) }) // shape [2, 7, 4]",
  { tanh: tanhCell, relu: reluCell },
);

/**
 * An LSTM with gates input, forget, cell and output: x [batch, length, features], state [batch, 2 · hidden], the hidden
 * numbers and then the memory, → [batch, length, 2 · hidden].
 * @throws ShapeError `matmul-inner`, `rank`.
 */
export const lstm: RecurrentOp = recurrentOp(
  "lstm",
  "An LSTM step by step: the state after each, hidden numbers and then memory.",
  "lstm(ones([2, 7, 3]), zeros([2, 8]), { inputWeight: ones([16, 3]), hiddenWeight: ones([16, 4]) }) // shape [2, 7, 8]",
  { lstm: lstmCell },
);

/**
 * A GRU with gates reset, update and new: x [batch, length, features], state [batch, hidden] → [batch, length, hidden].
 * @throws ShapeError `matmul-inner`, `rank`.
 */
export const gru: RecurrentOp = recurrentOp(
  "gru",
  "A GRU step by step: the state after each.",
  "gru(ones([2, 7, 3]), zeros([2, 4]), { inputWeight: ones([12, 3]), hiddenWeight: ones([12, 4]) }) // shape [2, 7, 4]",
  { gru: gruCell },
);
