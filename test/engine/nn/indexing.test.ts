// Picking by position, against plain loops.

import assert from "node:assert/strict";
import { Embedding, embedding, gather, randn, scatterAdd, sum, take, Tensor, tensor, zeros } from "@shapelens/engine";
import { formatShape, symbol } from "@shapelens/engine/tooling";
import { close, refuses, refusesType, sampleSource } from "../support";

const { normal } = sampleSource(5);
const ids = (data: number[] | number[][]): Tensor => tensor(data, { dtype: "int32" });

describe("take", () => {
  it("picks slices along an axis", () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    assert.deepEqual(take(x, ids([1, 0, -1])).toArray(), [
      [4, 5, 6],
      [1, 2, 3],
      [4, 5, 6],
    ]);
    assert.deepEqual(take(x, ids([[0, 2]]), 1).toArray(), [[[1, 3]], [[4, 6]]]);
    assert.deepEqual(x.take(tensor(2, { dtype: "int32" }), -1).toArray(), [3, 6]);
    assert.deepEqual(take(x, ids([])).shape, [0, 3]);
  });

  it("keeps symbolic axes", () => {
    const x = new Tensor([symbol("N"), 8], "float32");
    assert.equal(formatShape(take(x, new Tensor([symbol("B"), 3], "int32")).dims), "[B, 3, 8]");
  });

  it("refuses positions that do not exist", () => {
    refuses(() => take(normal([3, 2]), ids([0, 3])), {
      code: "gather-index",
      message: "ids holds 3 (element 1), and axis 0 of x [3, 2] has 3 positions: expected whole numbers from -3 to 2.",
      fix: "positions count from 0: subtract 1, or make the axis one longer.",
      numbers: [3, 3],
    });
    refuses(() => take(normal([3, 2]), tensor([0.5])), {
      code: "gather-index",
      message:
        "ids holds 0.5 (element 0), and axis 0 of x [3, 2] has 3 positions: expected whole numbers from -3 to 2.",
    });
    refusesType(
      () => take(normal([3]), tensor([true])),
      "take: ids must be whole numbers, found bools. To choose by condition use where.",
    );
  });
});

describe("embedding", () => {
  it("looks rows up, and adds up the gradients of a row that is used twice", () => {
    const table = tensor(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      { requiresGrad: true },
    );
    const rows = embedding(ids([[2, 0, 2]]), table);
    assert.deepEqual(rows.toArray(), [
      [
        [5, 6],
        [1, 2],
        [5, 6],
      ],
    ]);
    sum(rows).backward();
    assert.deepEqual(table.grad!.toArray(), [
      [1, 1],
      [0, 0],
      [2, 2],
    ]);
  });

  it("refuses ids without a row and tables that are none", () => {
    refuses(() => new Embedding(10, 4).forward(ids([10])), {
      code: "gather-index",
      message:
        "ids holds 10 (element 0), and axis 0 of table [10, 4] has 10 positions: expected whole numbers from 0 to 9.",
      fix: "positions count from 0: subtract 1, or make the axis one longer.",
    });
    refuses(() => embedding(normal([10, 4]), ids([1])), {
      code: "rank",
      message: "table must be [count, dim], found [1]: 2 axes ≠ 1.",
      fix: "the ids come first: embedding(ids, table).",
    });
  });

  it("begins standard normal", () => {
    const { data } = new Embedding(100, 50).weight;
    const values = Array.from(data);
    assert.ok(Math.abs(values.reduce((a, b) => a + b, 0) / 5000) < 0.06);
    assert.ok(Math.abs(values.reduce((a, b) => a + b * b, 0) / 5000 - 1) < 0.1);
  });
});

describe("gather and scatterAdd", () => {
  it("pick and add at x[i, ids[i, j]]", () => {
    const x = normal([3, 4]);
    const places = ids([
      [3, 0],
      [1, 1],
      [2, 3],
    ]);
    const expected = [x.data[3]!, x.data[0]!, x.data[5]!, x.data[5]!, x.data[10]!, x.data[11]!];
    close(gather(x, places, 1).data, expected);
    const added = scatterAdd(
      zeros([3, 4]),
      places,
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      -1,
    );
    assert.deepEqual(added.toArray(), [
      [2, 0, 0, 1],
      [0, 7, 0, 0],
      [0, 0, 5, 6],
    ]);
  });

  it("refuse shapes that do not go together", () => {
    refuses(() => gather(normal([3, 4]), ids([0, 1, 2]), 1), {
      code: "rank",
      message: "x is [3, 4] and ids is [3]: expected as many axes, 2 ≠ 1.",
      fix: "add the axis with expandDims(ids, axis), or pick whole slices with take.",
      likely: "[3]",
    });
    refuses(() => gather(normal([1, 4]), ids([[0], [1]]), 1), {
      code: "gather-index",
      message: "x is [1, 4] and ids is [2, 1]: along axis 0 ids may have at most 1 positions, found 2.",
      axes: [0, 0],
      likely: "[2, 1]",
    });
    refuses(() => scatterAdd(normal([3, 4]), ids([[0], [1]]), randn([2, 2]), 1), {
      code: "gather-index",
      message: "ids is [2, 1] and src is [2, 2]: expected one shape, 1 ≠ 2.",
      likely: "[3, 4]",
    });
    refuses(() => gather(normal([3]), ids([-1]), 0), {
      code: "gather-index",
      message: "ids holds -1 (element 0), and axis 0 of x [3] has 3 positions: expected whole numbers from 0 to 2.",
    });
  });
});
