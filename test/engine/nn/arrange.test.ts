// Sorting, and tensors repeated, turned around and cut along a diagonal.

import assert from "node:assert/strict";
import { argsort, ones, roll, sort, sum, Tensor, tensor, tile, topk, tril, triu } from "@shapelens/engine";
import { formatShape, symbol } from "@shapelens/engine/tooling";
import { refuses } from "../support";

describe("sort, argsort and topk", () => {
  const x = tensor([
    [3, 1, 2],
    [0, 5, 5],
  ]);

  it("order elements along an axis", () => {
    assert.deepEqual(sort(x).toArray(), [
      [1, 2, 3],
      [0, 5, 5],
    ]);
    assert.deepEqual(sort(x, 0).toArray(), [
      [0, 1, 2],
      [3, 5, 5],
    ]);
    assert.deepEqual(argsort(x).toArray(), [
      [1, 2, 0],
      [0, 1, 2],
    ]);
    assert.deepEqual(sort(tensor([NaN, 1, -Infinity])).toArray(), [-Infinity, 1, NaN]);
  });

  it("find the largest, the first of equals first", () => {
    const { values, indices } = topk(x, 2);
    assert.deepEqual(values.toArray(), [
      [3, 2],
      [5, 5],
    ]);
    assert.deepEqual(indices.toArray(), [
      [0, 2],
      [1, 2],
    ]);
    assert.deepEqual(x.topk(1, 0).values.toArray(), [[3, 5, 5]]);
    assert.equal(indices.dtype, "int32");
  });

  it("send gradients back to where the elements were", () => {
    const leaf = tensor([3, 1, 2], { requiresGrad: true });
    sum(topk(leaf, 2).values.mul(tensor([10, 1]))).backward();
    assert.deepEqual(leaf.grad!.toArray(), [10, 0, 1]);
  });

  it("refuse more than there are", () => {
    refuses(() => topk(x, 4), {
      code: "axis-range",
      message: "k is 4, and axis 1 of [2, 3] has length 3: expected at most 3.",
      fix: "use 3 for all of them.",
      numbers: [3, 4],
    });
  });

  it("take symbolic sizes", () => {
    const abstract = new Tensor([symbol("B"), 10], "float32");
    assert.equal(formatShape(topk(abstract, 3).values.dims), "[B, 3]");
    assert.equal(formatShape(sort(abstract).dims), "[B, 10]");
  });
});

describe("tile and roll", () => {
  it("repeat the whole", () => {
    assert.deepEqual(tile(tensor([[1, 2]]), [2, 2]).toArray(), [
      [1, 2, 1, 2],
      [1, 2, 1, 2],
    ]);
    assert.deepEqual(tile(tensor([1, 2]), [2, 1]).toArray(), [
      [1, 2],
      [1, 2],
    ]);
    assert.deepEqual(tile(tensor([[1], [2]]), 2).toArray(), [
      [1, 1],
      [2, 2],
    ]);
  });

  it("turn around", () => {
    assert.deepEqual(roll(tensor([1, 2, 3, 4]), 1).toArray(), [4, 1, 2, 3]);
    assert.deepEqual(roll(tensor([1, 2, 3, 4]), -6).toArray(), [3, 4, 1, 2]);
    const x = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    assert.deepEqual(roll(x, 1, 0).toArray(), [
      [5, 6],
      [1, 2],
      [3, 4],
    ]);
    assert.deepEqual(roll(x, 1).toArray(), [
      [6, 1],
      [2, 3],
      [4, 5],
    ]);
  });
});

describe("tril and triu", () => {
  it("cut matrices along a diagonal", () => {
    const x = ones([2, 3]);
    assert.deepEqual(tril(x).toArray(), [
      [1, 0, 0],
      [1, 1, 0],
    ]);
    assert.deepEqual(triu(x, 1).toArray(), [
      [0, 1, 1],
      [0, 0, 1],
    ]);
    assert.deepEqual(tril(ones([2, 2, 2]), -1).toArray(), [
      [
        [0, 0],
        [1, 0],
      ],
      [
        [0, 0],
        [1, 0],
      ],
    ]);
  });

  it("refuse what is no matrix", () => {
    refuses(() => tril(tensor([1, 2])), {
      code: "rank",
      message: "expected a matrix, at least 2 axes, found [2].",
      likely: "[2]",
    });
  });
});
