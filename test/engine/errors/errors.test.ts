// What every op and function of the engine says of each kind of wrong argument: the texts are in texts/, a file for each
// family.

import assert from "node:assert/strict";
import { ShapeError, tensor, zeros } from "@shapelens/engine";
import { functionTable, opTable, type SampleSource } from "@shapelens/engine/tooling";
import { isOptions, sampleSource } from "../support";
import { assertTexts, type Refusal, textOf, written } from "./texts";
import { type Call, type Kind, wrongCalls } from "./wrongArguments";

const words = (list: string): string[] => list.trim().split(/\s+/);

const families: Readonly<Record<string, readonly string[]>> = {
  activation: words("sigmoid tanh relu leakyRelu elu gelu silu softplus softmax logSoftmax dropout"),
  arithmetic: words("add sub mul div pow mod maximum minimum"),
  attention: ["scaledDotProductAttention"],
  comparison: words(`
    equal notEqual less lessEqual greater greaterEqual logicalAnd logicalOr logicalNot where astype`),
  conv: words("conv1d conv2d convTranspose2d maxPool2d avgPool2d adaptiveAvgPool2d upsample2d"),
  creation: words("tensor scalar zeros ones full zerosLike onesLike eye arange linspace oneHot assertShape"),
  data: words("batches moons circles spirals xor digits"),
  functions: words("neg abs sign exp log log1p expm1 sqrt rsqrt square reciprocal sin cos floor ceil round clip"),
  indexing: words("take gather scatterAdd embedding sort argsort topk"),
  linalg: words("matmul linear dot outer einsum"),
  loss: words("mse mae huber crossEntropy binaryCrossEntropy binaryCrossEntropyWithLogits nll klDivergence"),
  norm: words("layerNorm groupNorm batchNorm"),
  random: words("seed rand randn randint permutation"),
  recurrent: words("rnn lstm gru"),
  reduce: words("sum mean prod max min variance std norm logSumExp all any argmax argmin cumsum"),
  view: words(`
    transpose swapAxes flip broadcastTo reshape flatten squeeze expandDims slice at pad repeat concat stack split unstack
    tile roll tril triu`),
};

/** Files have their own tests in ../io. */
const leftOut = words("loadIdx saveSafetensors loadSafetensors");

const row = zeros([2, 3], { dtype: "float64" });

/** Calls of what has no samples, and public ones where the samples have arguments of the engine's own. */
const calls: Readonly<Record<string, readonly unknown[]>> = {
  matmul: [row, zeros([3, 4], { dtype: "float64" })],
  dropout: [row, 0.5],
  scaledDotProductAttention: [row, row, row, { mask: zeros([2, 2], { dtype: "float64" }) }],
  argsort: [row, 0],
  tensor: [[1, 2]],
  scalar: [1],
  zeros: [[2, 3]],
  ones: [[2, 3]],
  full: [[2, 3], 1],
  zerosLike: [zeros([2, 3])],
  onesLike: [zeros([2, 3])],
  eye: [2, 3],
  arange: [0, 4, 1],
  linspace: [0, 1, 5],
  oneHot: [tensor([0, 2], { dtype: "int32" }), 3],
  assertShape: [zeros([2, 3]), "rows 3"],
  batches: [zeros([4, 2]), zeros([4]), 2],
  moons: [4],
  circles: [4],
  spirals: [4],
  xor: [],
  digits: [2],
  seed: [1],
  rand: [[2, 3]],
  randn: [[2, 3]],
  randint: [0, 5, [2, 3]],
  permutation: [4],
};

type Samples = readonly ((make: SampleSource) => readonly unknown[])[];

/** The ops and functions by name, each with a call of it that says the most. */
const subjects = new Map<string, { readonly call: Call; readonly args: readonly unknown[] }>();
const listed: readonly (readonly [name: string, call: unknown, samples: unknown])[] = [
  ...[...opTable].map(([name, op]) => [name, op, op.declaration.samples] as const),
  ...[...functionTable].map(([name, { call, samples }]) => [name, call, samples] as const),
];
for (const [name, call, samples = []] of listed) {
  const drawn = (samples as Samples).map((sample, i) => sample(sampleSource(i + 1)));
  const fixed = drawn.slice(0, Math.max(drawn.length - 1, 1));
  const richest = fixed.reduce<readonly unknown[]>((best, args) => (sizeOf(args) > sizeOf(best) ? args : best), []);
  subjects.set(name, { call: call as Call, args: calls[name] ?? richest });
}

function sizeOf(args: readonly unknown[]): number {
  return args.length + args.filter(isOptions).reduce((total, options) => total + Object.keys(options).length / 10, 0);
}

function refusalsOf(name: string): Refusal[] {
  const { call, args } = subjects.get(name)!;
  return wrongCalls(call, args).flatMap(({ kind, args: wrong }): Refusal[] => {
    try {
      call(...wrong);
      return [];
    } catch (error) {
      return [{ kind, call: `${name}(${wrong.map(written).join(", ")})`, error }];
    }
  });
}

const refusals = new Map(Object.values(families).flatMap((names) => names.map((name) => [name, refusalsOf(name)])));

describe("what is said of wrong arguments", () => {
  it("is known of every op and function", () => {
    const known = [...Object.values(families).flat(), ...leftOut];
    assert.deepEqual(known.sort(), [...subjects.keys()].sort());
  });

  it("names the op and never comes from JavaScript itself", () => {
    for (const [name, list] of refusals) {
      for (const { call, error } of list) {
        const isOwn = error instanceof ShapeError || error instanceof TypeError || error instanceof RangeError;
        assert.ok(isOwn && error.message.startsWith(`${name}: `), `${call}: ${String(error)}`);
        assert.doesNotMatch(error.message, /of undefined|of null|not iterable|is not a function|destructure/, call);
        assert.match(error.message, /\.$|[)}\]]$/, call);
      }
    }
  });

  it("is said of every argument that must be a tensor, of every unknown option and of everything but options", () => {
    for (const [name, { call, args }] of subjects) {
      if (leftOut.includes(name)) continue;
      const kinds: readonly Kind[] = ["no tensor", "an unknown option", "no options"];
      const expected = wrongCalls(call, args).filter(({ kind }) => kinds.includes(kind));
      const found = refusals.get(name)!.filter(({ kind }) => kinds.includes(kind));
      assert.equal(found.length, expected.length, name);
    }
  });

  for (const [family, names] of Object.entries(families)) {
    it(`is what texts/${family}.txt has`, () => {
      assertTexts(family, textOf(names.flatMap((name) => refusals.get(name)!)));
    });
  }
});
