// Whole programs: what is wrong in them is found where it is, and nothing else.

import assert from "node:assert/strict";
import { check, shapeOf } from "./check";

const head = 'import { Linear, Module, RandomState, Tensor, matmul, randn, relu, zeros } from "@shapelens/engine";\n';

describe("problems", () => {
  it("are on the argument that does not fit", () => {
    check(`${head}
const a = zeros([5, 3]);
const w = zeros([4, 2]);
const b = a.matmul(w);
//                 ^ matmul-inner
`);
  });

  it("are found in a function with its caller's arguments, once", () => {
    check(`${head}
const w = zeros([4, 2]);
function apply(x: Tensor) {
  return x.matmul(w);
  //              ^ matmul-inner
}
apply(zeros([5, 3]));
apply(zeros([6, 3]));
`);
  });

  it("do not cascade", () => {
    check(`${head}
const h = zeros([5, 3]).matmul(zeros([4, 2]));
//                             ^^^^^^^^^^^^^ matmul-inner
const z = h.matmul(zeros([2, 7])).matmul(zeros([7, 1]));
`);
  });

  it("are found in a model nobody has called yet", () => {
    check(`${head}
export class Net extends Module {
  first = new Linear(784, 128);
  second = new Linear(64, 10);
  override forward(x: Tensor) {
    return this.second.forward(relu(this.first.forward(x)));
    //                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^ layer-input
  }
}
`);
  });

  it("of one path only are errors of that path", () => {
    check(`${head}
const x = zeros([5, 3]);
if (Math.random() > 0.5) {
  matmul(x, zeros([4, 1]));
  //        ^^^^^^^^^^^^^ matmul-inner
}
`);
  });

  it("of one alternative are warnings", () => {
    check(`${head}
const w = Math.random() > 0.5 ? zeros([3, 1]) : zeros([4, 1]);
matmul(zeros([5, 3]), w);
//                    ^ warning matmul-inner
`);
  });

  it("are found through imports", () => {
    const facts = check(
      `${head}import { make as build } from "./lib";
const y = build(3).matmul(zeros([4, 4]));
//                        ^^^^^^^^^^^^^ matmul-inner
`,
      "/main.ts",
      {
        "/lib.ts": 'export * from "./deep/index.js";',
        "/deep/index.ts":
          'import { zeros } from "@shapelens/engine"; export const make = (n: number) => zeros([2, n]);',
      },
    );
    assert.equal(shapeOf(facts, "y"), "[2, 4]");
  });
});

describe("silence", () => {
  const silent: Readonly<Record<string, string>> = {
    "where a throw is caught": "try { matmul(zeros([5, 3]), zeros([4, 1])); } catch { console.log('no'); }",
    "where a throw is expected":
      'import assert from "node:assert/strict"; assert.throws(() => matmul(zeros([5, 3]), zeros([4, 1])));',
    "behind a guard":
      "function f(x: Tensor) { if (x.shape[1] !== 4) throw new Error('4'); return x.matmul(zeros([4, 2])); }",
    "in code that never runs": "if (1 > 2) matmul(zeros([5, 3]), zeros([4, 1]));",
    "about what is unknown":
      "declare const x: Tensor; declare const n: number; x.matmul(zeros([n, 3])); unknownThing(x).y.z();",
    "about a list that was handed to unknown code":
      "const sizes = [3, 4]; unknownThing(sizes); matmul(zeros([5, 3]), zeros([sizes[1], 2]));",
    "about layers in a loop":
      "const sizes = [3, 8, 5, 2]; let x = zeros([7, 3]); for (let i = 0; i < 3; i++) x = new Linear(sizes[i]!, sizes[i + 1]!).forward(x);",
    "about early returns":
      "function f(n: number) { if (n === 3) return zeros([5, 3]); if (n === 4) return zeros([5, 4]); throw new Error(); } f(3).matmul(zeros([3, 1])); f(4).matmul(zeros([4, 1]));",
    "about a function for any rank": "function f(x: Tensor) { return relu(x); }",
    "about a class with symbolic sizes":
      "export class M extends Module { a: Linear; b: Linear; constructor(d: number, h: number) { super(); this.a = new Linear(d, h); this.b = new Linear(h, d); } override forward(x: Tensor) { return this.b.forward(relu(this.a.forward(x))); } }",
    "about a tensor that may be missing":
      "function f(x: Tensor, b?: Tensor) { const y = x.matmul(zeros([3, 4])); return b ? y.add(b) : y; } f(zeros([5, 3])); f(zeros([5, 3]), zeros([4]));",
  };
  for (const [name, text] of Object.entries(silent)) it(name, () => check(head + text));
});

describe("shapes", () => {
  const cases: readonly (readonly [text: string, name: string, shape: string])[] = [
    ["const rng = new RandomState(0); const x = rng.rand(5, 3);", "x", "[5, 3]"],
    ["const q = Math.random() > 0.5 ? zeros([2]) : zeros([3]);", "q", "[2] | [3]"],
    ["const d = 28; const x = zeros([d * d / 4 | 0, d >> 1]);", "x", "[196, 14]"],
    ["export function f(n: number) { const x = zeros([n, 2 * n + 1]); return x; }", "x", "[n, 2*n + 1]"],
    ["export function f(x: Tensor) { return x.matmul(zeros([784, 10])).matmul(zeros([10, 2])); }", "x", "[…, 784]"],
    ["class A { w = zeros([3]); } new A();", "w", "[3]"],
    ["async function f() { return zeros([4]); } const x = await f();", "x", "[4]"],
    ["function* g() { yield zeros([4]); yield zeros([4]); } for (const x of g()) x;", "x", "[4]"],
    ["const [a, b] = [zeros([1]), zeros([2])];", "b", "[2]"],
    ["const { a: { w } } = { a: { w: zeros([9]) } };", "w", "[9]"],
    ["let h = zeros([2, 1]); for (let i = 0; i < 1000; i++) h = relu(h); const end = h;", "end", "[2, 1]"],
  ];
  for (const [text, name, shape] of cases) {
    it(text, () => assert.equal(shapeOf(check(head + text), name), shape));
  }
});

describe("contracts", () => {
  it("bind their names over a call", () => {
    check(`${head}
function pair(x: Tensor<"batch 784">, y: Tensor<"batch">) {
  return x.matmul(zeros([784, 3]));
}
pair(zeros([5, 784]), zeros([5]));
pair(zeros([5, 780]), zeros([5]));
//   ^^^^^^^^^^^^^^^ contract
pair(zeros([5, 784]), zeros([4]));
//                    ^^^^^^^^^^ contract
`);
  });

  it("give a function nobody calls its shapes", () => {
    const facts = check(`${head}
export function f(x: Tensor<"batch 784">) { const h = x.matmul(zeros([784, 3])); return h; }
`);
    assert.equal(shapeOf(facts, "h"), "[batch, 3]");
  });

  it("hold for locals", () => {
    check(`${head}
const h: Tensor<"5 4"> = zeros([5, 3]);
//                       ^^^^^^^^^^^^^ contract
`);
  });
});
