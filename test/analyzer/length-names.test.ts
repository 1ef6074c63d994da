// Lengths nobody knows go by the names that the code has for them.

import assert from "node:assert/strict";
import { check } from "./check";

const head = 'import { Linear, Module, Tensor, relu, softmax } from "@shapelens/engine";\n';

/** Each function with what is shown of it: what it takes and gives. */
const functions: readonly (readonly [body: string, shown: string])[] = [
  ["(x: Tensor) { const [n, c, h, w] = x.shape; return relu(x); }", "[n, c, h, w] → [n, c, h, w]"],
  [
    "(x: Tensor) { const { shape: [n, c, h, w] } = x; return x.reshape([n!, c!, h! * w!]); }",
    "[n, c, h, w] → [n, c, h*w]",
  ],
  [
    "(x: Tensor) { const [n, time] = x.shape as [number, number, number]; return x.sum(-1); }",
    "[n, time, features] → [n, time]",
  ],
  [
    "(x: Tensor) { const rows = x.shape[0]!; const [, ...rest] = x.shape as [number, number]; return x.sum(1); }",
    "[rows, features] → [rows]",
  ],
  [
    "(x: Tensor) { const rows = x.shape.at(0)!; return (x.shape as [number, number]) && x.sum(1); }",
    "[rows, features] → [rows]",
  ],
  [
    "(x: Tensor) { const columns = x.shape[1]!, [] = x.shape as [number, number]; return x.T; }",
    "[batch, columns] → [columns, batch]",
  ],
  // A name of ours makes room.
  [
    "(x: Tensor, features: number) { const [] = x.shape as [number, number]; return x.sum(1); }",
    "[batch, x1] → [batch]",
  ],
  [
    "(q: Tensor, k: Tensor) { const [] = q.shape as [number, number]; const [batch, time] = k.shape as [number, number]; return k.T; }",
    "[q0, features], [batch, time] → [time, batch]",
  ],
  // The first name of a length stays, and one name is not given twice.
  ["(x: Tensor) { const [n, d] = x.shape as [number, number]; const rows = n; return x.sum(1); }", "[n, d] → [n]"],
  [
    "(x: Tensor) { const n = x.shape[0]; { const n = x.shape[1]; } return (x.shape as [number, number]) && x.T; }",
    "[n, features] → [features, n]",
  ],
  // Where a loop begins is no name.
  [
    "(x: Tensor) { let y = x; for (let i = x.shape[0]!; i > 0; i--) y = relu(y); for (const dim of x.shape as [number, number]) y = relu(y); return y; }",
    "[batch, features] → [batch, features]",
  ],
  // A function further in names what its caller has no name for; the batch stays what it is.
  ["(x: Tensor) { const [] = x.shape as [number, number, number]; return inner(x); }", "[batch, t, c] → [batch, c*t]"],
  ["(x: Tensor) { const [a, b] = x.shape as [number, number, number]; return inner(x); }", "[a, b, c] → [a, c*b]"],
  // What is computed has no name of its own.
  [
    "(x: Tensor) { const [n, d] = x.shape as [number, number]; const half = d / 2; return x.slice(null, [0, half]); }",
    "[n, d] → [n, d/2]",
  ],
];

describe("A length is called", () => {
  for (const [body, shown] of functions) {
    it(`${shown} in ${body}`, () => {
      const { models } = check(`${head}
const inner = (y: Tensor) => { const [n, t, c] = y.shape as [number, number, number]; return y.reshape([n, t * c]); };
export function f${body}
`);
      const [model] = models;
      const inputs = model!.inputs.map(({ shape }) => `[${shape.join(", ")}]`).join(", ");
      assert.equal(`${inputs} → ${model!.output}`, shown);
    });
  }

  it("so in hover, hint and signature", () => {
    const { shapes, signatures } = check(`${head}
export class Net extends Module {
  forward(x: Tensor) { const [batch, time, dim] = x.shape; const y = softmax(x); return y.reshape([batch!, time! * dim!]); }
}
`);
    assert.deepEqual(
      shapes.filter(({ name, kind }) => name === "y" && kind === "variable").map(({ shape }) => shape),
      ["[batch, time, dim]"],
    );
    assert.equal(signatures[0]!.text, "(x: [batch, time, dim]) → [batch, dim*time]");
  });
});
