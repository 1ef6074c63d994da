// Dense networks as ONNX files: values, names, shapes.

import assert from "node:assert/strict";
import {
  Dropout,
  Embedding,
  LayerNorm,
  Linear,
  Module,
  randint,
  randn,
  ReLU,
  relu,
  Sequential,
  type Tensor,
} from "@shapelens/engine";
import { exportOnnx } from "@shapelens/engine/onnx";
import { agrees } from "./models";
import { readModel, shapeOf } from "./structure";

const perceptron = (): Sequential =>
  new Sequential(new Linear(784, 32), new ReLU(), new Dropout(0.5), new Linear(32, 10));

describe("A dense network in ONNX", () => {
  it("computes the same for every batch size", async () => {
    await agrees(perceptron, { x: "batch 784" }, [() => ({ x: randn([1, 784]) }), () => ({ x: randn([7, 784]) })]);
  });

  it("keeps the names of the state, and calls nodes by the modules they are in", () => {
    const { graph } = readModel(exportOnnx(perceptron(), { x: "batch 784" }));
    assert.equal(graph.name, "Sequential");
    assert.deepEqual(
      graph.initializer.map(({ name, dims }) => [name, dims.map(Number)]),
      [
        ["layers.0.weight", [32, 784]],
        ["layers.0.bias", [32]],
        ["layers.3.weight", [10, 32]],
        ["layers.3.bias", [10]],
      ],
    );
    assert.deepEqual(
      graph.node.map(({ name, opType, input, output }) => [name, opType, input[0], output[0]]),
      [
        ["layers.0/Gemm", "Gemm", "x", "layers.0/Gemm"],
        ["layers.1/Relu", "Relu", "layers.0/Gemm", "layers.1/Relu"],
        ["layers.3/Gemm", "Gemm", "layers.1/Relu", "output"],
      ],
    );
  });

  it("shows the shape of every value, open lengths by their names", () => {
    const { graph } = readModel(exportOnnx(perceptron(), { x: "batch 784" }));
    assert.deepEqual(
      [...graph.input, ...graph.valueInfo, ...graph.output].map((info) => [info.name, shapeOf(info)]),
      [
        ["x", ["batch", 784]],
        ["layers.0/Gemm", ["batch", 32]],
        ["layers.1/Relu", ["batch", 32]],
        ["output", ["batch", 10]],
      ],
    );
  });

  it("takes more axes than two", async () => {
    const model = (): Sequential =>
      new Sequential(new Linear(6, 8), new LayerNorm(8), new Linear(8, 4, { bias: false }));
    const file = await agrees(model, { x: ["batch", "time", 6] }, [
      () => ({ x: randn([2, 3, 6]) }),
      () => ({ x: randn([5, 1, 6]) }),
    ]);
    assert.deepEqual(shapeOf(readModel(file).graph.output[0]!), ["batch", "time", 4]);
  });

  it("reads ids", async () => {
    class Reader extends Module {
      words = new Embedding(50, 8);
      head = new Linear(8, 3);
      forward(ids: Tensor): Tensor {
        return relu(this.head.forward(this.words.forward(ids).mean(1)));
      }
    }
    await agrees(() => new Reader(), { ids: { shape: "batch time", dtype: "int32" } }, [
      () => ({ ids: randint(0, 50, [4, 7]) }),
      () => ({ ids: randint(0, 50, [1, 3]) }),
    ]);
  });

  it("holds a parameter once that is used the other way round, too", async () => {
    class Tied extends Module {
      words = new Embedding(50, 8);
      forward(ids: Tensor): Tensor {
        return this.words.forward(ids).matmul(this.words.weight.T);
      }
    }
    const file = await agrees(() => new Tied(), { ids: { shape: "batch", dtype: "int32" } }, [
      () => ({ ids: randint(0, 50, [4]) }),
    ]);
    assert.deepEqual(
      readModel(file).graph.initializer.map(({ name }) => name),
      ["words.weight"],
    );
  });

  it("leaves the module as it was", () => {
    const model = perceptron();
    const second = model.layers[1]!.eval();
    exportOnnx(model, { x: "batch 784" });
    assert.equal(model.training, true);
    assert.equal(second.training, false);
    assert.deepEqual(Object.keys(second), ["training"]);
    assert.ok(!Object.hasOwn(model, "forward"));
    assert.notDeepEqual(model.forward(randn([1, 784])).data, model.forward(randn([1, 784])).data);
  });
});
