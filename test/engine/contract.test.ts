// Contracts: what they accept, what they bind, what they refuse with which words.

import { assertShape, ShapeError, zeros, type Tensor } from "@shapelens/engine";
import {
  type Bindings,
  type Dim,
  Facts,
  formatDim,
  formatShape,
  matchContract,
  parseContract,
  symbol,
  withFacts,
} from "@shapelens/engine/tooling";
import assert from "node:assert/strict";

const bound = (contract: string, dims: readonly Dim[], bindings: Bindings = new Map()): Record<string, string> =>
  Object.fromEntries(
    [...matchContract(parseContract(contract), dims, bindings)].map(([name, value]) => [
      name,
      Array.isArray(value) ? formatShape(value as Dim[]) : formatDim(value as Dim),
    ]),
  );

const refused = (run: () => unknown, message: RegExp): ShapeError => {
  let error: unknown;
  try {
    run();
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error instanceof ShapeError, "expected a ShapeError");
  assert.equal(error.code, "contract");
  assert.match(error.message, message);
  return error;
};

describe("a contract", () => {
  const accepts: [string, number[], Record<string, string>][] = [
    ["", [], {}],
    ["batch 784", [64, 784], { batch: "64" }],
    ["batch 3 h w", [2, 3, 32, 16], { batch: "2", h: "32", w: "16" }],
    ["n n", [4, 4], { n: "4" }],
    ["_ 3", [7, 3], {}],
    ["...", [], {}],
    ["... 3", [3], {}],
    ["n ... 3", [5, 1, 2, 3], { n: "5" }],
    ["*lead features", [2, 3, 4], { "*lead": "[2, 3]", features: "4" }],
    ["*lead features", [4], { "*lead": "[]", features: "4" }],
    ["n n+1", [4, 5], { n: "4" }],
    ["n+1 n", [5, 4], { n: "4" }],
    ["n+1", [5], { n: "4" }],
    ["h d h*d", [4, 16, 64], { h: "4", d: "16" }],
    ["h h*d", [4, 64], { h: "4", d: "16" }],
    ["n (n+2)/2 2*n-1", [6, 4, 11], { n: "6" }],
    ["8-n", [3], { n: "5" }],
    ["12/n", [3], { n: "4" }],
    ["h*d", [64], {}],
    ["größe größe", [2, 2], { größe: "2" }],
    ["n 0", [3, 0], { n: "3" }],
  ];
  for (const [contract, dims, names] of accepts) {
    it(`"${contract}" accepts [${dims.join(", ")}]`, () => assert.deepEqual(bound(contract, dims), names));
  }

  const refuses: [string, number[], RegExp][] = [
    ["batch 784", [64, 100], /x is \[64, 100\], not "batch 784" with batch = 64: 784 ≠ 100 at axis 1\.$/],
    ["batch 784", [64], /expected 2 axes, found 1\.$/],
    ["", [1], /expected 0 axes, found 1\.$/],
    ["a ... b", [1], /expected at least 2 axes, found 1\.$/],
    ["n n", [4, 5], /with n = 4: 4 ≠ 5 at axis 1/],
    ["n n+1", [4, 4], /with n = 4: 5 ≠ 4 at axis 1/],
    ["2*n", [5], /5 is no 2\*n at axis 0/],
    ["n+8", [5], /5 is no n\+8 at axis 0/],
    ["... 3", [2, 4], /3 ≠ 4 at axis 1/],
    ["3 ...", [4, 2], /3 ≠ 4 at axis 0/],
  ];
  for (const [contract, dims, message] of refuses) {
    it(`"${contract}" refuses [${dims.join(", ")}]`, () => void refused(() => bound(contract, dims), message));
  }

  it("binds names over several tensors", () => {
    const names: Bindings = new Map();
    bound("batch 3", [8, 3], names);
    refused(() => bound("batch", [9], names), /with batch = 8: 8 ≠ 9 at axis 0/);
    bound("*lead 1", [2, 3, 1], names);
    bound("*lead 5", [2, 3, 5], names);
    refused(() => bound("*lead", [2, 4], names), /\*lead is \[2, 3\] elsewhere and \[2, 4\] here/);
  });

  it("tells the axis, the numbers and the likely shape", () => {
    const error = refused(() => bound("batch 784", [64, 100]), /assertShape/);
    assert.deepEqual([error.axes, error.numbers, error.likely?.dims, error.blame], [[1], [784, 100], [64, 784], 0]);
  });

  it("teaches what a symbol is", () => {
    const [n, h] = [symbol("N"), symbol("H")];
    const facts = new Facts();
    withFacts(facts, () => {
      bound("batch 784 h h/2", [n, h, 8, 4]);
      assert.equal(formatDim(h), "784");
      assert.equal(formatDim(n), "N");
    });
    assert.deepEqual(
      facts.assumptions.map(({ kind }) => kind),
      ["equal"],
    );
  });

  const malformed: [string, RegExp][] = [
    [
      "batch 7@4",
      /^contract "batch 7@4": column 8: expected an operator or a blank, found "@"\.\n {2}Fix: write one word/,
    ],
    ["n+", /column 3: expected a number or a name, found the end of the word/],
    ["(n+1", /column 5: expected "\)", found the end of the word/],
    ["... *x", /column 5: only one "\.\.\." or "\*name" may stand in a contract/],
    ["[64, 784]", /column 1: expected a number or a name, found "\["/],
    ["-1 3", /column 1: expected a number or a name, found "-"/],
    ["n*", /column 3/],
    ["*", /column 1: expected a number or a name, found "\*"/],
    ["3n", /column 2: expected an operator or a blank, found "n"/],
    ["99999999999999999999", /column 1: expected a smaller number/],
  ];
  for (const [contract, message] of malformed) {
    it(`"${contract}" cannot be read`, () => void refused(() => parseContract(contract), message));
  }
});

describe("assertShape", () => {
  it("gives the tensor back, or throws", () => {
    const x = zeros([64, 784]);
    const y: Tensor<"batch 784"> = assertShape(x, "batch 784");
    assert.equal(y, x);
    refused(() => assertShape(x, "batch 100"), /^assertShape: x is \[64, 784\], not "batch 100"/);
    assert.throws(() => assertShape([1] as never, "n"), /assertShape: x must be a tensor/);
    assert.throws(
      () => assertShape(x, 784 as never),
      /assertShape: contract must be a text such as "batch 784", found 784/,
    );
  });
});
