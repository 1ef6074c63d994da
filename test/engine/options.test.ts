// An option that does not exist is a mistake, not a wish: it is refused by name, with those that do.

import assert from "node:assert/strict";
import * as engine from "@shapelens/engine";

const { ones, zeros, arange } = engine;
const params = [zeros([2], { requiresGrad: true })];
const sgd = () => new engine.SGD(params, { lr: 0.1 });

/** Whatever takes options, given one that nobody knows. */
const calls: Readonly<Record<string, (options: never) => unknown>> = {
  zeros: (options) => zeros([2], options),
  ones: (options) => ones([2], options),
  full: (options) => engine.full([2], 1, options),
  tensor: (options) => engine.tensor([1], options),
  scalar: (options) => engine.scalar(1, options),
  arange: (options) => arange(0, 3, 1, options),
  linspace: (options) => engine.linspace(0, 1, 3, options),
  eye: (options) => engine.eye(2, 2, options),
  zerosLike: (options) => engine.zerosLike(ones([2]), options),
  onesLike: (options) => engine.onesLike(ones([2]), options),
  oneHot: (options) => engine.oneHot(arange(2), 2, options),
  rand: (options) => engine.rand([2], options),
  randn: (options) => engine.randn([2], options),
  sum: (options) => engine.sum(ones([2]), 0, options),
  conv2d: (options) => engine.conv2d(ones([1, 1, 3, 3]), ones([1, 1, 2, 2]), options),
  maxPool2d: (options) => engine.maxPool2d(ones([1, 1, 3, 3]), 2, options),
  layerNorm: (options) => engine.layerNorm(ones([2, 3]), 3, options),
  mse: (options) => engine.mse(ones([2]), ones([2]), options),
  crossEntropy: (options) => engine.crossEntropy(ones([2, 3]), arange(2), options),
  scaledDotProductAttention: (options) =>
    engine.scaledDotProductAttention(ones([1, 2, 3]), ones([1, 2, 3]), ones([1, 2, 3]), options),
  Linear: (options) => new engine.Linear(3, 4, options),
  Conv1d: (options) => new engine.Conv1d(3, 4, 2, options),
  Conv2d: (options) => new engine.Conv2d(3, 4, 2, options),
  ConvTranspose2d: (options) => new engine.ConvTranspose2d(3, 4, 2, options),
  MaxPool2d: (options) => new engine.MaxPool2d(2, options),
  AvgPool2d: (options) => new engine.AvgPool2d(2, options),
  AdaptiveAvgPool2d: (options) => new engine.AdaptiveAvgPool2d(2, options),
  BatchNorm1d: (options) => new engine.BatchNorm1d(3, options),
  BatchNorm2d: (options) => new engine.BatchNorm2d(3, options),
  LayerNorm: (options) => new engine.LayerNorm(3, options),
  GroupNorm: (options) => new engine.GroupNorm(1, 3, options),
  MultiHeadAttention: (options) => new engine.MultiHeadAttention(4, 2, options),
  TransformerEncoderLayer: (options) => new engine.TransformerEncoderLayer(4, 2, 8, options),
  RNN: (options) => new engine.RNN(3, 4, options),
  LSTM: (options) => new engine.LSTM(3, 4, options),
  GRU: (options) => new engine.GRU(3, 4, options),
  SGD: (options) => new engine.SGD(params, Object.assign({ lr: 0.1 }, options)),
  Adam: (options) => new engine.Adam(params, options),
  AdamW: (options) => new engine.AdamW(params, options),
  RMSProp: (options) => new engine.RMSProp(params, options),
  StepLR: (options) => new engine.StepLR(sgd(), 2, options),
  CosineLR: (options) => new engine.CosineLR(sgd(), 2, options),
  batches: (options) => engine.batches(ones([4, 2]), arange(4), 2, options),
  digits: (options) => engine.digits(2, options),
  moons: (options) => engine.moons(2, options),
  circles: (options) => engine.circles(2, options),
  spirals: (options) => engine.spirals(2, options),
};

const asOptions = (value: unknown): never => value as never;

describe("Options", () => {
  for (const [name, call] of Object.entries(calls)) {
    it(`of ${name} are refused where there is no such option`, () => {
      const refused = new RegExp(`^${name}: unknown option "momentun"; expected \\w+`);
      assert.throws(
        () => call(asOptions({ momentun: 1 })),
        (error) => error instanceof TypeError && refused.test(error.message),
      );
    });

    // Object.assign, which makes the options here, takes false for nothing.
    if (name === "SGD") continue;
    it(`of ${name} are an object`, () => {
      assert.throws(
        () => call(asOptions(false)),
        (error) =>
          error instanceof TypeError && error.message.startsWith(`${name}: options must be an object such as {`),
      );
    });
  }
});
