// What the numbers of every layer begin as: the distribution that PyTorch draws them from, and the paper in the docs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as engine from "@shapelens/engine";
import { type Module, seed } from "@shapelens/engine";
import { exportedLayers } from "./layerTable";

type Distribution = (values: readonly number[], name: string) => void;

const meanOf = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0) / values.length;

/** How far a mean of so many numbers of this variance may be from what it estimates: four standard errors. */
const tolerance = (variance: number, count: number): number => 4 * Math.sqrt(variance / count);

/** Uniform in ±bound: mean 0, E x² = bound² / 3, and E x⁴ − (E x²)² = 4 · bound⁴ / 45. */
const uniform =
  (bound: number): Distribution =>
  (values, name) => {
    assert.ok(Math.max(...values.map(Math.abs)) <= bound, `${name} leaves ±${bound}`);
    assert.ok(
      Math.max(...values) > 0.9 * bound && Math.min(...values) < -0.9 * bound,
      `${name} stays away from ±${bound}`,
    );
    assertMoments(values, bound ** 2 / 3, (4 * bound ** 4) / 45, name);
  };

/** Standard normal: mean 0, E x² = 1, and E x⁴ − 1 = 2. */
const normal: Distribution = (values, name) => {
  assertMoments(values, 1, 2, name);
  const far = values.filter((x) => Math.abs(x) > 2).length / values.length;
  // P(|x| > 2) of the normal distribution.
  assert.ok(Math.abs(far - 0.0455) < tolerance(0.0455 * 0.9545, values.length), `${name}: ${far} are beyond ±2`);
};

function assertMoments(values: readonly number[], variance: number, ofSquare: number, name: string): void {
  const [mean, square] = [meanOf(values), meanOf(values.map((x) => x * x))];
  assert.ok(Math.abs(mean) < tolerance(variance, values.length), `${name} has mean ${mean}`);
  assert.ok(Math.abs(square - variance) < tolerance(ofSquare, values.length), `${name} has variance ${square}`);
}

const constant =
  (value: number): Distribution =>
  (values, name) =>
    assert.ok(
      values.every((x) => x === value),
      `${name} is not all ${value}`,
    );

const affine = { weight: constant(1), bias: constant(0) };
const running = { ...affine, runningMean: constant(0), runningVariance: constant(1) };
const dense = (fanIn: number): Readonly<Record<string, Distribution>> => ({
  weight: uniform(1 / Math.sqrt(fanIn)),
  bias: uniform(1 / Math.sqrt(fanIn)),
});
const below = (prefix: string, inner: Readonly<Record<string, Distribution>>): Readonly<Record<string, Distribution>> =>
  Object.fromEntries(Object.entries(inner).map(([name, distribution]) => [`${prefix}.${name}`, distribution]));

/** The four projections of width `dim`; Xavier's fans are those of the three that go in together, [3 · dim, dim]. */
const attention = (dim: number): Readonly<Record<string, Distribution>> => {
  const projection = { weight: uniform(Math.sqrt(6 / (dim + 3 * dim))), bias: constant(0) };
  return {
    ...below("query", projection),
    ...below("key", projection),
    ...below("value", projection),
    ...below("output", { weight: uniform(1 / Math.sqrt(dim)), bias: constant(0) }),
  };
};
const recurrent = (hidden: number, directions: number): Readonly<Record<string, Distribution>> =>
  Object.assign(
    {},
    ...Array.from({ length: directions }, (_, i) =>
      below(
        `directions.${i}`,
        Object.fromEntries(
          ["inputWeight", "hiddenWeight", "inputBias", "hiddenBias"].map((name) => [
            name,
            uniform(1 / Math.sqrt(hidden)),
          ]),
        ),
      ),
    ),
  ) as Readonly<Record<string, Distribution>>;

/** A large layer of every kind that has numbers, and what each of its tensors begins as. */
const beginnings: Readonly<Record<string, readonly [make: () => Module, Readonly<Record<string, Distribution>>]>> = {
  Linear: [() => new engine.Linear(30, 400), dense(30)],
  Conv1d: [() => new engine.Conv1d(8, 300, 5, { groups: 4 }), dense(2 * 5)],
  Conv2d: [() => new engine.Conv2d(6, 300, [3, 5], { groups: 2 }), dense(3 * 3 * 5)],
  // Its fan-in is that of the convolution back: the channels of the result.
  ConvTranspose2d: [() => new engine.ConvTranspose2d(12, 300, [3, 2], { groups: 3 }), dense(100 * 3 * 2)],
  BatchNorm1d: [() => new engine.BatchNorm1d(5), running],
  BatchNorm2d: [() => new engine.BatchNorm2d(5), running],
  LayerNorm: [() => new engine.LayerNorm([3, 4]), affine],
  GroupNorm: [() => new engine.GroupNorm(2, 6), affine],
  Embedding: [() => new engine.Embedding(200, 30), { weight: normal }],
  MultiHeadAttention: [() => new engine.MultiHeadAttention(48, 4), attention(48)],
  TransformerEncoderLayer: [
    () => new engine.TransformerEncoderLayer(48, 4, 300),
    {
      ...below("attention", attention(48)),
      ...below("linear1", dense(48)),
      ...below("linear2", { weight: uniform(1 / Math.sqrt(300)), bias: uniform(1 / Math.sqrt(300)) }),
      ...below("norm1", affine),
      ...below("norm2", affine),
    },
  ],
  RNN: [() => new engine.RNN(20, 300), recurrent(300, 1)],
  LSTM: [() => new engine.LSTM(20, 64, { bidirectional: true }), recurrent(64, 2)],
  GRU: [() => new engine.GRU(20, 64, { layers: 2 }), recurrent(64, 2)],
};

const withoutNumbers = `
  MaxPool2d AvgPool2d AdaptiveAvgPool2d Flatten ReLU LeakyReLU Sigmoid Tanh GELU SiLU ELU Softplus Softmax Dropout
  Sequential Lambda`;

describe("the numbers of a layer begin as PyTorch's:", () => {
  it("of every layer", () => {
    const listed = [...Object.keys(beginnings), ...withoutNumbers.trim().split(/\s+/)];
    assert.deepEqual(listed.sort(), [...exportedLayers].sort());
  });

  for (const [name, [make, expected]] of Object.entries(beginnings)) {
    it(name, () => {
      seed(5);
      const state = make().stateDict();
      assert.deepEqual(Object.keys(state).sort(), Object.keys(expected).sort());
      for (const [tensor, { data }] of Object.entries(state)) expected[tensor]!(Array.from(data), tensor);
    });
  }
});

describe("the docs of a layer name the paper:", () => {
  const docs = readFileSync(join(__dirname, "../../../docs/engine.md"), "utf8");
  for (const name of Object.keys(beginnings)) {
    it(name, () => {
      const section = docs.split(`\n### ${name}\n`)[1]?.split("\n### ")[0] ?? "";
      assert.match(section, /\p{Lu}\p{L}+( et al\.| and \p{Lu}\p{L}+|)(, | \()(19|20)\d\d/u);
    });
  }
});
