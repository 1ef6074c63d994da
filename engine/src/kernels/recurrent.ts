// A recurrent layer run over a batch of sequences, and backwards through time. What comes from the inputs is one matrix
// product for all steps; what comes from the hidden state is one for each.

import { type DataArray } from "../tensor/dtype";
import { type Cell } from "./cells";
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

/** out [batch, steps, states · hidden]: the state after each step. */
export function recur(recurrence: Recurrence, out: DataArray): DataArray {
  const { cell, batch, steps, hidden, reverse } = recurrence;
  const fromInput = inputGates(recurrence);
  const before = Float64Array.from(recurrence.state);
  const buffers = buffersOf(cell);
  const width = cell.states * hidden;
  for (let k = 0; k < steps; k++) {
    const t = reverse ? steps - 1 - k : k;
    const fromHidden = hiddenGates(recurrence, before);
    for (let b = 0; b < batch; b++) {
      for (let unit = 0; unit < hidden; unit++) {
        load(buffers, recurrence, fromInput, fromHidden, before, b, t, unit);
        cell.step(buffers.x, buffers.h, buffers.before, buffers.after);
        for (let s = 0; s < cell.states; s++) before[b * width + s * hidden + unit] = buffers.after[s]!;
      }
      out.set(before.subarray(b * width, (b + 1) * width), (b * steps + t) * width);
    }
  }
  return out;
}

export interface RecurrenceGradients {
  readonly x: Float64Array;
  readonly state: Float64Array;
  readonly inputWeight: Float64Array;
  readonly hiddenWeight: Float64Array;
  readonly inputBias: Float64Array;
  readonly hiddenBias: Float64Array;
}

/** The gradients from that of the states; the gates are computed once more rather than kept. */
export function recurBack(recurrence: Recurrence, states: DataArray, grad: DataArray): RecurrenceGradients {
  const { cell, batch, steps, features, hidden, reverse, x, state, inputWeight, hiddenWeight } = recurrence;
  const fromInput = inputGates(recurrence);
  const buffers = buffersOf(cell);
  const [width, gates] = [cell.states * hidden, cell.gates * hidden];
  const dInputGates = new Float64Array(batch * steps * gates);
  const dHiddenGates = new Float64Array(batch * gates);
  const dHidden = new Float64Array(batch * hidden);
  const gradients: RecurrenceGradients = {
    x: new Float64Array(x.length),
    state: new Float64Array(state.length),
    inputWeight: new Float64Array(inputWeight.length),
    hiddenWeight: new Float64Array(hiddenWeight.length),
    inputBias: new Float64Array(gates),
    hiddenBias: new Float64Array(gates),
  };
  const dState = gradients.state;
  const part = new Float64Array(hiddenWeight.length);
  for (let k = steps - 1; k >= 0; k--) {
    const t = reverse ? steps - 1 - k : k;
    const before = k === 0 ? state : statesAt(states, batch, steps, width, reverse ? t + 1 : t - 1);
    const fromHidden = hiddenGates(recurrence, before);
    for (let b = 0; b < batch; b++) {
      for (let unit = 0; unit < hidden; unit++) {
        load(buffers, recurrence, fromInput, fromHidden, before, b, t, unit);
        for (let s = 0; s < cell.states; s++) {
          const place = s * hidden + unit;
          buffers.after[s] = dState[b * width + place]! + grad[(b * steps + t) * width + place]!;
        }
        cell.stepBack(buffers.x, buffers.h, buffers.before, buffers.after, buffers.dx, buffers.dh, buffers.dBefore);
        for (let s = 0; s < cell.states; s++) dState[b * width + s * hidden + unit] = buffers.dBefore[s]!;
        for (let g = 0; g < cell.gates; g++) {
          dInputGates[(b * steps + t) * gates + g * hidden + unit] = buffers.dx[g]!;
          dHiddenGates[b * gates + g * hidden + unit] = buffers.dh[g]!;
        }
      }
    }
    matmulKernel(plain(dHiddenGates), plain(hiddenWeight), dHidden, 0, batch, gates, hidden);
    for (let b = 0; b < batch; b++) {
      for (let unit = 0; unit < hidden; unit++) dState[b * width + unit]! += dHidden[b * hidden + unit]!;
    }
    matmulKernel(turned(dHiddenGates), plain(hiddenOf(before, batch, width, hidden)), part, 0, gates, batch, hidden);
    for (let i = 0; i < part.length; i++) gradients.hiddenWeight[i]! += part[i]!;
    addRows(dHiddenGates, gradients.hiddenBias);
  }
  addRows(dInputGates, gradients.inputBias);
  matmulKernel(plain(dInputGates), plain(inputWeight), gradients.x, 0, batch * steps, gates, features);
  matmulKernel(turned(dInputGates), plain(x), gradients.inputWeight, 0, gates, batch * steps, features);
  return gradients;
}

const plain = (data: DataArray): MatrixView => ({ data, offset: 0, transposed: false });
const turned = (data: DataArray): MatrixView => ({ data, offset: 0, transposed: true });

/** x · inputWeightᵀ + inputBias for all steps: [batch, steps, gates · hidden]. */
function inputGates({ cell, batch, steps, features, hidden, x, inputWeight, inputBias }: Recurrence): Float64Array {
  const gates = cell.gates * hidden;
  const out = new Float64Array(batch * steps * gates);
  matmulKernel(plain(x), turned(inputWeight), out, 0, batch * steps, features, gates);
  return addBias(out, inputBias);
}

/** h · hiddenWeightᵀ + hiddenBias for one step: [batch, gates · hidden]. */
function hiddenGates({ cell, batch, hidden, hiddenWeight, hiddenBias }: Recurrence, state: DataArray): Float64Array {
  const gates = cell.gates * hidden;
  const out = new Float64Array(batch * gates);
  const h = hiddenOf(state, batch, cell.states * hidden, hidden);
  matmulKernel(plain(h), turned(hiddenWeight), out, 0, batch, hidden, gates);
  return addBias(out, hiddenBias);
}

function addBias(out: Float64Array, bias: DataArray | undefined): Float64Array {
  if (bias) for (let i = 0; i < out.length; i++) out[i]! += bias[i % bias.length]!;
  return out;
}

function addRows(rows: Float64Array, sums: Float64Array): void {
  for (let i = 0; i < rows.length; i++) sums[i % sums.length]! += rows[i]!;
}

/** The hidden numbers of a state, without those of the memory. */
function hiddenOf(state: DataArray, batch: number, width: number, hidden: number): DataArray {
  if (width === hidden) return state;
  const out = new Float64Array(batch * hidden);
  for (let b = 0; b < batch; b++) out.set(state.subarray(b * width, b * width + hidden), b * hidden);
  return out;
}

/** The states after step t: [batch, width]. */
function statesAt(states: DataArray, batch: number, steps: number, width: number, t: number): Float64Array {
  const out = new Float64Array(batch * width);
  for (let b = 0; b < batch; b++)
    out.set(states.subarray((b * steps + t) * width, (b * steps + t + 1) * width), b * width);
  return out;
}

interface Buffers {
  readonly x: Float64Array;
  readonly h: Float64Array;
  readonly before: Float64Array;
  readonly after: Float64Array;
  readonly dx: Float64Array;
  readonly dh: Float64Array;
  readonly dBefore: Float64Array;
}

function buffersOf({ gates, states }: Cell): Buffers {
  const [gate, state] = [(): Float64Array => new Float64Array(gates), (): Float64Array => new Float64Array(states)];
  return { x: gate(), h: gate(), before: state(), after: state(), dx: gate(), dh: gate(), dBefore: state() };
}

function load(
  { x, h, before }: Buffers,
  { cell, steps, hidden }: Recurrence,
  fromInput: Float64Array,
  fromHidden: Float64Array,
  state: DataArray,
  b: number,
  t: number,
  unit: number,
): void {
  for (let g = 0; g < cell.gates; g++) {
    x[g] = fromInput[((b * steps + t) * cell.gates + g) * hidden + unit]!;
    h[g] = fromHidden[(b * cell.gates + g) * hidden + unit]!;
  }
  for (let s = 0; s < cell.states; s++) before[s] = state[(b * cell.states + s) * hidden + unit]!;
}
