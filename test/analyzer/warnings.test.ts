// Code that runs and is almost surely wrong: what is said, and what looks alike and is meant.

import assert from "node:assert/strict";
import { check } from "./check";

const head =
  'import { Conv2d, Embedding, Linear, Module, Tensor, argmax, arange, assertShape, batches, crossEntropy, linspace, maxPool2d, mse, ones, randint, randn, sigmoid, softmax, square, sub, tensor, where, zeros } from "@shapelens/engine";\n';

interface Cases {
  /** Programs with a mistake, with carets. */
  readonly wrong: Readonly<Record<string, string>>;
  /** Programs without one. */
  readonly meant: Readonly<Record<string, string>>;
}

const warnings: Readonly<Record<string, Cases>> = {
  "outer-broadcast": {
    wrong: {
      "a prediction with an axis too many": `
const loss = new Linear(8, 1).forward(randn([64, 8])).sub(randn([64])).square().mean();
//                                                        ^^^^^^^^^^^ warning outer-broadcast`,
      "a loss of one's own, whoever calls it": `
const squared = (prediction: Tensor, target: Tensor) => prediction.sub(target).square().mean();
//                                                                     ^^^^^^ warning outer-broadcast
squared(zeros([32, 1]), zeros([32]));`,
      "the error of a product with one column": `
const w = randn([2, 1]);
const p = sigmoid(tensor([[0, 0], [0, 1], [1, 0], [1, 1]]).matmul(w).add(zeros([1])));
const y = tensor([0, 1, 1, 0]);
const error = y.sub(p);
//                  ^ warning outer-broadcast`,
      "an accuracy": `
const hits = sigmoid(new Linear(8, 1).forward(randn([64, 8]))).greater(0.5).equal(randint(0, 2, [64]));
//                                                                                ^^^^^^^^^^^^^^^^^^^ warning outer-broadcast`,
      "written data in a loss": `
const loss = square(sub(tensor([1, 2, 3]), tensor([[1], [2], [3]]))).mean();
//                                         ^^^^^^^^^^^^^^^^^^^^^^^ warning outer-broadcast`,
    },
    meant: {
      "an axis that was added": "const a = randn([32]); a.expandDims(1).sub(a).square().mean();",
      "an axis from a slice with null": "const a = randn([32]); a.reshape([32, 1]).sub(a).abs().mean();",
      "an axis that a mean kept": "const a = randn([32, 32]); a.sub(a.mean(1, { keepDims: true })).square().mean();",
      "a mean of rows that was kept, beside a row":
        "const a = randn([32, 8]); a.mean(1, { keepDims: true }).sub(a.mean(1)).square().mean();",
      "a table of products": "tensor([[1], [2], [3]]).mul(tensor([1, 2, 3])); ones([5, 1]).mul(arange(5));",
      "a grid": "zeros([9, 1]).add(linspace(0, 1, 9));",
      "all scores of nodes with nodes":
        "const h = randn([9, 4]); const f = new Linear(4, 1).forward(h); f.add(new Linear(4, 1).forward(h).squeeze(1));",
      "lengths that differ": "new Linear(4, 1).forward(randn([9, 4])).add(randn([3]));",
      "one row": "new Linear(4, 1).forward(randn([1, 4])).sub(randn([1])).square().mean();",
      "a loss of equal shapes": "new Linear(4, 1).forward(randn([9, 4])).sub(randn([9, 1])).square().mean();",
      "a squeezed prediction": "new Linear(4, 1).forward(randn([9, 4])).squeeze(1).sub(randn([9])).square().mean();",
      "a bias of one number": "randn([9, 4]).matmul(randn([4, 1])).add(randn([1]));",
    },
  },
  "one-size": {
    wrong: {
      "a residual sum around a convolution without padding": `
class Block extends Module {
  conv = new Conv2d(16, 16, 3);
  forward(x: Tensor) { return x.add(this.conv.forward(x)); }
  //                                ^^^^^^^^^^^^^^^^^^^^ warning one-size
}`,
      "two branches with different kernels": `
const [narrow, wide] = [new Conv2d(3, 8, 3), new Conv2d(3, 8, 5)];
export const branches = (x: Tensor) => narrow.forward(x).add(wide.forward(x));
//                                                           ^^^^^^^^^^^^^^^ warning one-size`,
      "a skip past a stride": `
const conv = new Conv2d(8, 8, 3, { stride: 2, padding: 1 });
export const skip = (x: Tensor) => x.add(conv.forward(x));
//                                       ^^^^^^^^^^^^^^^ warning one-size`,
      "a skip past a pooling": `
export const skip = (x: Tensor<"n c h w">) => x.mul(maxPool2d(x, 2));
//                                                  ^^^^^^^^^^^^^^^ warning one-size`,
      "steps without the last beside all": `
export const step = (x: Tensor<"n t d">) => where(x.greater(0), x.slice(null, [0, -1]), x.slice(null, [1]));
//                                                              ^^^^^^^^^^^^^^^^^^^^^^ warning one-size`,
      "a weight of twice the width": `
export const scale = (x: Tensor<"n d">, w: Tensor<"2*d">) => x.mul(w);
//                                                                 ^ warning one-size`,
    },
    meant: {
      "differences of steps":
        "export const step = (x: Tensor<'n t d'>) => x.slice(null, [1]).sub(x.slice(null, [0, -1]));",
      "a skip that is cropped":
        "const c = new Conv2d(8, 8, 3); export const skip = (x: Tensor<'n 8 h w'>) => x.slice(null, null, [1, -1], [1, -1]).add(c.forward(x));",
      "a shortcut with the same stride":
        "const c = new Conv2d(8, 8, 3, { stride: 2, padding: 1 }), s = new Conv2d(8, 8, 1, { stride: 2 }); export const skip = (x: Tensor) => c.forward(x).add(s.forward(x));",
      "a stride that nobody knows": `
class Block extends Module {
  conv: Conv2d;
  constructor(width: number, readonly stride: number) { super(); this.conv = new Conv2d(width, width, 3, { stride, padding: 1 }); }
  forward(x: Tensor) { const y = this.conv.forward(x); return this.stride === 1 ? y.add(x) : y; }
}`,
      "a size that a guard makes equal":
        "const c = new Conv2d(8, 8, 3); export const skip = (x: Tensor) => { const y = c.forward(x); return y.shape[2] === x.shape[2] ? x.add(y) : y; };",
      "lengths of parameters that may be equal":
        "export const sum = (n: number, m: number) => zeros([4, n + 2]).add(zeros([4, m]));",
      "lengths that nobody knows": "const n = Number(process.env.N); zeros([4, n]).add(zeros([4, n + 2]));",
      "a mask with an axis of 1":
        "export const mask = (x: Tensor<'n t d'>, m: Tensor<'n t'>) => x.mul(m.expandDims(2));",
      "a size of 1 that is computed":
        "export const sum = (x: Tensor<'n d'>) => x.add(zeros([x.shape[1]! - x.shape[1]! + 1]));",
    },
  },
  "single-element": {
    wrong: {
      "softmax of one output": `
const p = softmax(new Linear(8, 1).forward(randn([64, 8])));
//                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning single-element`,
      "argmax of one output": `
const c = new Linear(8, 1).forward(randn([64, 8])).argmax(-1);
//        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning single-element`,
      "cross entropy of one class": `
const l = crossEntropy(new Linear(8, 1).forward(randn([64, 8])), randint(0, 1, [64]));
//                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning single-element`,
      "softmax over one channel": `
const mask = softmax(new Conv2d(16, 1, 1).forward(randn([2, 16, 32, 32])), 1);
//                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning single-element`,
      "in a function nobody calls": `
export function attend(x: Tensor) {
  return softmax(new Linear(16, 1).forward(x));
  //             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning single-element
}`,
    },
    meant: {
      "the scores of a sequence of one token":
        "const q = new Linear(8, 8).forward(randn([1, 1, 8])); softmax(q.matmul(q.transpose([0, 2, 1])), -1);",
      "weights over time": "softmax(new Linear(16, 1).forward(randn([4, 9, 16])), 1);",
      "rows of a map of one channel": "softmax(new Conv2d(16, 1, 1).forward(randn([2, 16, 8, 8])).flatten(1), 1);",
      "a batch of one": "softmax(new Linear(16, 3).forward(randn([1, 16])), 1); argmax(randn([1, 3]), 1);",
      "a size that a constant gives": "const T = 1; softmax(zeros([T, T]), 1);",
      "the largest of all": "argmax(new Linear(8, 1).forward(randn([64, 8])));",
      "the largest of each column": "argmax(new Linear(8, 1).forward(randn([64, 8])), 0);",
    },
  },
  "scalar-target": {
    wrong: {
      "a loss of a loss": `
const loss = mse(randn([4]).mean(), mse(randn([4]), zeros([4])));
//                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning scalar-target`,
    },
    meant: {
      "means that are compared": "mse(randn([4]).mean(), randn([4]).mean());",
      "one value": "mse(randn([4]).sum(), tensor(3));",
      "losses that are added": "mse(randn([4]), zeros([4])).add(mse(randn([4]), ones([4])));",
    },
  },
  "squeeze-batch": {
    wrong: {
      "the last smaller batch": `
const model = new Linear(8, 1);
for (const [x, y] of batches(randn([65, 8]), randn([65]), 32)) {
  const p = model.forward(x).squeeze();
  //        ^^^^^^^^^^^^^^^^ warning squeeze-batch
}`,
      "a batch of any size": `
export class Net extends Module {
  fc = new Linear(3, 1);
  override forward(x: Tensor<"batch 3">) {
    return this.fc.forward(x).squeeze();
    //     ^^^^^^^^^^^^^^^^^^ hint squeeze-batch
  }
}`,
    },
    meant: {
      "a named axis":
        "for (const [x] of batches(randn([65, 8]), randn([65]), 32)) new Linear(8, 1).forward(x).squeeze(1);",
      "batches of one size":
        "for (const [x, y] of batches(randn([64, 8]), randn([64]), 32)) mse(new Linear(8, 1).forward(x).squeeze(), y);",
      "a last batch of two":
        "for (const [x, y] of batches(randn([66, 8]), randn([66]), 32)) mse(new Linear(8, 1).forward(x).squeeze(), y);",
      "one image": "randn([1, 28, 28]).squeeze(); randn([8, 28, 28]).slice([0, 1]).squeeze();",
      "nothing to drop": 'export const f = (x: Tensor<"batch 3">) => x.squeeze();',
    },
  },
  "batch-reshape": {
    wrong: {
      "a width that a sample does not have": `
const x = randn([10, 8, 8, 64]);
const rows = x.reshape([-1, 1024]);
//           ^ warning batch-reshape`,
      "a width for which rows mix samples": `
const x = randn([10, 6, 7]);
const rows = x.reshape([-1, 12]);
//           ^ warning batch-reshape`,
      "of a batch of any size": `
export function f(x: Tensor<"batch 8 8 64">) { return x.reshape([-1, 1024]); }
//                                                    ^ warning batch-reshape`,
    },
    meant: {
      "one row for each sample": "randn([10, 3, 8, 8]).reshape([-1, 192]);",
      "one row for each token": "randn([10, 7, 64]).reshape([-1, 64]); randn([2, 3, 4, 5]).reshape([-1, 20]);",
      "one row for each head": "randn([10, 7, 64]).reshape([-1, 16]);",
      "two frames in a row": "randn([10, 8, 64]).reshape([-1, 128]);",
      "text in blocks": "randn([4, 1000]).reshape([-1, 160]);",
      "a length in place of -1": "randn([10, 8, 8, 64]).reshape([40, 1024]);",
      patches: "randn([2, 3, 4, 8, 4, 8]).transpose([0, 2, 4, 1, 3, 5]).reshape([-1, 192]);",
    },
  },
  "id-range": {
    wrong: {
      "a vocabulary larger than the table": `
const words = new Embedding(1000, 8).forward(randint(0, 5000, [8, 20]));
//                                           ^^^^^^^^^^^^^^^^^^^^^^^^^ warning id-range`,
      "class ids that count from 1, in batches": `
for (const [x, y] of batches(randn([64, 8]), randint(1, 11, [64]), 32)) crossEntropy(new Linear(8, 10).forward(x), y);
//                                                                                                                 ^ warning id-range`,
      "a padding that is one more": `
const ids = randint(0, 10, [4, 6]).reshape([24]).slice([0, 12]).add(1);
const rows = randn([10, 3]).take(ids);
//                               ^^^ warning id-range`,
    },
    meant: {
      "ids below the length":
        "new Embedding(10, 8).forward(randint(0, 10, [4])); randn([9, 3]).take(randint(-9, 9, [4]));",
      "a sum that fits": "new Embedding(10, 8).forward(randint(0, 5, [4]).add(5));",
      "numbers of unknown range": "new Embedding(10, 8).forward(randint(0, Number(process.env.N), [4]));",
      "a remainder": "new Embedding(10, 8).forward(randint(0, 50, [4]).mod(10));",
      "numbers that the program changes":
        "const ids = tensor([1, 90], { dtype: 'int32' }); ids.data[1] = 2; new Embedding(10, 8).forward(ids);",
      "numbers from a list that grows":
        "const list: number[] = []; for (const n of process.argv) list.push(n.length); new Embedding(10, 8).forward(tensor(list));",
      "a part of what is counted":
        "new Embedding(10, 8).forward(arange(20).slice([0, 10])); new Embedding(10, 8).forward(arange(10));",
      "places that a guard allows":
        "const table = new Embedding(64, 8); export const place = (t: number) => { if (t > 64) throw new Error('long'); return table.forward(arange(t)); };",
    },
  },
  "swapped-names": {
    wrong: {
      "time and batch": `
function attend(x: Tensor<"time batch width">) { return x; }
const x: Tensor<"batch time width"> = randn([32, 20, 64]);
attend(x);
//     ^ warning swapped-names`,
      "width and height": `
const image = assertShape(randn([28, 32]), "height width");
assertShape(image, "width height");
//          ^^^^^ warning swapped-names`,
    },
    meant: {
      "names of one letter":
        'function f(x: Tensor<"m n">) { return x; } function g(x: Tensor<"n m">) { return f(x); } g(randn([3, 4]));',
      "one order": 'assertShape(assertShape(randn([3, 4]), "batch time"), "batch time");',
      "other names": 'assertShape(assertShape(randn([3, 4]), "batch time"), "rows columns");',
      "a transposed tensor": 'assertShape(assertShape(randn([3, 4]), "batch time").T, "time batch");',
    },
  },
};

for (const [code, { wrong, meant }] of Object.entries(warnings)) {
  describe(`${code} warns`, () => {
    for (const [name, text] of Object.entries(wrong)) it(`of ${name}`, () => void check(head + text));
  });
  describe(`${code} says nothing`, () => {
    for (const [name, text] of Object.entries(meant)) it(`of ${name}`, () => void check(head + text));
  });
}

describe("a loss that fails because of an earlier reshape", () => {
  it("names the reshape", () => {
    const { problems } = check(`${head}
const x = randn([10, 8, 8, 64]);
const rows = x.reshape([-1, 1024]);
//           ^ warning batch-reshape
const loss = crossEntropy(new Linear(1024, 10).forward(rows), randint(0, 10, [10]));
//                                                            ^^^^^^^^^^^^^^^^^^^^ loss-target
`);
    const { message, related } = problems[1]!;
    assert.match(message, /x\.reshape\(\[-1, 1024\]\) made 40 rows of 10 samples \(line 4\)\n {2}Fix: .*flatten\(1\)/);
    assert.ok(related.some((each) => each.message === "x.reshape([-1, 1024]) made 40 rows of 10 samples"));
  });
});
