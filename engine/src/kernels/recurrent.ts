// A recurrent layer run over a batch of sequences, and backwards through time. What comes from the inputs is one matrix
// product for all steps; what comes from the hidden state is one for each.

import { type DataArray } from "../tensor/dtype";
import { type Cell, column } from "./cells";
import { addRowKernel, sumRowsKernel } from "./elementwise";
import { matmulKernel, type MatrixView } from "./matmul";

export interface Recurrence {
  readonly cell: Cell;
  readonly batch: number;
  readonly steps: number;
  readonly features: number;
  readonly hidden: number;
  /** Whether the sequence is read from its end. */
  readonly reverse: boolean;
  /** [batch, steps, features]. */
  readonly x: DataArray;
  /** [batch, states · hidden]: the hidden numbers, then those of the memory. */
  readonly state: DataArray;
  /** [gates · hidden, features] and [gates · hidden, hidden]. */
  readonly inputWeight: DataArray;
  readonly hiddenWeight: DataArray;
  /** [gates · hidden] each. */
  readonly inputBias: DataArray | undefined;
  readonly hiddenBias: DataArray | undefined;
}

/** What a step makes of its sums, kept for the way back as long as there is the result: the gates, and what they read. */
interface Opened {
  /** [steps, batch, gates · hidden]. */
  readonly gates: DataArray;
  readonly fromHidden: DataArray;
}

const kept = new WeakMap<DataArray, Opened>();

/** out [batch, steps, states · hidden]: the state after each step. */
export function recur(recurrence: Recurrence, out: DataArray): DataArray {
  const { cell, batch, steps, hidden, state } = recurrence;
  const size = { rows: batch, hidden };
  const [width, gates] = [batch * cell.states * hidden, batch * cell.gates * hidden];
  const opened = { gates: inputGates(recurrence), fromHidden: roomFor(recurrence, steps * gates) };
  const states = roomFor(recurrence, (steps + 1) * width);
  states.set(state);
  for (let k = 0; k < steps; k++) {
    const [before, after] = [part(states, k, width), part(states, k + 1, width)];
    const [own, fromHidden] = [part(opened.gates, k, gates), part(opened.fromHidden, k, gates)];
    hiddenGates(recurrence, before, batch, fromHidden);
    cell.open(own, fromHidden, size);
    cell.step(own, before, after, size);
  }
  kept.set(out, opened);
  return fromSteps(states.subarray(width), out, recurrence, cell.states * hidden);
}

export interface RecurrenceGradients {
  readonly x: DataArray;
  readonly state: DataArray;
  readonly inputWeight: DataArray;
  readonly hiddenWeight: DataArray;
  readonly inputBias: DataArray;
  readonly hiddenBias: DataArray;
}

/** The gradients from that of the states, which are the very array that `recur` wrote to. */
export function recurBack(recurrence: Recurrence, states: DataArray, grad: DataArray): RecurrenceGradients {
  const { cell, batch, steps, features, hidden, x, state, inputWeight, hiddenWeight } = recurrence;
  const [width, gates] = [cell.states * hidden, cell.gates * hidden];
  const room = (size: number): DataArray => roomFor(recurrence, size);
  const rows = steps * batch;

  const all = room((steps + 1) * batch * width);
  all.set(state);
  all.set(bySteps(states, recurrence, width), batch * width);
  const before = all.subarray(0, rows * width);
  const opened = kept.get(states)!;

  const slopes = bySteps(grad, recurrence, width);
  const [dInput, dHidden] = [room(rows * gates), room(rows * gates)];
  const dState = room(batch * width);
  const dBefore = room(batch * hidden);
  for (let k = steps - 1; k >= 0; k--) {
    const slope = part(slopes, k, batch * width);
    for (let i = 0; i < dState.length; i++) dState[i]! += slope[i]!;
    const given = {
      gates: part(opened.gates, k, batch * gates),
      h: part(opened.fromHidden, k, batch * gates),
      before: part(all, k, batch * width),
      after: part(all, k + 1, batch * width),
    };
    const dh = part(dHidden, k, batch * gates);
    cell.stepBack(given, dState, part(dInput, k, batch * gates), dh, dState, { rows: batch, hidden });
    matmulKernel(plain(dh), plain(hiddenWeight), dBefore, 0, batch, gates, hidden);
    for (let b = 0, i = 0; b < batch; b++) {
      for (let at = b * width; at < b * width + hidden; at++, i++) dState[at]! += dBefore[i]!;
    }
  }

  const gradients = {
    x: room(x.length),
    state: dState,
    inputWeight: room(inputWeight.length),
    hiddenWeight: room(hiddenWeight.length),
    inputBias: sumRowsKernel(dInput, room(gates)),
    hiddenBias: sumRowsKernel(dHidden, room(gates)),
  };
  const dx = room(x.length);
  matmulKernel(plain(dInput), plain(inputWeight), dx, 0, rows, gates, features);
  fromSteps(dx, gradients.x, recurrence, features);
  const inputs = bySteps(x, recurrence, features);
  matmulKernel(turned(dInput), plain(inputs), gradients.inputWeight, 0, gates, rows, features);
  const h = hiddenOf(before, rows, width, hidden);
  matmulKernel(turned(dHidden), plain(h), gradients.hiddenWeight, 0, gates, rows, hidden);
  return gradients;
}

const plain = (data: DataArray): MatrixView => ({ data, offset: 0, transposed: false });
const turned = (data: DataArray): MatrixView => ({ data, offset: 0, transposed: true });

const part = (data: DataArray, index: number, size: number): DataArray =>
  data.subarray(index * size, (index + 1) * size);

/** Zeros to compute with: in double precision unless all operands are float32. */
function roomFor(
  { x, state, inputWeight, hiddenWeight, inputBias, hiddenBias }: Recurrence,
  size: number,
): Float32Array | Float64Array {
  const operands = [x, state, inputWeight, hiddenWeight, inputBias ?? x, hiddenBias ?? x];
  const areSingle = operands.every((operand) => operand instanceof Float32Array);
  return areSingle ? new Float32Array(size) : new Float64Array(size);
}

/** x · inputWeightᵀ + inputBias: [steps, batch, gates · hidden]. */
function inputGates(recurrence: Recurrence): DataArray {
  const { cell, batch, steps, features, hidden, x, inputWeight, inputBias } = recurrence;
  const gates = cell.gates * hidden;
  const out = roomFor(recurrence, steps * batch * gates);
  const inputs = bySteps(x, recurrence, features);
  matmulKernel(plain(inputs), turned(inputWeight), out, 0, steps * batch, features, gates);
  return addBias(out, inputBias);
}

/** out = h · hiddenWeightᵀ + hiddenBias for so many states: [rows, gates · hidden]. */
function hiddenGates(recurrence: Recurrence, states: DataArray, rows: number, out: DataArray): DataArray {
  const { cell, hidden, hiddenWeight, hiddenBias } = recurrence;
  const gates = cell.gates * hidden;
  const h = hiddenOf(states, rows, cell.states * hidden, hidden);
  matmulKernel(plain(h), turned(hiddenWeight), out, 0, rows, hidden, gates);
  return addBias(out, hiddenBias);
}

function addBias(out: DataArray, bias: DataArray | undefined): DataArray {
  if (bias) addRowKernel(out, bias);
  return out;
}

/** The hidden numbers of each state, without those of the memory. */
function hiddenOf(states: DataArray, rows: number, width: number, hidden: number): DataArray {
  return width === hidden ? states : column(states, rows, width, 0, hidden);
}

type Sequences = Pick<Recurrence, "batch" | "steps" | "reverse">;

/** [batch, steps, width] → [steps, batch, width], in the order in which the steps are taken. */
function bySteps(sequences: DataArray, { batch, steps, reverse }: Sequences, width: number): DataArray {
  const out = sequences.slice();
  for (let k = 0; k < steps; k++) {
    const t = reverse ? steps - 1 - k : k;
    for (let b = 0; b < batch; b++) {
      const from = (b * steps + t) * width;
      out.set(sequences.subarray(from, from + width), (k * batch + b) * width);
    }
  }
  return out;
}

/** The other way round. */
function fromSteps(rows: DataArray, out: DataArray, { batch, steps, reverse }: Sequences, width: number): DataArray {
  for (let k = 0; k < steps; k++) {
    const t = reverse ? steps - 1 - k : k;
    for (let b = 0; b < batch; b++) {
      const from = (k * batch + b) * width;
      out.set(rows.subarray(from, from + width), (b * steps + t) * width);
    }
  }
  return out;
}
