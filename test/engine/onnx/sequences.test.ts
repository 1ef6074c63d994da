// Recurrent networks and attention as ONNX files, for batches and lengths of any size.

import assert from "node:assert/strict";
import {
  Embedding,
  GRU,
  Linear,
  lstm,
  LSTM,
  Module,
  MultiHeadAttention,
  randint,
  randn,
  RNN,
  scaledDotProductAttention,
  seed,
  Sequential,
  type Tensor,
  tensor,
  TransformerEncoderLayer,
  zeros,
} from "@shapelens/engine";
import { exportOnnx } from "@shapelens/engine/onnx";
import { agrees, type Run } from "./models";
import { readModel, shapeOf } from "./structure";

/** Two batches with sequences of two lengths. */
const runs = (width: number): (() => Run)[] => [
  () => ({ x: randn([2, 5, width]) }),
  () => ({ x: randn([3, 1, width]) }),
];

const layers: Readonly<Record<string, () => Module>> = {
  RNN: () => new RNN(4, 6),
  LSTM: () => new LSTM(4, 6),
  GRU: () => new GRU(4, 6),
  "RNN of two layers in both directions": () => new RNN(4, 3, { layers: 2, bidirectional: true }),
  "LSTM of two layers in both directions": () => new LSTM(4, 3, { layers: 2, bidirectional: true }),
  "GRU of two layers in both directions": () => new GRU(4, 3, { layers: 2, bidirectional: true }),
  "LSTM with the length first": () => new LSTM(4, 3, { batchFirst: false }),
  MultiHeadAttention: () => new MultiHeadAttention(4, 2),
  "causal MultiHeadAttention with shared keys": () => new MultiHeadAttention(4, 4, { kvHeads: 2, causal: true }),
  TransformerEncoderLayer: () => new TransformerEncoderLayer(4, 2, 8),
  "causal TransformerEncoderLayer, normalised before": () =>
    new Sequential(
      new TransformerEncoderLayer(4, 2, 8, { causal: true, preNorm: true }),
      new TransformerEncoderLayer(4, 1, 8, { causal: true, preNorm: true }),
    ),
};

describe("In ONNX the same is computed by", () => {
  beforeEach(() => seed(1));

  for (const [name, make] of Object.entries(layers)) {
    it(name, () => agrees(make, { x: "batch time 4" }, runs(4)));
  }

  for (const Layer of [RNN, LSTM, GRU]) {
    it(`${Layer.name} from a state to the state at the end`, async () => {
      const layer = new Layer(4, 3, { layers: 2, bidirectional: true });
      const state = (batch: number): Run => ({ hidden: randn([4, batch, 3]), cell: randn([4, batch, 3]) });
      const isLstm = layer instanceof LSTM;
      const parts = (run: Run): Run => (isLstm ? run : { x: run.x!, hidden: run.hidden! });
      await agrees(
        () => (x, hidden, cell) => ({ ...layer.forwardWithState(x, { hidden, cell }) }),
        { x: "batch time 4", hidden: "4 batch 3", ...(isLstm ? { cell: "4 batch 3" } : {}) },
        [() => parts({ x: randn([2, 5, 4]), ...state(2) }), () => parts({ x: randn([1, 3, 4]), ...state(1) })],
        { module: layer, outputs: ["y", "hiddenAtEnd", ...(isLstm ? ["cellAtEnd"] : [])] },
      );
    });
  }

  it("an LSTM whose memory is read after every step", () => {
    const [inputWeight, hiddenWeight] = [randn([12, 4]), randn([12, 3])];
    return agrees(
      () => (x) => lstm(x, zeros([x.shape[0]!, 6]), { inputWeight, hiddenWeight }).slice(null, null, [3, 6]),
      { x: "batch time 4" },
      runs(4),
    );
  });

  it("attention between two sequences, with a mask of each sample's keys", async () => {
    const layer = new MultiHeadAttention(4, 2);
    const masked = (q: Tensor, k: Tensor, mask: Tensor): Tensor =>
      layer.forward(q, k, k, { mask: mask.reshape([mask.shape[0]!, 1, 1, mask.shape[1]!]) });
    const seen = (lengths: readonly number[], keys: number): Tensor =>
      tensor(lengths.map((length) => Array.from({ length: keys }, (_, i) => i < length)));
    await agrees(
      () => masked as (...xs: Tensor[]) => Tensor,
      { q: "batch queries 4", k: "batch keys 4", mask: { shape: "batch keys", dtype: "bool" } },
      [
        () => ({ q: randn([2, 3, 4]), k: randn([2, 5, 4]), mask: seen([4, 2], 5) }),
        // The second sample sees nothing, which is no NaN.
        () => ({ q: randn([2, 1, 4]), k: randn([2, 2, 4]), mask: seen([2, 0], 2) }),
      ],
      { module: layer },
    );
  });

  it("attention of any width", () =>
    agrees(() => (q) => scaledDotProductAttention(q, q, q, { causal: true }), { q: "batch time width" }, [
      () => ({ q: randn([2, 3, 4]) }),
      () => ({ q: randn([1, 2, 5]) }),
    ]));

  it("a reader of words", () => {
    class Reader extends Module {
      words = new Embedding(20, 8);
      memory = new GRU(8, 6, { bidirectional: true });
      encoder = new TransformerEncoderLayer(12, 3, 16);
      head = new Linear(12, 5);
      forward(ids: Tensor): Tensor {
        const seen = this.encoder.forward(this.memory.forward(this.words.forward(ids)));
        return this.head.forward(seen.max(1)).softmax();
      }
    }
    return agrees(() => new Reader(), { ids: { shape: ["batch", "time"], dtype: "int32" } }, [
      () => ({ ids: randint(0, 20, [2, 7]) }),
      () => ({ ids: randint(0, 20, [1, 3]) }),
    ]);
  });
});

describe("A recurrent network in ONNX", () => {
  it("holds the weights of a layer once that is used twice", async () => {
    const layer = new GRU(4, 4);
    const file = await agrees(() => (x) => layer.forward(layer.forward(x)), { x: "batch time 4" }, runs(4), {
      module: layer,
    });
    const names = readModel(file).graph.initializer.map(({ name }) => name);
    assert.deepEqual(
      names.filter((name) => /[WRB]/.test(name)).sort(),
      ["B", "R", "W"].map((name) => `directions.0/${name}`),
    );
  });

  it("is one node for each layer and direction, with the weights in ONNX's order", () => {
    const { graph } = readModel(exportOnnx(new LSTM(4, 6), { x: "batch time 4" }));
    assert.deepEqual(
      graph.node.map(({ name, input, output }) => [name, input, output]),
      [
        ["directions.0/Transpose", ["x"], ["directions.0/Transpose"]],
        [
          "directions.0/LSTM",
          ["directions.0/Transpose", "directions.0/W", "directions.0/R", "directions.0/B"],
          ["directions.0/LSTM/Y"],
        ],
        ["directions.0/Squeeze", ["directions.0/LSTM/Y", "directions.0/constant"], ["directions.0/Squeeze"]],
        ["directions.0/Transpose_1", ["directions.0/Squeeze"], ["output"]],
      ],
    );
    assert.deepEqual([...graph.valueInfo, ...graph.output].map(shapeOf), [
      ["time", "batch", 4],
      ["time", 1, "batch", 6],
      ["time", "batch", 6],
      ["batch", "time", 6],
    ]);
  });
});
