// Every layer of the engine over lengths that have names: once as symbols, once as numbers that are drawn.

import * as engine from "@shapelens/engine";
import { type Module, type Tensor } from "@shapelens/engine";
import { isDim, mulDims, type SampleSource } from "@shapelens/engine/tooling";

/** The length of this name: a symbol, or a number that is at least `least` (1 unless given). */
export type Sizes = (name: string, least?: number) => number;

export interface LayerCase {
  readonly layer: string;
  /** What distinguishes it from the layer's other cases. */
  readonly with?: string;
  make(n: Sizes, options?: object): Module;
  /** The shape of what goes in. */
  input(n: Sizes): number[];
  /** The shape of what comes out, in the names of the lengths. */
  readonly output: string;
  /** Other options that leave the shape alone, for the gradients. */
  options?(make: SampleSource): object;
  /** The input, where it is not any numbers. */
  numbers?(make: SampleSource, shape: readonly number[]): Tensor;
  /** Runs the layer, where it takes more than its input. */
  run?(layer: Module, x: Tensor): Tensor;
  /** The same layer over channels that come last. */
  readonly hasLayout?: true;
}

/** What is no length at all stays what it is, for the layer to refuse. */
const times = (count: number, length: number): number => (isDim(length) ? (mulDims(count, length) as number) : length);
const image = (n: Sizes): number[] => [n("B"), n("C"), n("H", 3), n("W", 3)];
const sequence = (n: Sizes): number[] => [n("B"), n("T", 3), n("D")];
const any = { input: (n: Sizes) => [n("B"), n("D")], output: "[B, D]" } as const;
const kept = { input: image, output: "[B, C, H, W]" } as const;
const affine = (make: SampleSource): object => ({ affine: make.oneOf(true, false), eps: make.oneOf(1e-5, 0.1) });
const distinct = (make: SampleSource, shape: readonly number[]): Tensor => make.distinct(shape);

export const layerTable: readonly LayerCase[] = [
  {
    layer: "Linear",
    make: (n, options) => new engine.Linear(n("D"), n("out"), options),
    input: (n) => [n("B"), n("T"), n("D")],
    output: "[B, T, out]",
    options: (make) => ({ bias: make.oneOf(true, false) }),
  },
  {
    layer: "Conv1d",
    make: (n, options) => new engine.Conv1d(n("C"), n("out"), 3, { stride: 2, padding: 1, ...options }),
    input: (n) => [n("B"), n("C"), n("T", 2)],
    output: "[B, out, floor((T + 1)/2)]",
    options: (make) => ({ bias: make.oneOf(true, false) }),
    hasLayout: true,
  },
  {
    layer: "Conv2d",
    make: (n, options) => new engine.Conv2d(n("C"), n("out"), [3, 2], options),
    input: image,
    output: "[B, out, H - 2, W - 1]",
    options: (make) => ({ bias: make.oneOf(true, false) }),
    hasLayout: true,
  },
  {
    layer: "Conv2d",
    with: "groups, a stride and a padding that keeps the size",
    make: (n, options) =>
      new engine.Conv2d(times(2, n("C")), times(2, n("out")), 2, {
        ...{ groups: 2, stride: [1, 2], padding: "same", ...options },
      }),
    input: (n) => [n("B"), times(2, n("C")), n("H", 2), n("W", 2)],
    output: "[B, 2*out, H, floor((W + 1)/2)]",
    hasLayout: true,
  },
  {
    layer: "Conv2d",
    with: "a kernel of any size",
    make: (n, options) => new engine.Conv2d(n("C"), n("out"), n("K"), { dilation: 1, ...options }),
    input: (n) => [n("B"), n("C"), n("H", 3), n("W", 3)],
    output: "[B, out, H + 1 - K, W + 1 - K]",
    hasLayout: true,
  },
  {
    layer: "ConvTranspose2d",
    make: (n, options) => new engine.ConvTranspose2d(n("C"), n("out"), [2, 3], { stride: 2, ...options }),
    input: (n) => [n("B"), n("C"), n("H"), n("W")],
    output: "[B, out, 2*H, 2*W + 1]",
    options: (make) => ({ bias: make.oneOf(true, false) }),
    hasLayout: true,
  },
  {
    layer: "MaxPool2d",
    make: (_, options) => new engine.MaxPool2d(2, options),
    ...{ input: image, output: "[B, C, floor(H/2), floor(W/2)]", numbers: distinct, hasLayout: true },
  },
  {
    layer: "AvgPool2d",
    make: (_, options) => new engine.AvgPool2d([3, 2], { stride: 1, padding: [1, 0], ...options }),
    ...{ input: image, output: "[B, C, H, W - 1]", hasLayout: true },
  },
  {
    layer: "AdaptiveAvgPool2d",
    make: (n, options) => new engine.AdaptiveAvgPool2d([n("rows"), 2], options),
    ...{ input: image, output: "[B, C, rows, 2]", hasLayout: true },
  },
  { layer: "Flatten", make: () => new engine.Flatten(), input: image, output: "[B, C*H*W]" },
  {
    layer: "Flatten",
    with: "an axis from the end",
    make: () => new engine.Flatten(-2),
    input: image,
    output: "[B, C, H*W]",
  },
  { layer: "ReLU", make: () => new engine.ReLU(), ...any, numbers: distinct },
  { layer: "LeakyReLU", make: () => new engine.LeakyReLU(0.1), ...any, numbers: distinct },
  { layer: "Sigmoid", make: () => new engine.Sigmoid(), ...any },
  { layer: "Tanh", make: () => new engine.Tanh(), ...any },
  { layer: "GELU", make: () => new engine.GELU(), ...any },
  { layer: "SiLU", make: () => new engine.SiLU(), ...any },
  { layer: "ELU", make: () => new engine.ELU(0.7), ...any, numbers: distinct },
  { layer: "Softplus", make: () => new engine.Softplus(), ...any },
  { layer: "Softmax", make: () => new engine.Softmax(1), ...kept },
  { layer: "Dropout", make: () => new engine.Dropout(0.4), ...any },
  {
    layer: "BatchNorm1d",
    make: (n, options) => new engine.BatchNorm1d(n("D"), options),
    input: (n) => [n("B", 2), n("D")],
    output: "[B, D]",
    options: affine,
    hasLayout: true,
  },
  {
    layer: "BatchNorm1d",
    with: "sequences",
    make: (n, options) => new engine.BatchNorm1d(n("C"), options),
    input: (n) => [n("B"), n("C"), n("T", 2)],
    output: "[B, C, T]",
    options: affine,
    hasLayout: true,
  },
  {
    layer: "BatchNorm2d",
    make: (n, options) => new engine.BatchNorm2d(n("C"), options),
    ...{ ...kept, options: affine, hasLayout: true },
  },
  {
    layer: "LayerNorm",
    make: (n, options) => new engine.LayerNorm([n("T", 3), n("D")], options),
    ...{ input: sequence, output: "[B, T, D]", options: affine },
  },
  {
    layer: "GroupNorm",
    make: (n, options) => new engine.GroupNorm(n("G"), times(2, n("G")), options),
    input: (n) => [n("B"), times(2, n("G")), n("H"), n("W")],
    output: "[B, 2*G, H, W]",
    options: affine,
    hasLayout: true,
  },
  {
    layer: "Embedding",
    make: (n) => new engine.Embedding(n("count"), n("D")),
    input: (n) => [n("B"), n("T")],
    output: "[B, T, D]",
    numbers: (_, shape) => engine.zeros([...shape], { dtype: "int32" }),
  },
  {
    layer: "MultiHeadAttention",
    make: (n, options) => new engine.MultiHeadAttention(times(2, n("D")), 2, options),
    input: (n) => [n("B"), n("T"), times(2, n("D"))],
    output: "[B, T, 2*D]",
    options: (make) => ({ kvHeads: make.oneOf(1, 2), causal: make.oneOf(true, false), dropout: make.oneOf(0, 0.3) }),
  },
  {
    layer: "MultiHeadAttention",
    with: "keys of another length and any number of heads",
    make: (n) => new engine.MultiHeadAttention(times(n("heads"), n("D")), n("heads")),
    input: (n) => [n("B"), n("T"), times(n("heads"), n("D"))],
    output: "[B, T, D*heads]",
    run: (layer, x) => {
      const keys = engine.concat([x, x], 1);
      return (layer as engine.MultiHeadAttention).forward(x, keys, keys.mul(0.5));
    },
  },
  {
    layer: "TransformerEncoderLayer",
    make: (n, options) => new engine.TransformerEncoderLayer(times(2, n("D")), 2, n("hidden"), options),
    input: (n) => [n("B"), n("T"), times(2, n("D"))],
    output: "[B, T, 2*D]",
    options: (make) => ({ preNorm: make.oneOf(true, false), causal: make.oneOf(true, false), dropout: 0.2 }),
  },
  {
    layer: "RNN",
    make: (n, options) => new engine.RNN(n("D"), n("hidden"), options),
    ...{ input: sequence, output: "[B, T, hidden]" },
  },
  {
    layer: "LSTM",
    with: "both directions",
    make: (n, options) => new engine.LSTM(n("D"), n("hidden"), { bidirectional: true, ...options }),
    ...{ input: sequence, output: "[B, T, 2*hidden]" },
  },
  {
    layer: "GRU",
    with: "two layers and the length first",
    make: (n, options) => new engine.GRU(n("D"), n("hidden"), { layers: 2, batchFirst: false, ...options }),
    input: (n) => [n("T", 2), n("B"), n("D")],
    output: "[T, B, hidden]",
  },
  {
    layer: "Sequential",
    make: (n) => new engine.Sequential(new engine.Linear(n("D"), n("out")), new engine.Tanh()),
    ...{ ...any, output: "[B, out]" },
  },
  {
    layer: "Lambda",
    make: () => new engine.Lambda((x) => x.mul(x).transpose()),
    ...{ ...any, output: "[D, B]" },
  },
];

/** The layers that the engine exports. */
export const exportedLayers: readonly string[] = Object.entries(engine)
  .filter(([, value]) => typeof value === "function" && value.prototype instanceof engine.Module)
  .map(([name]) => name);

export const titleOf = ({ layer, with: what }: LayerCase): string => (what ? `${layer} with ${what}` : layer);

/** Lengths that are drawn, small, and stay what they are. */
export function drawnSizes(make: SampleSource): Sizes {
  const drawn = new Map<string, number>();
  return (name, least = 1) => {
    const length = drawn.get(name) ?? make.oneOf(least, least + 1, least + 2);
    drawn.set(name, length);
    return length;
  };
}

export function runLayer({ run }: LayerCase, layer: Module, x: Tensor): Tensor {
  return run ? run(layer, x) : (layer as engine.Layer).forward(x);
}
