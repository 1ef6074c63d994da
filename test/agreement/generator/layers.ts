// Layers of every kind with arguments that suit a tensor.

import * as engine from "@shapelens/engine";
import { type Random } from "./random";
import { type Scope, type TensorExpression } from "./scope";

interface Sizes {
  /** Length of the last axis. */
  readonly last: number;
  /** Length of axis 1. */
  readonly channels: number;
  readonly random: Random;
}

interface Maker {
  /** Ranks of the tensors it takes; all but scalars when absent. */
  readonly ranks?: readonly number[];
  make(sizes: Sizes): string;
}

const padding = (random: Random): string =>
  random.chance(0.6) ? "padding: 1" : random.chance(0.3) ? 'padding: "same"' : "";
/** The channels of the tensor and the options of a layer that has them in axis 1 or, now and then, last. */
const channelsOf = ({ channels, last, random }: Sizes, others = ""): readonly [count: number, options: string] =>
  random.chance(0.15)
    ? [last, `, { layout: "NHWC"${others && `, ${others}`} }`]
    : [channels, others && `, { ${others} }`];
const plain = (name: string): Maker => ({ make: () => `new ${name}()` });

/** How each layer of the engine is made. The test sees to it that none is missing. */
export const layerMakers: Readonly<Record<string, Maker>> = {
  Linear: {
    make: ({ last, random }) =>
      `new Linear(${last}, ${random.int(1, 6)}${random.chance(0.2) ? ", { bias: false }" : ""})`,
  },
  Conv1d: {
    ranks: [3],
    make: (sizes) => {
      const [count, options] = channelsOf(sizes, padding(sizes.random));
      return `new Conv1d(${count}, ${sizes.random.int(1, 4)}, ${sizes.random.int(1, 3)}${options})`;
    },
  },
  Conv2d: {
    ranks: [4],
    make: (sizes) => {
      const [count, options] = channelsOf(sizes, padding(sizes.random));
      return `new Conv2d(${count}, ${sizes.random.int(1, 4)}, ${sizes.random.int(1, 3)}${options})`;
    },
  },
  ConvTranspose2d: {
    ranks: [4],
    make: ({ channels, random }) => `new ConvTranspose2d(${channels}, ${random.int(1, 3)}, 2, { stride: 2 })`,
  },
  MaxPool2d: { ranks: [4], make: ({ random }) => `new MaxPool2d(${random.int(1, 3)})` },
  AvgPool2d: { ranks: [4], make: ({ random }) => `new AvgPool2d(${random.int(1, 2)}, { stride: 1 })` },
  AdaptiveAvgPool2d: {
    ranks: [4],
    make: ({ random }) => `new AdaptiveAvgPool2d(${random.pick(["1", "2", "[1, 2]"])})`,
  },
  BatchNorm1d: { ranks: [2, 3], make: ({ channels }) => `new BatchNorm1d(${channels})` },
  BatchNorm2d: { ranks: [4], make: (sizes) => `new BatchNorm2d(${channelsOf(sizes).join("")})` },
  GroupNorm: {
    ranks: [2, 3, 4],
    make: (sizes) => {
      const [count, options] = channelsOf(sizes);
      return `new GroupNorm(${count % 2 === 0 && sizes.random.chance(0.6) ? 2 : 1}, ${count}${options})`;
    },
  },
  LayerNorm: { make: ({ last, random }) => `new LayerNorm(${random.pick([`${last}`, `[${last}]`])})` },
  MultiHeadAttention: {
    ranks: [3],
    make: ({ last, random }) =>
      `new MultiHeadAttention(${last}, ${last % 2 === 0 && random.chance(0.7) ? 2 : 1}, { causal: ${random.chance(0.5)} })`,
  },
  TransformerEncoderLayer: {
    ranks: [3],
    make: ({ last, random }) => `new TransformerEncoderLayer(${last}, ${last % 2 === 0 ? 2 : 1}, ${random.int(2, 5)})`,
  },
  RNN: { ranks: [3], make: ({ last, random }) => `new RNN(${last}, ${random.int(1, 4)})` },
  LSTM: {
    ranks: [3],
    make: ({ last, random }) => `new LSTM(${last}, ${random.int(1, 3)}, { bidirectional: ${random.chance(0.5)} })`,
  },
  GRU: {
    ranks: [3],
    make: ({ last, random }) => `new GRU(${last}, ${random.int(1, 3)}, { layers: ${random.int(1, 2)} })`,
  },
  Dropout: { make: () => "new Dropout(0.1)" },
  Flatten: { make: ({ random }) => (random.chance(0.6) ? "new Flatten()" : "new Flatten(0)") },
  Softmax: { make: ({ random }) => `new Softmax(${random.pick(["-1", "0", ""])})` },
  ReLU: plain("ReLU"),
  LeakyReLU: { make: () => "new LeakyReLU(0.1)" },
  ELU: plain("ELU"),
  GELU: plain("GELU"),
  SiLU: plain("SiLU"),
  Sigmoid: plain("Sigmoid"),
  Softplus: plain("Softplus"),
  Tanh: plain("Tanh"),
  Lambda: {
    make: ({ random }) => `new Lambda((v) => v.${random.pick(["relu()", "mul(2)", "flatten(1)", "expandDims(0)"])})`,
  },
  Sequential: { make: (sizes) => `new Sequential(${layerText("Linear", sizes)}, new ReLU(), ${random2(sizes)})` },
  Embedding: { make: ({ random }) => `new Embedding(9, ${random.int(1, 4)})` },
};

const layerText = (name: string, sizes: Sizes): string => layerMakers[name]!.make(sizes);
const random2 = ({ random }: Sizes): string =>
  random.pick(["new Dropout(0.2)", "new Tanh()", "new Softmax(-1)", "new Flatten()"]);

/** Names of the layers that exist, without those that never compute. */
export function engineLayers(): string[] {
  return Object.entries(engine).flatMap(([name, value]) =>
    typeof value === "function" && value.prototype instanceof engine.Module && "forward" in value.prototype
      ? [name]
      : [],
  );
}

/** `new Conv2d(3, 4, 3)` for a tensor, now and then for another one. */
export function layerFor(random: Random, x: engine.Tensor): string {
  const { shape, rank } = x;
  const isFault = random.chance(0.02);
  const fitting = Object.entries(layerMakers).filter(
    ([name, { ranks }]) => name in engine && name !== "Embedding" && (isFault || !ranks || ranks.includes(rank)),
  );
  const [, maker] = random.chance(0.35) ? ["", layerMakers.Linear!] : random.pick(fitting);
  const wrong = random.chance(0.03) ? 1 : 0;
  return maker.make({ last: (shape[rank - 1] ?? 1) + wrong, channels: (shape[1] ?? 1) + wrong, random });
}

export function layerCall(random: Random, _scope: Scope, x: TensorExpression): string {
  if (random.chance(0.06))
    return `${layerMakers.Embedding!.make({ last: 1, channels: 1, random })}.forward(randint(0, 9, [2, ${random.int(1, 3)}]))`;
  return `${layerFor(random, x.value)}.forward(${x.text})`;
}
