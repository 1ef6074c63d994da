// Programs that run: nothing may be said about them.

import { check } from "./check";

const head =
  'import { Linear, Module, Tensor, concat, conv2d, crossEntropy, matmul, randn, relu, softmax, zeros } from "@shapelens/engine";\n';

/** `n` counts as 3 at first; were it still 3 at the end, the product would not fit. */
const counted = (change: string): string =>
  `let n = 3; ${change} zeros([5, 4]).matmul(zeros([n, 2]));`.replaceAll("declared", "unknownThing");

const groups: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "code nobody can see": {
    "may call a callback": counted("declared.forEach(() => { n += 1; });"),
    "may call a named function": counted("function grow() { n += 1; } declared(grow);"),
    "may call a method of an object": counted("declared({ grow() { n += 1; } });"),
    "may call a callback of a callback": counted("declared(() => declared(() => { n += 1; }));"),
    "may call a callback kept by a property": counted("declared.onclick = () => { n = 4; };"),
    "may call a timer": counted("setTimeout(() => { n = 4; }, 10);"),
    "may call a timer again and again": counted("const tick = () => { n++; setTimeout(tick, 10); }; tick();"),
    "may export a model":
      'import { exportOnnx } from "@shapelens/engine/onnx"; const model = new Linear(3, 2); ' +
      'exportOnnx(model, { x: "batch 3" }); model.forward(zeros([5, 3])).matmul(zeros([2, 4]));',
    "may be given as many arguments as it likes":
      "const list = [3]; list.push(...unknownThing); zeros([5, 4]).matmul(zeros([list.at(-1)!, 2]));",
    "may be spread into a function of the program": counted("function set(m: number) { n = m; } set(...unknownThing);"),
    "may be spread into a constructor": counted(
      "class A { constructor(m: number) { n = m; } } new A(...unknownThing);",
    ),
  },
  "a throw": {
    "that is expected keeps what came before it":
      'import assert from "node:assert/strict"; ' +
      counted("assert.throws(() => { n = 4; matmul(zeros([5, 3]), zeros([7, 1])); n = 9; });"),
    "that is caught may come anywhere": counted("try { n = 4; unknownThing(); } catch { console.log(n); }"),
    "that is caught leaves what was before":
      "let w = zeros([4, 2]); try { unknownThing(); w = zeros([3, 2]); unknownThing(); } catch { zeros([5, 4]).matmul(w); zeros([5, 3]).matmul(w); }",
  },
  "a class": {
    "may use a parameter property in a field, whatever the target":
      "class A { w = zeros([this.n ?? 4, 2]); constructor(readonly n: number) {} } zeros([5, 4]).matmul(new A(3).w);",
    "may use a parameter property in a field after super":
      "class P {} class A extends P { w = zeros([this.n ?? 4, 2]); constructor(readonly n: number) { super(); } } zeros([5, 4]).matmul(new A(3).w);",
    "sets its parameter properties":
      "class A { constructor(readonly n: number) {} } zeros([5, 4]).matmul(zeros([new A(4).n, 2]));",
    "sets its parameter properties after super":
      "class P {} class A extends P { constructor(readonly n: number) { super(); } } zeros([5, 4]).matmul(zeros([new A(4).n, 2]));",
  },
  "a function nobody calls": {
    "may need tensors of different ranks":
      "export function f(x: Tensor, scale: Tensor, shift: Tensor) { const h = x.matmul(zeros([784, 10])); return h.mul(scale).add(shift).add(x.mul(scale).mul(shift).sum()); }",
    "may need scalars and a matrix":
      "export function f(x: Tensor, a: Tensor, b: Tensor) { return x.mul(a).add(b).matmul(zeros([784, 10])).mul(a).add(b); }",
    "may need a vector, a matrix and a cube":
      "export function f(v: Tensor, m: Tensor, c: Tensor) { const h = v.matmul(zeros([784, 10])).expandDims(1).matmul(zeros([1, 5])); const [rows, columns] = m.shape; const [a, b, d] = c.shape; return h.sum().add(m.reshape([columns!, rows!]).sum()).add(c.reshape([d!, a!, b!]).sum()); }",
    "may be attention with a mask":
      "export function attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) { const scores = softmax(q.matmul(k.transpose([0, 1, 3, 2])).add(mask.reshape([mask.shape[0]!, 1, 1, mask.shape[1]!])), -1); return scores.matmul(v); }",
    "may be attention with a mask that may be missing":
      "export function attend(q: Tensor, k: Tensor, v: Tensor, mask?: Tensor) { let s = q.matmul(k.transpose([0, 2, 1])); if (mask) s = s.add(mask); return softmax(s, -1).matmul(v); }",
    "may be a convolution and a bias":
      "export function f(x: Tensor, w: Tensor, b: Tensor) { return relu(conv2d(x, w, { padding: 1 })).add(b.reshape([1, -1, 1, 1])); }",
    "may train on class numbers":
      "export class Net extends Module { a = new Linear(784, 64); b = new Linear(64, 10); override forward(x: Tensor) { return this.b.forward(relu(this.a.forward(x))); } loss(x: Tensor, y: Tensor) { return crossEntropy(this.forward(x), y); } }",
    "may take a callback":
      "export function f(x: Tensor, act: (x: Tensor) => Tensor) { return act(x.matmul(zeros([3, 4]))).matmul(zeros([7, 2])); }",
    "may take tensors in an object":
      "export function f({ x, scale }: { x: Tensor; scale: Tensor }) { return x.matmul(zeros([784, 10])).mul(scale).sum().add(x.mul(scale).sum()); }",
    "may take tensors in a list":
      "export function f(xs: Tensor[]) { return concat(xs, 1).matmul(xs[0]!).matmul(zeros([3, 4])); }",
    "may use what another function sets":
      "let w = zeros([3, 2]); export function init(n: number) { w = zeros([n, 2]); } export function f() { return zeros([5, 4]).matmul(w); }",
    "may use what another method sets":
      "export class A { w = zeros([3, 2]); resize(n: number) { this.w = zeros([n, 2]); } f() { return zeros([5, 4]).matmul(this.w); } }",
  },
  "a loop": {
    "may change something in a late round": counted("for (let i = 0; i < 10; i++) { if (i === 8) n = 4; }"),
    "may set a thing in its first round and another in its last": counted(
      "for (let i = 0; i < 10; i++) { if (i === 0) n = 7; if (i === 9) n = 4; }",
    ),
    "may come to its point late": counted("for (let i = 0; i < 50; i++) { if (i < 40) continue; n = 4; break; }"),
    "may change something that nobody can bound": counted("while (unknownThing()) n += unknownThing();"),
    "may grow a list":
      "const sizes: number[] = []; for (let i = 0; i < 40; i++) { if (i % 10 === 0) sizes.push(i); } zeros([5, sizes.length]).matmul(zeros([4, 2]));",
  },
};

for (const [group, programs] of Object.entries(groups)) {
  describe(`silence: ${group}`, () => {
    for (const [name, text] of Object.entries(programs)) it(name, () => void check(head + text));
  });
}
