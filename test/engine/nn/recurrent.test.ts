// Recurrent layers against their formulas, step by step in plain numbers.

import assert from "node:assert/strict";
import { flip, GRU, gru, LSTM, lstm, randn, RNN, rnn, Tensor } from "@shapelens/engine";
import { formatShape, symbol, withoutData } from "@shapelens/engine/tooling";
import { close, refuses, sampleSource } from "../support";

const { normal } = sampleSource(17);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** W·x + b for rows of W. */
function affine(w: Tensor, x: readonly number[], b: Tensor): number[] {
  const rows = w.toArray() as number[][];
  return rows.map((row, i) => row.reduce((sum, value, j) => sum + value * x[j]!, b.data[i]!));
}

type Step = (a: number[], b: number[], h: number[], c: number[]) => [h: number[], c: number[]];

/** PyTorch's formulas, from W·x + b and U·h + c. */
const steps: Readonly<Record<"rnn" | "lstm" | "gru", Step>> = {
  rnn: (a, b, h) => [h.map((_, i) => Math.tanh(a[i]! + b[i]!)), []],
  lstm: (a, b, h, c) => {
    const n = h.length;
    const gate = (k: number, i: number): number => a[k * n + i]! + b[k * n + i]!;
    const memory = c.map((m, i) => sigmoid(gate(1, i)) * m + sigmoid(gate(0, i)) * Math.tanh(gate(2, i)));
    return [memory.map((m, i) => sigmoid(gate(3, i)) * Math.tanh(m)), memory];
  },
  gru: (a, b, h) => {
    const n = h.length;
    const next = h.map((old, i) => {
      const r = sigmoid(a[i]! + b[i]!);
      const z = sigmoid(a[n + i]! + b[n + i]!);
      return (1 - z) * Math.tanh(a[2 * n + i]! + r * b[2 * n + i]!) + z * old;
    });
    return [next, []];
  },
};

describe("recurrent ops", () => {
  for (const [name, op, gates, states] of [
    ["rnn", rnn, 1, 1],
    ["lstm", lstm, 4, 2],
    ["gru", gru, 3, 1],
  ] as const) {
    it(`${name} follows the formula`, () => {
      const [x, state] = [normal([2, 4, 3]), normal([2, states * 2])];
      const weights = {
        inputWeight: normal([gates * 2, 3]),
        hiddenWeight: normal([gates * 2, 2]),
        inputBias: normal([gates * 2]),
        hiddenBias: normal([gates * 2]),
      };
      const expected = (x.toArray() as number[][][]).flatMap((sequence, batch) => {
        const begin = Array.from(state.data.slice(batch * states * 2, (batch + 1) * states * 2));
        let [h, c] = [begin.slice(0, 2), begin.slice(2)];
        return sequence.flatMap((input) => {
          const fromInput = affine(weights.inputWeight, input, weights.inputBias);
          [h, c] = steps[name](fromInput, affine(weights.hiddenWeight, h, weights.hiddenBias), h, c);
          return [...h, ...c];
        });
      });
      close(op(x, state, weights).data, expected, 1e-12, 1e-12);
      const backward = op(flip(x, 1), state, weights, { reverse: true });
      close(flip(backward, 1).data, expected, 1e-12, 1e-12);
    });
  }
});

describe("recurrent layers", () => {
  it("give the hidden numbers of every step, and the state at the end", () => {
    const layer = new LSTM(3, 4, { layers: 2, bidirectional: true });
    const x = randn([2, 5, 3]);
    const { output, hidden, cell } = layer.forwardWithState(x);
    assert.deepEqual(
      [output.shape, hidden.shape, cell?.shape],
      [
        [2, 5, 8],
        [4, 2, 4],
        [4, 2, 4],
      ],
    );
    close(layer.forward(x).data, output.data);
    close(hidden.at(2).data, output.slice(null, -1, [0, 4]).data);
    close(hidden.at(3).data, output.slice(null, 0, [4, 8]).data);
  });

  it("go on from a state as if the sequence had not been cut", () => {
    for (const layer of [new RNN(2, 3, { layers: 2 }), new LSTM(2, 3, { layers: 2 }), new GRU(2, 3, { layers: 2 })]) {
      const x = randn([2, 6, 2]);
      const first = layer.forwardWithState(x.slice(null, [0, 4]));
      const second = layer.forwardWithState(x.slice(null, [4, 6]), first);
      close(second.output.data, layer.forward(x).slice(null, [4, 6]).data, 1e-5, 1e-6);
    }
  });

  it("take sequences with the length first", () => {
    const layer = new GRU(2, 3, { batchFirst: false });
    assert.deepEqual(layer.forward(randn([7, 4, 2])).shape, [7, 4, 3]);
    assert.deepEqual(layer.forwardWithState(randn([7, 4, 2])).hidden.shape, [1, 4, 3]);
  });

  it("begin uniform in ±1/√hidden, with PyTorch's number of parameters", () => {
    const layer = new LSTM(10, 16, { layers: 2, bidirectional: true });
    assert.equal(layer.parameters().length, 16);
    assert.deepEqual(layer.directions[2]!.inputWeight.shape, [64, 32]);
    const largest = Math.max(...layer.parameters().flatMap(({ data }) => Array.from(data, Math.abs)));
    assert.ok(largest <= 0.25 && largest > 0.249);
  });

  it("learn through time", () => {
    const layer = new GRU(2, 3);
    layer
      .forward(randn([2, 5, 2]))
      .sum()
      .backward();
    for (const { grad, dims } of layer.parameters()) assert.deepEqual(grad?.dims, dims);
  });

  it("take symbolic sizes", () => {
    const [batch, length, hidden] = [symbol("B"), symbol("T", 1), symbol("H")];
    withoutData(() => {
      const layer = new LSTM(8, hidden as unknown as number, { bidirectional: true });
      const result = layer.forwardWithState(new Tensor([batch, length, 8], "float32"));
      assert.equal(formatShape(result.output.dims), "[B, T, 2*H]");
      assert.equal(formatShape(result.hidden.dims), "[2, B, H]");
      assert.equal(formatShape(result.cell!.dims), "[2, B, H]");
    });
  });

  it("refuse in their own name", () => {
    refuses(() => new LSTM(8, 16).forward(randn([4, 10, 6])), {
      code: "layer-input",
      message: "expected [batch, length, 8], found [4, 10, 6]: 8 features ≠ 6 in the last axis.",
      fix: "make the layer for 6 features, or give it 8.",
      numbers: [8, 6],
      axes: [2],
      likely: "[4, 10, 16]",
    });
    refuses(() => new GRU(8, 16).forward(randn([10, 8])), {
      code: "rank",
      message: "expected [batch, length, 8], found [10, 8]: 3 axes ≠ 2.",
      fix: "add the batch axis: expandDims(x, 0).",
      likely: "[1, 10, 16]",
    });
    refuses(() => new RNN(8, 16).forwardWithState(randn([4, 10, 8]), { hidden: randn([1, 3, 16]) }), {
      code: "layer-input",
      message:
        "state.hidden must be [layers · directions, batch, hidden], here [1, 4, 16], found [1, 3, 16]: 4 ≠ 3 in axis 1.",
    });
    refuses(() => new RNN(8, 16).forwardWithState(randn([4, 0, 8])), {
      code: "layer-input",
      message: "x is [4, 0, 8]: a sequence of length 0 leaves no state; expected at least 1.",
    });
    refuses(
      () => lstm(randn([2, 3, 4]), randn([2, 5]), { inputWeight: randn([20, 4]), hiddenWeight: randn([20, 5]) }),
      {
        code: "matmul-inner",
        message: "state must be [2, 10], found [2, 5]: 10 ≠ 5 in axis 1.",
        likely: "[2, 3, 10]",
      },
    );
  });
});
