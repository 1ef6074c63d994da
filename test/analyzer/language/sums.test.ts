// Lists and loops of a symbolic length: what comes of them is as long as they are, and open where nobody can say.

import assert from "node:assert/strict";
import { check, shapeOf } from "../check";

type Case = readonly [what: string, code: string, shape: string];

const certain: readonly Case[] = [
  ["a tensor of a filled list", `const y = tensor(new Array(b).fill(1));`, "[b]"],
  ["a tensor of rows", `const y = tensor(Array.from({ length: b }, () => [1, 2, 3]));`, "[b, 3]"],
  ["a tensor of a typed array", `const y = tensor(new Float32Array(t)).reshape([t, 1]);`, "[t, 1]"],
  ["a stack of what is unstacked", `const y = stack(x.unstack(1), 1);`, "[b, t, 8]"],
  [
    "steps and their numbers",
    `const all: Tensor[] = []; for (const [i, step] of x.unstack(1).entries()) all.push(step.mul(i)); const y = stack(all, 1);`,
    "[b, t, 8]",
  ],
  ["the numbers of a list", `const y = tensor([...Array(t).keys()].map((i) => i / 2));`, "[t]"],
  ["unstack along a negative axis", `const y = stack(unstack(x, -2).map((step) => step.sum(1)), 1);`, "[b, t]"],
  ["the rows of a tensor", `let y = zeros([t, 8]); for (const row of x) y = row;`, "[t, 8]"],
  [
    "a list that a counted loop fills",
    `const all: Tensor[] = []; for (let i = 0; i < t; i++) all.push(at(i)); const y = stack(all, 1);`,
    "[b, t, 8]",
  ],
  [
    "one that begins with something, filled by two a round",
    `const all = [at(0)]; for (let i = 1; i < t; i++) { all.push(at(i)); all.push(at(i - 1)); } const y = stack(all, 1);`,
    "[b, 2*t - 1, 8]",
  ],
  [
    "the outputs of a recurrent cell",
    `const cell = new Linear(24, 16); const all: Tensor[] = []; let h = zeros([b, 16]);
for (const step of x.unstack(1)) { h = relu(cell.forward(concat([step, h], 1))); all.push(h); }
const y = stack(all, 1);`,
    "[b, t, 16]",
  ],
  [
    "as many as half of the steps",
    `const all: Tensor[] = []; for (let i = 0; i < Math.floor(t / 2); i++) all.push(at(i)); const y = stack(all, 1);`,
    "[b, floor(t/2), 8]",
  ],
  ["a number", `let n = 3; for (const step of x.unstack(1)) n += 2; const y = zeros([n]);`, "[2*t + 3]"],
  [
    "a dimension that grows by one each step",
    `let y = at(0).expandDims(1); for (let i = 1; i <= t; i++) y = concat([y, at(0).expandDims(1)], 1);`,
    "[b, t + 1, 8]",
  ],
];

const open: readonly (readonly [what: string, loop: string])[] = [
  ["a loop that may break", `for (let i = 0; i < t; i++) { if (Math.random() < 0.1) break; all.push(at(i)); }`],
  [
    "a round that may go on early",
    `for (let i = 0; i < t; i++) { if (Math.random() < 0.1) continue; all.push(at(i)); }`,
  ],
  ["every second round", `for (let i = 0; i < t; i++) if (i % 2 === 0) all.push(at(i));`],
  ["steps of two", `for (let i = 0; i < t; i += 2) all.push(at(i));`],
  ["a body that moves the counter", `for (let i = 0; i < t; i++) { i++; all.push(at(0)); }`],
  ["a limit that does something", `const left = [t, t]; for (let i = 0; i < left.pop()!; i++) all.push(at(0));`],
  ["a limit that moves", `let n = t; for (let i = 0; i < n; i++) { n -= 1; all.push(at(0)); }`],
  [
    "a first round that is another",
    `for (let i = 0; i < t; i++) { if (all.length === 0) all.push(at(0)); all.push(at(i)); }`,
  ],
  [
    "rounds that add more and more",
    `let k = t; for (let i = 0; i < t; i++) { k += i; for (let j = 0; j < k; j++) all.push(at(j)); }`,
  ],
];

const header = `import { concat, Linear, relu, stack, tensor, type Tensor, unstack, zeros } from "@shapelens/engine";
export function f(x: Tensor<"b t 8">) {
const [b, t] = x.shape;
const at = (i: number) => x.slice(null, i);
`;

describe("What comes of", () => {
  for (const [what, code, shape] of certain) {
    it(what, () => {
      assert.equal(shapeOf(check(`${header}${code}\nconst end = y;\n}`), "end"), shape);
    });
  }

  for (const [what, loop] of open) {
    it(`${what} is open`, () => {
      const code = `const all: Tensor[] = [at(0)]; ${loop}\nconst end = stack(all, 1);`;
      assert.equal(shapeOf(check(`${header}${code}\n}`), "end"), "[b, ?, 8]");
    });
  }
});
