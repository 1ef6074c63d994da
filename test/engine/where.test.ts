// Choosing by a condition, as a function and as a method.

import assert from "node:assert/strict";
import { tensor, where } from "@shapelens/engine";

describe("where", () => {
  const x = tensor([-1, 0, 2]);

  it("takes a where the condition holds and b elsewhere, broadcasting all three", () => {
    assert.deepEqual(where(x.greater(0), x, 9).toArray(), [9, 9, 2]);
    assert.deepEqual(where(tensor([[1], [0]]), x, 9).toArray(), [
      [-1, 0, 2],
      [9, 9, 9],
    ]);
  });

  it("is a method of the condition", () => {
    assert.deepEqual(x.greater(0).where(x, 9).toArray(), [9, 9, 2]);
  });

  it("is refused in PyTorch's order, which would mean something else", () => {
    assert.throws(() => x.where(x.greater(0), 9), /condition\.where\(a, b\) is called on a condition, which is bool/);
  });
});
