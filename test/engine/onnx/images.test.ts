// Convolutional networks as ONNX files.

import assert from "node:assert/strict";
import {
  AdaptiveAvgPool2d,
  AvgPool2d,
  avgPool2d,
  BatchNorm1d,
  BatchNorm2d,
  Conv1d,
  Conv2d,
  ConvTranspose2d,
  Flatten,
  GroupNorm,
  Lambda,
  Linear,
  maxPool2d,
  MaxPool2d,
  type Module,
  randn,
  Sequential,
  SiLU,
  type Tensor,
  upsample2d,
} from "@shapelens/engine";
import { exportOnnx } from "@shapelens/engine/onnx";
import { agrees, type Run } from "./models";
import { readModel, shapeOf } from "./structure";

/** Each model with the shape of its input and shapes that are run. */
const models: Readonly<Record<string, [make: () => Module, input: string, runs: readonly number[][]]>> = {
  "convolutions, batch normalisation, pooling and a dense layer": [
    () =>
      new Sequential(
        ...[new Conv2d(1, 8, 3, { padding: 1 }), new BatchNorm2d(8), new SiLU(), new MaxPool2d(2)],
        ...[new Conv2d(8, 6, 3, { stride: 2 }), new GroupNorm(3, 6), new Flatten(), new Linear(6 * 6 * 6, 10)],
      ),
    "batch 1 28 28",
    [
      [1, 1, 28, 28],
      [3, 1, 28, 28],
    ],
  ],
  "the same layers with the channels last": [
    () =>
      new Sequential(
        ...[new Conv2d(1, 8, 3, { padding: 1, layout: "NHWC" }), new BatchNorm2d(8, { layout: "NHWC" })],
        ...[new SiLU(), new MaxPool2d(2, { layout: "NHWC" })],
        ...[new Conv2d(8, 6, 3, { stride: 2, layout: "NHWC" }), new GroupNorm(3, 6, { layout: "NHWC" })],
        ...[new Flatten(), new Linear(6 * 6 * 6, 10)],
      ),
    "batch 28 28 1",
    [
      [1, 28, 28, 1],
      [3, 28, 28, 1],
    ],
  ],
  "groups, dilation and a padding that keeps the size": [
    () =>
      new Sequential(
        ...[new Conv2d(4, 8, 3, { padding: "same", groups: 2 }), new Conv2d(8, 8, 3, { groups: 8, dilation: 2 })],
        ...[new Conv2d(8, 4, [2, 3], { padding: "same", bias: false }), new AdaptiveAvgPool2d(1)],
      ),
    "batch 4 height width",
    [
      [2, 4, 9, 8],
      [1, 4, 6, 11],
    ],
  ],
  "a stride with a padding that rounds up, for any size": [
    () => new Sequential(new Conv2d(2, 3, 3, { padding: "same", stride: 2 }), new AvgPool2d(2, { padding: 1 })),
    "batch 2 height width",
    [
      [2, 2, 9, 8],
      [1, 2, 6, 11],
    ],
  ],
  "windows with gaps, and windows smaller than their stride": [
    () =>
      new Sequential(
        ...[
          new Conv2d(2, 4, 3, { padding: "same", stride: 2, dilation: 2 }),
          new Conv2d(4, 4, 1, { padding: "same", stride: 3 }),
        ],
        new Lambda((x) => maxPool2d(x, 1, { padding: "same", stride: 2 })),
      ),
    "batch 2 height width",
    [
      [2, 2, 19, 18],
      [1, 2, 26, 31],
    ],
  ],
  "group normalisation of numbers far from 0": [
    () => new Sequential(new Lambda((x) => x.add(20)), new GroupNorm(2, 4)),
    "batch 4 height width",
    [
      [2, 4, 9, 8],
      [1, 4, 6, 11],
    ],
  ],
  "a padding that rounds up, in pooling": [
    () =>
      new Lambda((x) => maxPool2d(avgPool2d(x, 3, { padding: "same", stride: 2 }), 2, { padding: "same", stride: 1 })),
    "batch 2 height width",
    [
      [2, 2, 9, 8],
      [1, 2, 6, 11],
    ],
  ],
  "means over windows of any size": [
    () => new Sequential(new AdaptiveAvgPool2d([3, 2]), new Flatten(), new Linear(12, 2)),
    "batch 2 height width",
    [
      [2, 2, 9, 8],
      [1, 2, 4, 11],
    ],
  ],
  "images made smaller and larger again": [
    () =>
      new Sequential(
        ...[new Conv2d(3, 4, 3, { stride: 2, padding: 1 }), new Lambda((x) => upsample2d(x, 2))],
        ...[
          new ConvTranspose2d(4, 4, 2, { stride: 2, groups: 2 }),
          new Lambda((x) => upsample2d(x, 2, { mode: "bilinear" })),
        ],
        new ConvTranspose2d(4, 1, 3, { stride: 2, padding: 1, outputPadding: 1, dilation: 2 }),
      ),
    "batch 3 height width",
    [
      [2, 3, 8, 6],
      [1, 3, 5, 4],
    ],
  ],
  "sequences with the channels last": [
    () =>
      new Sequential(
        new Conv1d(3, 6, 3, { padding: 1, stride: 2, layout: "NHWC" }),
        new BatchNorm1d(6, { layout: "NHWC" }),
      ),
    "batch length 3",
    [
      [2, 10, 3],
      [5, 7, 3],
    ],
  ],
  sequences: [
    () =>
      new Sequential(new Conv1d(3, 6, 3, { padding: 1, stride: 2 }), new BatchNorm1d(6), new Lambda((x) => x.mean(-1))),
    "batch 3 length",
    [
      [2, 3, 10],
      [5, 3, 7],
    ],
  ],
};

describe("A convolutional network in ONNX computes the same:", () => {
  for (const [name, [make, input, runs]] of Object.entries(models)) {
    it(name, async () => {
      const moved = (): Module => trained(make(), runs[0]!);
      await agrees(
        moved,
        { x: input },
        runs.map((shape) => (): Run => ({ x: randn(shape) })),
      );
    });
  }
});

/** After a run in training, so that the statistics of batch normalisation are not what they begin as. */
function trained(model: Module, shape: readonly number[]): Module {
  (model.forward as (x: Tensor) => unknown).call(
    model,
    randn([4, ...shape.slice(1)])
      .mul(3)
      .add(1),
  );
  return model;
}

describe("A convolutional network in ONNX", () => {
  it("shows lengths as expressions of those of the input", () => {
    const model = new Sequential(new Conv2d(1, 8, 3), new MaxPool2d(2), new Flatten());
    const { graph } = readModel(exportOnnx(model, { x: "batch 1 height width" }));
    assert.deepEqual(
      [...graph.valueInfo, ...graph.output].map((info) => [info.name, shapeOf(info)]),
      [
        ["layers.0/Conv", ["batch", 8, "height - 2", "width - 2"]],
        ["layers.1/MaxPool", ["batch", 8, "floor(height/2) - 1", "floor(width/2) - 1"]],
        ["output", ["batch", "8*floor(height/2)*floor(width/2) + 8 - 8*floor(height/2) - 8*floor(width/2)"]],
      ],
    );
  });
});
