// What one step of a recurrent layer does to the numbers of one unit, and the derivatives of that. A cell reads what
// comes from the input and what comes from the hidden state, one number per gate, and the unit's state before.

/** The state of a unit: its hidden number and, for an LSTM, the number in its memory. */
export interface Cell {
  /** How many gates, that is numbers from input and hidden state, each unit has. */
  readonly gates: number;
  /** How many numbers are the state of a unit. */
  readonly states: number;
  /** Writes the new state. `x` and `h` hold the gates, `before` the old state. */
  step(x: Float64Array, h: Float64Array, before: Float64Array, after: Float64Array): void;
  /**
   * From the gradient of the new state, `dAfter`, those of the gates, `dx` and `dh`, and of the old state as far as it
   * is read directly, `dBefore`.
   */
  stepBack(
    x: Float64Array,
    h: Float64Array,
    before: Float64Array,
    dAfter: Float64Array,
    dx: Float64Array,
    dh: Float64Array,
    dBefore: Float64Array,
  ): void;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

function plainCell(activation: (x: number) => number, slope: (x: number) => number): Cell {
  return {
    gates: 1,
    states: 1,
    step: (x, h, _, after) => {
      after[0] = activation(x[0]! + h[0]!);
    },
    stepBack: (x, h, _, dAfter, dx, dh, dBefore) => {
      dx[0] = dh[0] = dAfter[0]! * slope(x[0]! + h[0]!);
      dBefore[0] = 0;
    },
  };
}

/** h ← tanh(x + h) (Elman, 1990). */
export const tanhCell: Cell = plainCell(Math.tanh, (x) => 1 - Math.tanh(x) ** 2);

/** h ← max(x + h, 0). */
export const reluCell: Cell = plainCell(
  (x) => (x > 0 ? x : x <= 0 ? 0 : NaN),
  (x) => (x > 0 ? 1 : 0),
);

/** Gates input, forget, cell and output (Hochreiter and Schmidhuber, 1997; Gers et al., 2000), in PyTorch's order. */
export const lstmCell: Cell = {
  gates: 4,
  states: 2,
  step: (x, h, before, after) => {
    const [i, f, o] = [sigmoid(x[0]! + h[0]!), sigmoid(x[1]! + h[1]!), sigmoid(x[3]! + h[3]!)];
    after[1] = f * before[1]! + i * Math.tanh(x[2]! + h[2]!);
    after[0] = o * Math.tanh(after[1]);
  },
  stepBack: (x, h, before, dAfter, dx, dh, dBefore) => {
    const [i, f, o] = [sigmoid(x[0]! + h[0]!), sigmoid(x[1]! + h[1]!), sigmoid(x[3]! + h[3]!)];
    const g = Math.tanh(x[2]! + h[2]!);
    const seen = Math.tanh(f * before[1]! + i * g);
    const dMemory = dAfter[1]! + dAfter[0]! * o * (1 - seen * seen);
    dx[0] = dMemory * g * i * (1 - i);
    dx[1] = dMemory * before[1]! * f * (1 - f);
    dx[2] = dMemory * i * (1 - g * g);
    dx[3] = dAfter[0]! * seen * o * (1 - o);
    dh.set(dx);
    dBefore[0] = 0;
    dBefore[1] = dMemory * f;
  },
};

/** Gates reset, update and new (Cho et al., 2014), in PyTorch's order and form: n = tanh(x + r · h). */
export const gruCell: Cell = {
  gates: 3,
  states: 1,
  step: (x, h, before, after) => {
    const [r, z] = [sigmoid(x[0]! + h[0]!), sigmoid(x[1]! + h[1]!)];
    after[0] = (1 - z) * Math.tanh(x[2]! + r * h[2]!) + z * before[0]!;
  },
  stepBack: (x, h, before, dAfter, dx, dh, dBefore) => {
    const [r, z] = [sigmoid(x[0]! + h[0]!), sigmoid(x[1]! + h[1]!)];
    const n = Math.tanh(x[2]! + r * h[2]!);
    const dn = dAfter[0]! * (1 - z) * (1 - n * n);
    dx[0] = dh[0] = dn * h[2]! * r * (1 - r);
    dx[1] = dh[1] = dAfter[0]! * (before[0]! - n) * z * (1 - z);
    dx[2] = dn;
    dh[2] = dn * r;
    dBefore[0] = dAfter[0]! * z;
  },
};
