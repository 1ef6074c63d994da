// What one step of a recurrent layer does to the states of a batch, and the derivatives of that. A cell reads what comes from
// the input and what comes from the hidden state: for each row of the batch its gates one after the other, each of `hidden`
// numbers. The state of a row is its hidden numbers and, for an LSTM, those of its memory.

import { type DataArray } from "../tensor/dtype";
import { addKernel } from "./elementwise";
import { sigmoidKernel, tanhKernel } from "./exponential";

/** How many rows, and how many units each. */
export interface CellSize {
  readonly rows: number;
  readonly hidden: number;
}

export interface Cell {
  /** How many gates, that is numbers from input and hidden state, each unit has. */
  readonly gates: number;
  /** How many numbers are the state of a unit. */
  readonly states: number;
  /** Turns what comes from the input, `x`, together with what comes from the hidden state, `h`, into the gates themselves. */
  open(x: DataArray, h: DataArray, size: CellSize): void;
  /** Writes the new state from the gates and the old one. */
  step(gates: DataArray, before: DataArray, after: DataArray, size: CellSize): void;
  /**
   * From the gradient of the new state, `dAfter`, those of what came from the input, `dx`, and from the hidden state, `dh`, and
   * of the old state as far as it is read directly, `dBefore`, which may be `dAfter` itself.
   */
  stepBack(
    given: { readonly gates: DataArray; readonly h: DataArray; readonly before: DataArray; readonly after: DataArray },
    dAfter: DataArray,
    dx: DataArray,
    dh: DataArray,
    dBefore: DataArray,
    size: CellSize,
  ): void;
}

function plainCell(activate: (sums: DataArray) => void, slope: (opened: number) => number): Cell {
  return {
    gates: 1,
    states: 1,
    open: (x, h) => {
      addKernel(x, h, x);
      activate(x);
    },
    step: (gates, _, after) => after.set(gates),
    stepBack: ({ gates }, dAfter, dx, dh, dBefore) => {
      for (let i = 0; i < gates.length; i++) {
        dx[i] = dh[i] = dAfter[i]! * slope(gates[i]!);
        dBefore[i] = 0;
      }
    },
  };
}

/** h ← tanh(x + h) (Elman, 1990). */
export const tanhCell: Cell = plainCell(
  (sums) => tanhKernel(sums, sums),
  (opened) => 1 - opened * opened,
);

/** h ← max(x + h, 0). */
export const reluCell: Cell = plainCell(
  (sums) => {
    for (let i = 0; i < sums.length; i++) if (sums[i]! <= 0) sums[i] = 0;
  },
  (opened) => (opened > 0 ? 1 : 0),
);

/** Gates input, forget, cell and output (Hochreiter and Schmidhuber, 1997; Gers et al., 2000), in PyTorch's order. */
export const lstmCell: Cell = {
  gates: 4,
  states: 2,
  open: (x, h, { rows, hidden }) => {
    addKernel(x, h, x);
    const cells = column(x, rows, 4 * hidden, 2 * hidden, hidden);
    tanhKernel(cells, cells);
    sigmoidKernel(x, x);
    setColumn(x, rows, 4 * hidden, 2 * hidden, hidden, cells);
  },
  step: (gates, before, after, { rows, hidden }) => {
    const memories = newLike(gates, rows * hidden);
    for (let row = 0, at = 0; row < rows; row++) {
      const [gate, state] = [row * 4 * hidden, row * 2 * hidden + hidden];
      for (let i = gate, s = state; i < gate + hidden; i++, s++, at++) {
        const memory = gates[i + hidden]! * before[s]! + gates[i]! * gates[i + 2 * hidden]!;
        after[s] = memories[at] = memory;
      }
    }
    tanhKernel(memories, memories);
    for (let row = 0, at = 0; row < rows; row++) {
      const output = (row * 4 + 3) * hidden;
      const state = row * 2 * hidden;
      for (let i = 0; i < hidden; i++, at++) after[state + i] = gates[output + i]! * memories[at]!;
    }
  },
  stepBack: ({ gates, before, after }, dAfter, dx, dh, dBefore, { rows, hidden }) => {
    const seen = column(after, rows, 2 * hidden, hidden, hidden);
    tanhKernel(seen, seen);
    for (let row = 0, at = 0; row < rows; row++) {
      const [gate, state] = [row * 4 * hidden, row * 2 * hidden];
      for (let p = gate, s = state; p < gate + hidden; p++, s++, at++) {
        const [i, f, g, o] = [gates[p]!, gates[p + hidden]!, gates[p + 2 * hidden]!, gates[p + 3 * hidden]!];
        const [dHidden, memory, shown] = [dAfter[s]!, before[s + hidden]!, seen[at]!];
        const dMemory = dAfter[s + hidden]! + dHidden * o * (1 - shown * shown);
        dx[p] = dMemory * g * i * (1 - i);
        dx[p + hidden] = dMemory * memory * f * (1 - f);
        dx[p + 2 * hidden] = dMemory * i * (1 - g * g);
        dx[p + 3 * hidden] = dHidden * shown * o * (1 - o);
        dBefore[s] = 0;
        dBefore[s + hidden] = dMemory * f;
      }
    }
    dh.set(dx);
  },
};

/** Gates reset, update and new (Cho et al., 2014), in PyTorch's order and form: n = tanh(x + r · h). */
export const gruCell: Cell = {
  gates: 3,
  states: 1,
  open: (x, h, { rows, hidden }) => {
    const sums = newLike(x, x.length);
    for (let i = 0; i < sums.length; i++) sums[i] = x[i]! + h[i]!;
    sigmoidKernel(sums, sums);
    const news = newLike(x, rows * hidden);
    for (let row = 0, at = 0; row < rows; row++) {
      const gate = row * 3 * hidden;
      for (let i = gate; i < gate + hidden; i++, at++) {
        news[at] = x[i + 2 * hidden]! + sums[i]! * h[i + 2 * hidden]!;
      }
    }
    tanhKernel(news, news);
    x.set(sums);
    setColumn(x, rows, 3 * hidden, 2 * hidden, hidden, news);
  },
  step: (gates, before, after, { rows, hidden }) => {
    for (let row = 0, at = 0; row < rows; row++) {
      const gate = row * 3 * hidden;
      for (let i = gate; i < gate + hidden; i++, at++) {
        const z = gates[i + hidden]!;
        after[at] = (1 - z) * gates[i + 2 * hidden]! + z * before[at]!;
      }
    }
  },
  stepBack: ({ gates, h, before }, dAfter, dx, dh, dBefore, { rows, hidden }) => {
    for (let row = 0, at = 0; row < rows; row++) {
      const gate = row * 3 * hidden;
      for (let i = gate; i < gate + hidden; i++, at++) {
        const [r, z, n] = [gates[i]!, gates[i + hidden]!, gates[i + 2 * hidden]!];
        const slope = dAfter[at]!;
        const dNew = slope * (1 - z) * (1 - n * n);
        dx[i] = dh[i] = dNew * h[i + 2 * hidden]! * r * (1 - r);
        dx[i + hidden] = dh[i + hidden] = slope * (before[at]! - n) * z * (1 - z);
        dx[i + 2 * hidden] = dNew;
        dh[i + 2 * hidden] = dNew * r;
        dBefore[at] = slope * z;
      }
    }
  },
};

const newLike = (like: DataArray, size: number): DataArray =>
  like instanceof Float32Array ? new Float32Array(size) : new Float64Array(size);

/** `count` numbers of each row from `first` on, one row after the other. */
export function column(from: DataArray, rows: number, width: number, first: number, count: number): DataArray {
  const out = newLike(from, rows * count);
  for (let row = 0; row < rows; row++) {
    const start = row * width + first;
    out.set(from.subarray(start, start + count), row * count);
  }
  return out;
}

function setColumn(to: DataArray, rows: number, width: number, first: number, count: number, values: DataArray): void {
  for (let row = 0; row < rows; row++) to.set(values.subarray(row * count, (row + 1) * count), row * width + first);
}
