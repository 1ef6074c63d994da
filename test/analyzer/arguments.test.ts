// Arguments of the wrong kind, which the engine refuses with a TypeError or RangeError: said where they stand, and only
// where they are known for what they are.

import { check } from "./check";

const wrong: Readonly<Record<string, string>> = {
  "an option that there is not": `
const layer = new Linear(4, 2, { biases: false });
//                                       ^^^^^ error argument`,
  "a rate by another name": `
const optimizer = new SGD(new Linear(4, 2).parameters(), { lr: 0.1, momentums: 0.9 });
//                                                                             ^^^ error argument`,
  "a probability above 1": `
const drop = new Dropout(1.5);
//                       ^^^ error argument`,
  "an axis among the options": `
const p = softmax(randn([3, 4]), { axis: 1 });
//                               ^^^^^^^^^^^ error argument`,
  "tensors without brackets": `
const both = concat(randn([2, 2]), randn([2, 2]));
//                  ^^^^^^^^^^^^^ error argument`,
  "lengths without brackets": `
const x = randn(2, 3);
//                 ^ error argument`,
  "bools for ids": `
const rows = embedding(zeros([3], { dtype: "bool" }), randn([4, 4]));
//                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error argument`,
  "a condition that is none": `
const x = randn([2, 2]).where(randn([2, 2]), 0);
//        ^^^^^^^^^^^^^ error argument`,
  "a list for a tensor": `
const x = randn([3, 4]).add([1, 2, 3, 4]);
//                          ^^^^^^^^^^^^ error argument`,
  "a number type that there is not": `
const x = tensor([1, 2], { dtype: "float16" });
//                                ^^^^^^^^^ error argument`,
};

const meant: Readonly<Record<string, string>> = {
  "an option that nobody knows":
    "new Dropout(Number(process.env.P)); new Linear(4, 2, JSON.parse(process.env.OPTIONS));",
  "a mask that a caller may leave out":
    "export function f(x, mask = undefined) { return x.mul(mask).matmul(zeros([4, 2])); }",
  "a condition whose type nobody knows": "export function f(condition, x) { return condition.where(x, 0); }",
  "a model that is not known":
    "const model = await import(process.env.MODEL); new SGD(model.parameters(), { lr: 0.1 });",
  "a call that is expected to throw":
    'import assert from "node:assert"; assert.throws(() => new Dropout(1.5)); try { new Dropout(2); } catch { console.log("no"); }',
};

const head =
  'import { concat, Dropout, embedding, Linear, randn, SGD, softmax, tensor, zeros } from "@shapelens/engine";\n';

describe("An argument", () => {
  for (const [name, text] of Object.entries(wrong))
    it(`is refused: ${name}`, () => void check(head + text, "/main.js"));
  for (const [name, text] of Object.entries(meant))
    it(`is not refused: ${name}`, () => void check(head + text, "/main.js"));
  it("that a rank does not have says that the rank is another", () => {
    check(
      `import { arange, Embedding, type Tensor } from "@shapelens/engine";
const words = new Embedding(30000, 256), places = new Embedding(512, 128);
export function embed(ids: Tensor) {
  return words.forward(ids).add(places.forward(arange(ids.shape[1]!)));
//                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error broadcast
}`,
    );
  });
});
