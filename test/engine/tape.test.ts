// The tape under strain: shared operands, deep graphs, several sweeps, what may not be differentiated.

import assert from "node:assert/strict";
import {
  add,
  checkGradients,
  concat,
  defineOp,
  exp,
  grad,
  mul,
  relu,
  square,
  sum,
  type Tensor,
  tensor,
} from "@shapelens/engine";
import { refuses } from "./support";

const leaf = (values: number[]): Tensor => tensor(values, { dtype: "float64", requiresGrad: true });

describe("the tape", () => {
  it("adds up what reaches a tensor on several ways", () => {
    const x = leaf([1.5, -2]);
    const y = square(x);
    sum(add(mul(y, x), mul(y, y))).backward();
    const slope = (v: number): number => 3 * v ** 2 + 4 * v ** 3;
    assert.deepEqual(Array.from(x.grad!.data), [slope(1.5), slope(-2)]);
  });

  it("visits a ladder of 60 diamonds once each, not 2⁶⁰ times", () => {
    const x = leaf([1]);
    let y: Tensor = x;
    for (let i = 0; i < 60; i++) y = mul(add(y, y), 0.5);
    sum(y).backward();
    assert.deepEqual(x.grad!.toArray(), [1]);
  });

  it("goes back through 10,000 ops without a deep call stack", () => {
    const x = leaf([3]);
    let y: Tensor = x;
    for (let i = 0; i < 10_000; i++) y = add(y, x);
    sum(y).backward();
    assert.deepEqual(x.grad!.toArray(), [10_001]);
  });

  it("visits each result once, after all that was computed from it, in whatever order they are used", () => {
    let visits = 0;
    const counted = defineOp({
      name: "counted",
      doc: "2x that counts how often its gradient is asked for.",
      shape: ([x]) => ({ dims: x!.dims, dtype: x!.dtype }),
      forward: ([x]) => x!.data.map((value) => 2 * value),
      backward: ({ grad }) => {
        visits++;
        return [mul(grad, 2)];
      },
    });
    const x = leaf([1]);
    const trunk = counted(x);
    const branches = Array.from({ length: 100 }, () => counted(trunk));
    const order = [...branches.keys()].map((i) => (i * 37) % 100);
    sum(concat([...order.map((i) => branches[i]!), trunk, ...branches])).backward();
    assert.equal(visits, 101);
    assert.deepEqual(x.grad!.toArray(), [2 * (2 * 200 + 1)]);
  });

  it("lets a gradient sweep over a graph of its own, from the very tensors that are being swept", () => {
    const cube = defineOp({
      name: "cube",
      doc: "x³, whose gradient is found by differentiating x · x · x.",
      shape: ([x]) => ({ dims: x!.dims, dtype: x!.dtype }),
      forward: ([x]) => x!.data.map((value) => value ** 3),
      backward: ({ grad: after, inputs: [x] }) => [mul(after, grad((t) => sum(mul(mul(t, t), t)))(x!))],
    });
    const x = leaf([2, 3]);
    sum(add(cube(x), square(x))).backward();
    assert.deepEqual(x.grad!.toArray(), [12 + 4, 27 + 6]);
  });

  it("adds a second sweep over the same graph to the first", () => {
    const x = leaf([2, 3]);
    const loss = sum(square(x));
    loss.backward();
    const first = x.grad!;
    loss.backward();
    assert.deepEqual(x.grad!.toArray(), [8, 12]);
    assert.deepEqual(first.toArray(), [4, 6], "a gradient that was handed out is not written to");
  });

  it("gives leaves that share a gradient arrays of their own", () => {
    const [a, b] = [leaf([1, 2]), leaf([3, 4])];
    sum(add(a, b)).backward();
    sum(square(a)).backward();
    assert.deepEqual(
      [a.grad!.toArray(), b.grad!.toArray()],
      [
        [3, 5],
        [1, 1],
      ],
    );
  });

  it("has relu′(0) = 0, at −0 too", () => {
    const x = leaf([0, -0, 1e-300]);
    sum(relu(x)).backward();
    assert.deepEqual(Array.from(x.grad!.data), [0, 0, 1]);
  });

  it("does not differentiate by whole numbers", () => {
    assert.throws(() => tensor([1, 2], { dtype: "int32", requiresGrad: true }), TypeError);
    assert.throws(() => tensor([true], { requiresGrad: true }), TypeError);
  });

  it("refuses a gradient whose shape is not its input's", () => {
    const wrong = defineOp({
      name: "wrongShape",
      doc: "eˣ with a gradient that is summed up.",
      shape: ([x]) => ({ dims: x!.dims, dtype: x!.dtype }),
      forward: ([x]) => x!.data.map(Math.exp),
      backward: ({ grad }) => [sum(grad)],
    });
    refuses(() => sum(wrong(leaf([1, 2]))).backward(), {
      code: "broadcast",
      message: "its gradient has shape [] for an input of shape [2]; they must be equal.",
    });
  });

  it("is not fooled by a gradient of the right size and sign that is 1 % too large", () => {
    const off = defineOp({
      name: "onePercentOff",
      doc: "eˣ with a gradient that is 1 % too large.",
      shape: ([x]) => ({ dims: x!.dims, dtype: x!.dtype }),
      forward: ([x]) => x!.data.map(Math.exp),
      backward: ({ grad, output }) => [mul(mul(grad, output), 1.01)],
    });
    assert.equal(checkGradients((x) => off(x), [leaf([0.3, -1])]).ok, false);
    assert.equal(checkGradients((x) => exp(x), [leaf([0.3, -1])]).ok, true);
  });
});
