// The names that the engine promises: each is exported, and what takes a tensor first is a method too.

import * as engine from "@shapelens/engine";
import { functionTable, opTable, type SampleSource } from "@shapelens/engine/tooling";
import assert from "node:assert/strict";
import { sampleSource } from "./support";

const { Tensor } = engine;

/** Functions of a tensor, which are methods as well. */
const methods = `
  add sub mul div pow mod neg abs sign exp log log1p expm1 sqrt rsqrt square reciprocal sin cos tanh floor ceil round clip
  maximum minimum equal notEqual less lessEqual greater greaterEqual logicalAnd logicalOr logicalNot
  sigmoid relu leakyRelu elu gelu silu softplus
  sum mean prod max min variance std norm logSumExp all any argmax argmin cumsum
  softmax logSoftmax topk sort argsort
  matmul dot outer linear
  reshape flatten squeeze expandDims transpose swapAxes broadcastTo split unstack slice at
  take gather scatterAdd pad repeat tile flip roll tril triu
  conv1d conv2d convTranspose2d maxPool2d avgPool2d adaptiveAvgPool2d
  layerNorm batchNorm groupNorm embedding dropout scaledDotProductAttention upsample2d
  mse mae huber crossEntropy binaryCrossEntropy binaryCrossEntropyWithLogits nll klDivergence
  zerosLike onesLike oneHot where assertShape batches`;

/** Functions of anything else. */
const functions = `
  tensor scalar zeros ones full eye arange linspace seed rand randn randint permutation
  einsum concat stack noGrad grad checkGradients defineOp clipGradNorm digits moons spirals circles xor`;

/** Ops of a tensor that are no methods, and why. */
const functionsOnly: Readonly<Record<string, string>> = {
  rnn: "is what the layer is made of",
  lstm: "is what the layer is made of",
  gru: "is what the layer is made of",
};

const layers = `
  Linear Conv1d Conv2d ConvTranspose2d MaxPool2d AvgPool2d AdaptiveAvgPool2d Flatten
  ReLU LeakyReLU Sigmoid Tanh GELU SiLU Softmax Dropout BatchNorm1d BatchNorm2d LayerNorm GroupNorm Embedding
  MultiHeadAttention TransformerEncoderLayer RNN LSTM GRU Sequential Lambda`;

const classes = `Tensor RandomState Module SGD Adam AdamW RMSProp StepLR CosineLR`;

/** What the classes answer to. */
const members: Readonly<Record<string, string>> = {
  Tensor: "shape rank size data grad backward item toArray toString astype detach clone T",
  Module: "parameters namedParameters train eval stateDict loadStateDict",
  RandomState: "rand randn randint permutation",
  RNN: "forward forwardWithState",
  LSTM: "forward forwardWithState",
  GRU: "forward forwardWithState",
  SGD: "step zeroGrad",
  StepLR: "step",
};

const words = (list: string): string[] => list.trim().split(/\s+/);
const exported = (name: string): unknown => (engine as Readonly<Record<string, unknown>>)[name];
const prototypeOf = (name: string): object => (exported(name) as { readonly prototype: object }).prototype;

describe("the engine", () => {
  it("exports every function that it promises", () => {
    const missing = words(`${methods} ${functions}`).filter((name) => typeof exported(name) !== "function");
    assert.deepEqual(missing, []);
  });

  it("exports every class, with its members", () => {
    const missing = words(`${layers} ${classes}`).filter((name) => typeof exported(name) !== "function");
    assert.deepEqual(missing, []);
    for (const [name, list] of Object.entries(members)) {
      const absent = words(list).filter((member) => !(member in prototypeOf(name)));
      assert.deepEqual(absent, [], name);
    }
    for (const name of words(layers)) assert.ok(prototypeOf(name) instanceof engine.Module, `${name} is no Module`);
  });

  it("has a method for everything that takes a tensor first", () => {
    const missing = words(methods).filter((name) => !(name in Tensor.prototype));
    assert.deepEqual(missing, []);
  });

  it("has a method for every other op whose samples begin with a tensor", () => {
    type Samples = readonly ((make: SampleSource) => readonly unknown[])[];
    const declared = [
      ...[...opTable].map(([name, { declaration }]) => [name, declaration.samples ?? []] as const),
      ...[...functionTable].map(([name, { samples }]) => [name, samples ?? []] as const),
    ];
    const missing = declared.filter(([name, samples]) => {
      if (name in functionsOnly) return false;
      const calls = (samples as unknown as Samples).map((sample) => sample(sampleSource()));
      return calls.length > 0 && calls.every(([x]) => x instanceof Tensor) && !(name in Tensor.prototype);
    });
    assert.deepEqual(
      missing.map(([name]) => name),
      [],
    );
  });

  it("gives a method what it gives the function", () => {
    const x = engine.tensor([
      [1, -2],
      [3, 4],
    ]);
    assert.equal(x.assertShape("rows 2"), x);
    assert.throws(() => x.assertShape("rows 3"), engine.ShapeError);
    assert.deepEqual(
      [...x.batches(engine.arange(2), 1)].map(([row]) => row.toArray()),
      [[[1, -2]], [[3, 4]]],
    );
  });
});
