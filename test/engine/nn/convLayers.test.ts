// Convolution and pooling layers: sizes, first weights, errors in the layer's name.

import assert from "node:assert/strict";
import {
  AdaptiveAvgPool2d,
  AvgPool2d,
  Conv1d,
  Conv2d,
  conv2d,
  ConvTranspose2d,
  Flatten,
  Linear,
  MaxPool2d,
  randn,
  ReLU,
  seed,
  Sequential,
  Tensor,
} from "@shapelens/engine";
import { formatShape, symbol, withoutData } from "@shapelens/engine/tooling";
import { close, refuses } from "../support";

describe("convolution layers", () => {
  it("have PyTorch's shapes", () => {
    assert.deepEqual(new Conv1d(4, 6, 3, { groups: 2 }).weight.shape, [6, 2, 3]);
    assert.deepEqual(new Conv2d(4, 6, [3, 5], { groups: 2 }).weight.shape, [6, 2, 3, 5]);
    assert.deepEqual(new ConvTranspose2d(4, 6, 3, { groups: 2 }).weight.shape, [4, 3, 3, 3]);
    assert.deepEqual(new Conv2d(4, 6, 3).bias?.shape, [6]);
    assert.equal(new Conv2d(4, 6, 3, { bias: false }).bias, undefined);
    assert.deepEqual(
      new Conv2d(1, 2, 3).namedParameters().map(([name]) => name),
      ["weight", "bias"],
    );
  });

  it("begin uniform in ±1/√fanIn", () => {
    seed(3);
    for (const [layer, fanIn] of [
      [new Conv2d(8, 64, 3), 72],
      [new Conv2d(8, 64, 3, { groups: 4 }), 18],
      [new ConvTranspose2d(64, 8, 3), 72],
    ] as const) {
      const data = Array.from(layer.weight.data);
      const bound = 1 / Math.sqrt(fanIn);
      const deviation = Math.sqrt(data.reduce((total, value) => total + value * value, 0) / data.length);
      assert.ok(Math.max(...data) <= bound && Math.min(...data) >= -bound);
      assert.ok(Math.abs(deviation / (bound / Math.sqrt(3)) - 1) < 0.05);
    }
  });

  it("give what the op gives", () => {
    const layer = new Conv2d(3, 4, 3, { stride: 2, padding: 1 });
    const x = randn([2, 3, 9, 9]);
    close(layer.forward(x).data, conv2d(x, layer.weight, { bias: layer.bias, stride: 2, padding: 1 }).data);
  });

  it("carry symbolic batches and sizes through a model", () => {
    const [batch, width] = [symbol("B"), symbol("W")];
    withoutData(() => {
      const model = new Sequential(
        new Conv2d(1, width as unknown as number, 3, { padding: 1 }),
        new ReLU(),
        new MaxPool2d(2),
        new Conv2d(width as unknown as number, 16, 5),
        new AvgPool2d(2),
        new AdaptiveAvgPool2d(1),
        new Flatten(),
        new Linear(16, 10),
      );
      assert.equal(formatShape(model.forward(new Tensor([batch, 1, 28, 28], "float32")).dims), "[B, 10]");
      assert.equal(
        formatShape(model.layers[0]!.forward(new Tensor([batch, 1, 28, 28], "float32")).dims),
        "[B, W, 28, 28]",
      );
    });
  });

  it("refuse in their own name", () => {
    refuses(() => new Conv2d(3, 16, 3).forward(randn([8, 28, 28, 3])), {
      code: "channels",
      message: "expected [batch, 3, height, width], found [8, 28, 28, 3]: 3 channels ≠ 28 in axis 1.",
      fix: 'the channels seem to be in the last axis: transpose(x, [0, 3, 1, 2]) is [8, 3, 28, 28], or give { layout: "NHWC" }.',
      axes: [1],
      likely: "[8, 16, 26, 26]",
    });
    assert.throws(() => new Conv2d(3, 16, 3).forward(randn([28, 28])), /^ShapeError: Conv2d\(3 → 16, 3×3\): expected/);
    refuses(() => new Conv1d(3, 16, 9).forward(randn([8, 3, 5])), {
      code: "kernel-too-large",
      message: "x is [8, 3, 5]: a window of 9 does not fit into axis 2, which has length 5.",
      fix: "use a smaller kernel, or a padding of at least 2.",
      axes: [2],
      likely: "[8, 16, 1]",
    });
    refuses(() => new Conv2d(3, 16, 3, { groups: 2 }), {
      code: "channels",
      message: "inChannels is 3, which cannot be divided into 2 equal groups.",
      fix: "make inChannels a multiple of 2.",
    });
    assert.throws(
      () => new MaxPool2d(2).forward(randn([1, 1, 1, 1])),
      /^ShapeError: MaxPool2d\(2\): x is \[1, 1, 1, 1\]/,
    );
    assert.throws(() => new MaxPool2d(0), /MaxPool2d: size is 0; expected a whole number ≥ 1/);
  });
});
