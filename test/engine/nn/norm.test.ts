// Normalisation against its formula, the running statistics, errors.

import assert from "node:assert/strict";
import {
  BatchNorm1d,
  BatchNorm2d,
  batchNorm,
  GroupNorm,
  groupNorm,
  LayerNorm,
  layerNorm,
  randn,
  Tensor,
  tensor,
} from "@shapelens/engine";
import { formatShape, symbol } from "@shapelens/engine/tooling";
import { close, refuses, refusesType, sampleSource } from "../support";

const { normal, uniform } = sampleSource(11);

/** (x − mean) / √(variance + eps) over all elements with the same key. */
function normalised(x: Tensor, key: (i: number) => string | number, eps = 1e-5): number[] {
  const members = new Map<string | number, number[]>();
  const values = Array.from(x.data);
  values.forEach((value, i) => members.set(key(i), [...(members.get(key(i)) ?? []), value]));
  return values.map((value, i) => {
    const group = members.get(key(i))!;
    const mean = group.reduce((a, b) => a + b, 0) / group.length;
    const variance = group.reduce((a, b) => a + (b - mean) ** 2, 0) / group.length;
    return (value - mean) / Math.sqrt(variance + eps);
  });
}

describe("normalisation", () => {
  const x = normal([3, 4, 5]);
  const channel = (i: number): number => Math.floor(i / 5) % 4;
  const sample = (i: number): number => Math.floor(i / 20);

  it("of layers is over the last axes", () => {
    close(
      layerNorm(x, 5).data,
      normalised(x, (i) => Math.floor(i / 5)),
      1e-12,
      1e-12,
    );
    close(layerNorm(x, [4, 5], { eps: 0.5 }).data, normalised(x, sample, 0.5), 1e-12, 1e-12);
    const [weight, bias] = [normal([5]), normal([5])];
    const expected = normalised(x, (i) => Math.floor(i / 5)).map((v, i) => v * weight.data[i % 5]! + bias.data[i % 5]!);
    close(layerNorm(x, 5, { weight, bias }).data, expected, 1e-12, 1e-12);
  });

  it("of groups is over the channels of a group in each sample", () => {
    const key = (i: number): string => `${sample(i)} ${Math.floor(channel(i) / 2)}`;
    close(groupNorm(x, 2).data, normalised(x, key), 1e-12, 1e-12);
    const [weight, bias] = [normal([4]), normal([4])];
    const expected = normalised(x, key).map((v, i) => v * weight.data[channel(i)]! + bias.data[channel(i)]!);
    close(groupNorm(x, 2, { weight, bias }).data, expected, 1e-12, 1e-12);
  });

  it("of batches is over everything but the channels", () => {
    close(batchNorm(x).data, normalised(x, channel), 1e-12, 1e-12);
    const [mean, variance] = [normal([4]), uniform(1, 2, [4])];
    const expected = Array.from(
      x.data,
      (v, i) => (v - mean.data[channel(i)]!) / Math.sqrt(variance.data[channel(i)]! + 1e-5),
    );
    close(batchNorm(x, { mean, variance }).data, expected, 1e-12, 1e-12);
  });

  it("keeps its digits beside a large mean", () => {
    const large = tensor([1e6 + 1, 1e6 + 2, 1e6 + 3]);
    close(layerNorm(large, 3, { eps: 0 }).data, [-Math.sqrt(1.5), 0, Math.sqrt(1.5)], 1e-6, 1e-6);
  });

  it("refuses what does not fit", () => {
    refuses(() => layerNorm(normal([2, 3, 8]), 6), {
      code: "norm-width",
      message: "expected [6] in the last axes, found [2, 3, 8]: 6 ≠ 8 in axis 2.",
      fix: "normalise [8], or give it [6].",
      numbers: [6, 8],
      axes: [2],
      likely: "[2, 3, 8]",
    });
    refuses(() => layerNorm(normal([8]), [2, 8]), {
      code: "norm-width",
      message: "expected [2, 8] in the last axes, found [8]: it has 1 axis.",
      likely: "[8]",
    });
    refuses(() => layerNorm(normal([2, 8]), 8, { weight: normal([4]) }), {
      code: "norm-width",
      message: "weight must be [8] for x [2, 8], found [4]: 8 ≠ 4.",
      axes: [undefined, 0],
      likely: "[2, 8]",
    });
    refuses(() => groupNorm(normal([2, 4, 3]), 3), {
      code: "norm-width",
      message: "the 4 channels in axis 1 of [2, 4, 3] cannot be divided into 3 equal groups.",
      fix: "choose a number of groups that divides 4.",
      likely: "[2, 4, 3]",
    });
    refuses(() => batchNorm(normal([4])), {
      code: "rank",
      message: "expected at least 2 axes, [batch, channels], found [4].",
      fix: "add the batch axis with expandDims(x, 0).",
    });
    refuses(() => batchNorm(normal([1, 4])), {
      code: "norm-width",
      message: "x is [1, 4]: each channel has a single number, which has no variance; expected a batch of at least 2.",
      fix: "train on larger batches (batches with { dropLast: true } leaves out a last one of 1), or call eval() to use the model.",
    });
    refusesType(
      () => batchNorm(x, { mean: normal([4]) }),
      "batchNorm: mean and variance go together; only mean is given.",
    );
  });
});

describe("normalisation layers", () => {
  it("move the running statistics in training and use them afterwards", () => {
    const layer = new BatchNorm1d(2);
    const x = tensor([
      [1, 10],
      [3, 30],
    ]);
    layer.forward(x);
    close(layer.runningMean.data, [0.2, 2], 1e-6);
    close(layer.runningVariance.data, [0.9 + 0.2, 0.9 + 20], 1e-6);
    const before = layer.eval().forward(tensor([[0.2, 2]]));
    close(before.data, [0, 0], 0, 1e-6);
    close(layer.runningMean.data, [0.2, 2], 1e-6);
    assert.deepEqual(Object.keys(layer.stateDict()), ["weight", "bias", "runningMean", "runningVariance"]);
    assert.equal(layer.parameters().length, 2);
  });

  it("learn weights unless told not to", () => {
    assert.equal(new LayerNorm([2, 3]).parameters().length, 2);
    assert.equal(new GroupNorm(2, 4, { affine: false }).parameters().length, 0);
    const x = randn([2, 4, 3, 3]);
    close(new GroupNorm(2, 4).forward(x).data, groupNorm(x, 2).data);
    close(new BatchNorm2d(4).forward(x).data, batchNorm(x).data);
  });

  it("take symbolic sizes", () => {
    const [batch, width] = [symbol("B"), symbol("D")];
    const x = new Tensor([batch, width], "float32");
    assert.equal(formatShape(new LayerNorm(width as unknown as number).forward(x).dims), "[B, D]");
    assert.equal(formatShape(new BatchNorm1d(width as unknown as number).forward(x).dims), "[B, D]");
  });

  it("refuse in their own name", () => {
    refuses(() => new BatchNorm2d(3).forward(randn([8, 28, 28, 3])), {
      code: "channels",
      message: "expected [batch, 3, height, width], found [8, 28, 28, 3]: 3 channels ≠ 28 in axis 1.",
      fix: 'the channels seem to be in the last axis: transpose(x, [0, 3, 1, 2]) is [8, 3, 28, 28], or give { layout: "NHWC" }.',
      likely: "[8, 3, 28, 28]",
    });
    refuses(() => new BatchNorm1d(3).forward(randn([8, 4])), {
      code: "channels",
      message: "expected 3 channels in axis 1, found [8, 4]: 3 ≠ 4.",
      fix: "make the layer for 4 channels, or give it 3.",
      likely: "[8, 4]",
    });
    assert.throws(
      () => new LayerNorm(64).forward(randn([8, 32])),
      /^ShapeError: LayerNorm\(64\): expected \[64\] in the last/,
    );
    assert.throws(() => new GroupNorm(3, 4), /GroupNorm: 4 channels cannot be divided into 3 equal groups/);
  });
});
