// What is said of functions nobody calls, of guards, and in which rows the shape table lists a program.

import assert from "node:assert/strict";
import { analyse, check, shapeOf } from "./check";

const head =
  'import { Conv2d, ConvTranspose2d, Flatten, Lambda, Linear, Module, RandomState, ReLU, Sequential, Tensor, concat, relu, sigmoid, zeros } from "@shapelens/engine";\n';

describe("a mistake in a function nobody calls", () => {
  it("is found beside a tensor of any rank", () => {
    check(`${head}
export function f(x: Tensor, y: Tensor) {
  return x.matmul(zeros([784, 10])).matmul(zeros([11, 2])).add(y);
  //                                       ^^^^^^^^^^^^^^ matmul-inner
}
`);
  });

  it("is found between two parameters where no rank would mend it", () => {
    check(`${head}
export function f(x: Tensor, y: Tensor) {
  const b = new Linear(3, 5).forward(y);
  return new Linear(3, 4).forward(x).add(b);
  //                                     ^ broadcast
}
`);
  });

  it("is found where the other ranks fail before it, at something else", () => {
    check(`${head}
export function decode(z: Tensor) {
  const h = new Linear(20, 64 * 49).forward(z).reshape([z.shape[0]!, 64, 7, 7]);
  return new ConvTranspose2d(32, 1, 4).forward(h);
  //                                           ^ channels
}
`);
  });

  it("is found where it could be none only for an empty tensor", () => {
    check(`${head}
export function f(x: Tensor, hidden: number) {
  return new Linear(hidden, 10).forward(new Linear(5, 2 * hidden).forward(x));
  //                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ layer-input
}
`);
  });

  it("is none for a tensor of six axes", () => {
    check(`${head}
export function join(x: Tensor) {
  const [b, rows, columns, p, q, c] = x.shape as [number, number, number, number, number, number];
  return x.transpose([0, 1, 3, 2, 4, 5]).reshape([b, rows * p, columns * q, c]);
}
`);
  });

  it("leaves the shapes around it to be seen", () => {
    const facts = analyse(`${head}
export function f(x: Tensor) { const h = x.matmul(zeros([3, 4])); return h.matmul(zeros([5, 2])); }
`);
    assert.equal(shapeOf(facts, "h"), "[…, 4]");
    assert.equal(facts.problems.length, 1);
  });
});

describe("a sequence nobody calls", () => {
  it("has its mistake on the layer that does not follow the one before", () => {
    check(`${head}
export const net = new Sequential(new Conv2d(3, 16, 3), new Conv2d(32, 8, 3), new Flatten());
//                                                      ^^^^^^^^^^^^^^^^^^^^ channels
`);
  });

  it("has none where some input fits", () => {
    check(`${head}
const net = new Sequential(new Lambda((x) => x.transpose([0, 3, 1, 2])), new Conv2d(3, 4, 3), new Flatten(), new Linear(400, 2));
const other = new Sequential(new Lambda((x) => x.reshape([x.shape[0]!, 6, 5, 4])), new Linear(4, 3));
`);
  });

  it("that is called has the mistake of the call, once", () => {
    check(`${head}
const net = new Sequential(new Linear(8, 4), new ReLU(), new Linear(5, 2));
net.forward(zeros([3, 8]));
//          ^^^^^^^^^^^^^ layer-input
const head = new Sequential(new Linear(8, 4), new Linear(5, 2));
export function f(x: Tensor) { return head.forward(x); }
//                                                 ^ layer-input
`);
  });
});

describe("a guard", () => {
  it("that certainly throws leaves the shapes below it to be seen, and nothing to complain of", () => {
    const facts = check(`${head}
const x = zeros([5, 4]);
if (x.shape[1] !== 3) throw new Error("three columns, please");
const y = x.matmul(zeros([3, 2]));
`);
    assert.equal(shapeOf(facts, "y"), "[5, 2]");
  });

  it("that throws for one caller leaves the function to be tried with others", () => {
    const facts = check(`${head}
function f(x: Tensor) { if (x.shape[1] !== 3) throw new Error(); const h = x.matmul(zeros([3, 2])); return h; }
f(zeros([5, 4]));
`);
    assert.equal(shapeOf(facts, "h"), "[…, 2]");
  });

  it("by comparison decides where it can", () => {
    check(`${head}
const n = 4;
if (n < 3) zeros([2, 3]).matmul(zeros([4, 5]));
export function f(x: Tensor) { if (x.rank < 2) x.transpose([1, 0]); return x; }
`);
  });
});

describe("the shape table", () => {
  const rowsOf = (text: string): string[] =>
    analyse(head + text).models.flatMap(({ layers }) =>
      layers.map(({ name, op, input, output, parameters }) => `${name}: ${op} ${input} → ${output} (${parameters})`),
    );

  it("names rows by what receives the value", () => {
    assert.deepEqual(rowsOf("const X = zeros([5, 3]); const a1 = sigmoid(X.matmul(zeros([3, 4])));"), [
      ": matmul [5, 3] · [3, 4] → [5, 4] (0)",
      "a1: sigmoid [5, 4] → [5, 4] (0)",
    ]);
  });

  it("names layers by their place in the receiver, each once", () => {
    assert.deepEqual(
      rowsOf(
        "const seq = new Sequential(new Linear(3, 4), new ReLU(), new Linear(4, 4), new ReLU()); for (let i = 0; i < 3; i++) seq.forward(zeros([5, 3]));",
      ),
      [
        "seq.layers.0: Linear(3 → 4) [5, 3] → [5, 4] (16)",
        "seq: relu [5, 4] → [5, 4] (0)",
        "seq.layers.2: Linear(4 → 4) [5, 4] → [5, 4] (20)",
        "seq: relu [5, 4] → [5, 4] (0)",
      ],
    );
  });

  it("lists what a loop does once, with the shapes it was done to and every layer's parameters", () => {
    assert.deepEqual(
      rowsOf(
        "let h = zeros([2, 3]); for (const layer of [new Linear(3, 3), new Linear(3, 3)]) h = layer.forward(h); let y = zeros([1]); for (let i = 0; i < 2; i++) y = concat([y, zeros([1])], 0);",
      ),
      ["layer: Linear(3 → 3) [2, 3] → [2, 3] (24)", "y: concat [1], [1] | [2], [1] → [2] | [3] (0)"],
    );
  });
});

describe("a diamond of calls", () => {
  const levels = Array.from({ length: 25 }, (_, i) => `const f${i + 1} = (x) => relu(f${i}(x)).add(f${i}(x));`);

  // Twice the work at each level would be 2²⁵ times that of one.
  it("is linear in its depth when it needs something, and when that is not so", () => {
    const product = `${head}const f0 = (x) => x.matmul(zeros([8, 8]));\n${levels.join("\n")}\n`;
    const facts = analyse(`${product}const y = f25(zeros([4, 9]));`, "/main.js");
    assert.deepEqual(
      facts.problems.map(({ code }) => code),
      ["matmul-inner"],
    );
    assert.ok(facts.complete);
  });

  it("is linear in its depth", () => {
    const facts = analyse(
      `${head}const f0 = (x) => relu(x);\n${levels.join("\n")}\nconst y = f25(zeros([2, 3]));`,
      "/main.js",
    );
    assert.equal(shapeOf(facts, "y"), "[2, 3]");
    assert.ok(facts.complete);
  });
});
