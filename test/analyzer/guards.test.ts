// What guards and assertions teach about lengths, and what is said of functions that tell ranks apart.

import assert from "node:assert/strict";
import { analyse, check, shapeOf } from "./check";

const head = `import assert from "node:assert";
import { concat, relu, type Tensor, zeros } from "@shapelens/engine";
function invariant(condition: boolean, message?: string): asserts condition { if (!condition) throw new Error(message); }
const must = (condition) => { if (!condition) { throw new Error("no"); } };
function sure(this: void, condition: boolean): asserts condition { if (!condition) throw new Error("no"); }
`;

/** What stands between `const [n, d] = x.shape` and `return`, with the shape that `y` has. */
const taught: readonly (readonly [body: string, shape: string])[] = [
  ['if (n < 8) throw new Error("few"); const y = x.slice([0, 8]);', "[8, d]"],
  ["sure(n >= 8); const y = x.slice([0, 8]);", "[8, d]"],
  ["if (n <= 7) return x; const y = x.slice([0, 8]);", "[8, d]"],
  ['if (!(n >= 8 && d > 3)) throw new Error("few"); const y = x.slice([0, 8], [0, 4]);', "[8, 4]"],
  ['if (8 > n || d < 4) throw new Error("few"); const y = x.slice([0, 8], [0, 4]);', "[8, 4]"],
  ['if (d <= n) throw new Error("wide, please"); const y = x.slice(null, [0, n]);', "[n, n]"],
  ['if (n > 8) throw new Error("many"); const y = zeros([Math.max(n, 8), d]);', "[8, d]"],
  ['if (n < 7) throw new Error("few"); const y = x.slice([0, 8]);', "[min(n, 8), d]"],
  ["if (n < 8) relu(x); const y = x.slice([0, 8]);", "[min(n, 8), d]"],
  ["console.assert(n >= 8); const y = x.slice([0, 8]);", "[8, d]"],
  ["assert(n >= 8); const y = x.slice([0, 8]);", "[8, d]"],
  ["assert.ok(n > 7, `few: ${n}`); const y = x.slice([0, 8]);", "[8, d]"],
  ["invariant(n >= 8); const y = x.slice([0, 8]);", "[8, d]"],
  ["must(n >= 8); const y = x.slice([0, 8]);", "[8, d]"],
  ["assert(d % 4 === 0); const y = x.reshape([n, 4, d / 4]).reshape([n, -1]);", "[n, d]"],
  ["assert.equal(d % 2, 0); const y = zeros([n, 2 * Math.floor(d / 2)]);", "[n, d]"],
  ["assert.strictEqual(n, d); const y = x.matmul(x);", "[n, n]"],
  ["const half = d / 2; assert(Number.isInteger(half)); const y = zeros([n, 2 * half]);", "[n, d]"],
];

describe("a guard teaches", () => {
  for (const [body, shape] of taught) {
    it(`${shape} by ${body}`, () => {
      const facts = check(`${head}
export function f(x: Tensor) { const [n, d] = x.shape as [number, number]; ${body} return y; }
`);
      assert.equal(shapeOf(facts, "y"), shape);
    });
  }

  it("a network of two levels that its sizes come back", () => {
    const facts = check(`import { concat, ConvTranspose2d, maxPool2d, type Tensor } from "@shapelens/engine";
const up = new ConvTranspose2d(3, 3, 2, { stride: 2 });
export function f(x: Tensor) {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  if (h % 4 !== 0 || w % 4 !== 0) throw new Error("four");
  const half = maxPool2d(x, 2);
  const joined = concat([half, up.forward(maxPool2d(half, 2))], 0);
  return concat([up.forward(joined), concat([x, x], 0)], 1);
}
`);
    assert.equal(shapeOf(facts, "joined"), "[2*n, 3, h/2, w/2]");
    assert.deepEqual(facts.signatures[0]!.requires, ["requires x: [n, 3, h, w]", "requires 4 | h and 4 | w"]);
  });
});

/** A function that tells ranks apart, with what is shown of `y` in it and over it. */
const ofRanks: readonly (readonly [body: string, shape: string | undefined, output: string | undefined])[] = [
  ["if (x.rank === 3) return x.sum(0); const y = relu(x); return y;", undefined, undefined],
  ["const y = x.shape.length === 3 ? x.sum(0) : x; return y;", undefined, undefined],
  [
    "const { shape } = x; const y = shape.length > 2 ? x.flatten(1) : x; return y.matmul(zeros([7, 2]));",
    "[…, 7]",
    undefined,
  ],
  ["if (x.rank > 2) x = x.flatten(1); const y = x.matmul(zeros([7, 2])); return y;", "[…, 2]", undefined],
  [
    'if (x.rank !== 3) throw new Error("three"); const y = x.sum(1); return y;',
    "[batch, features]",
    "[batch, features]",
  ],
];

describe("a function that tells ranks apart", () => {
  for (const [body, shape, output] of ofRanks) {
    it(`shows what holds for all of them: ${body}`, () => {
      const facts = check(`${head}export function f(x: Tensor) { ${body} }\n`);
      assert.equal(shapeOf(facts, "y"), shape);
      assert.equal(facts.models[0]?.output, output);
    });
  }
});

describe("leading axes in a contract", () => {
  it("stay, and are the same wherever their name stands", () => {
    const facts = check(`${head}
export function scores(q: Tensor<"*lead t d">, k: Tensor<"*lead s d">): Tensor<"*lead t s"> {
  const y = q.matmul(k.swapAxes(-1, -2));
  return y;
}
`);
    assert.equal(shapeOf(facts, "q"), "[…, t, d]");
    assert.equal(shapeOf(facts, "y"), "[…, t, s]");
  });

  it("leave a mistake to be found", () => {
    check(`${head}
export const f = (x: Tensor<"... 784">) => x.matmul(zeros([785, 10]));
//                                                  ^^^^^^^^^^^^^^^^ matmul-inner
`);
  });

  it("may be of any number", () => {
    assert.deepEqual(
      analyse(`${head}export const f = (x: Tensor<"*lead t d">) => x.sum(0).expandDims(0);\n`).problems,
      [],
    );
  });
});
