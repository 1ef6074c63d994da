// Data sets and batches.

import {
  Adam,
  batches,
  type BatchOptions,
  circles,
  digits,
  Linear,
  moons,
  ReLU,
  seed,
  Sequential,
  ShapeError,
  spirals,
  tensor,
  Tensor,
  xor,
} from "@shapelens/engine";
import { type Dim, formatShape, symbol, withoutData } from "@shapelens/engine/tooling";
import assert from "node:assert/strict";

const rows = (n: number): Tensor =>
  tensor(
    Float32Array.from({ length: 2 * n }, (_, i) => Math.floor(i / 2)),
    { shape: [n, 2] },
  );
const ids = (n: number): Tensor => tensor(Int32Array.from({ length: n }, (_, i) => i));
const idsOf = (n: number, size: number, options?: BatchOptions): number[][] =>
  [...batches(rows(n), ids(n), size, options)].map(([, y]) => [...y.data]);

describe("batches", () => {
  it("cuts rows in order, the last batch smaller", () => {
    assert.deepEqual(idsOf(5, 2), [[0, 1], [2, 3], [4]]);
    assert.deepEqual(idsOf(4, 2), [
      [0, 1],
      [2, 3],
    ]);
    assert.deepEqual(idsOf(3, 8), [[0, 1, 2]]);
    assert.deepEqual(idsOf(0, 8), []);
    assert.deepEqual(idsOf(5, 2, { dropLast: true }), [
      [0, 1],
      [2, 3],
    ]);
    assert.deepEqual(idsOf(3, 8, { dropLast: true }), []);
    assert.equal(batches(rows(5), ids(5), 2).length, 3);
    assert.equal(batches(rows(5), ids(5), 2, { dropLast: true }).length, 2);
  });

  it("keeps x and y together, with their types", () => {
    for (const [x, y] of batches(rows(7), ids(7), 3, { shuffle: true })) {
      assert.deepEqual([x.dtype, y.dtype, x.shape[1]], ["float32", "int32", 2]);
      y.data.forEach((id, i) => assert.deepEqual([...x.data.slice(2 * i, 2 * i + 2)], [id, id]));
    }
  });

  it("shuffles anew for every loop, repeatably with a seed", () => {
    const of = (seedOf: number): number[][] => {
      const data = batches(rows(20), ids(20), 20, { shuffle: true, seed: seedOf });
      return [0, 1].map(() => [...[...data][0]![1].data]);
    };
    const [first, second] = of(5);
    assert.notDeepEqual(first, second);
    assert.deepEqual(
      [...first!].sort((a, b) => a - b),
      [...ids(20).data],
    );
    assert.deepEqual(of(5), [first, second]);
  });

  it("refuses rows that do not belong together", () => {
    assert.throws(
      () => batches(rows(5), ids(4), 2),
      (e) => e instanceof ShapeError && /x is \[5, 2\] and y is \[4\]: 5 ≠ 4 rows/.test(e.message) && e.blame === 1,
    );
    assert.throws(() => batches(rows(5), ids(5), 0), /batches: size is 0; expected a whole number ≥ 1/);
    assert.throws(() => batches(rows(5), tensor(3), 2), /y is a scalar; expected one row per sample/);
    assert.throws(() => batches(rows(5), [1] as never, 2), /batches: y must be a tensor/);
  });

  it("gives one batch of each size where only shapes are asked for", () => {
    const shapes = (n: Dim, size: number, dropLast = false): string[] =>
      withoutData(() => {
        const [x, y] = [new Tensor([n, 3], "float32"), new Tensor([n], "int32")];
        return [...batches(x, y, size, { dropLast })].map(([xb, yb]) => formatShape(xb.dims) + formatShape(yb.dims));
      });
    assert.deepEqual(shapes(1000, 64), ["[64, 3][64]", "[40, 3][40]"]);
    assert.deepEqual(shapes(1000, 64, true), ["[64, 3][64]"]);
    assert.deepEqual(shapes(128, 64), ["[64, 3][64]"]);
    assert.deepEqual(shapes(10, 64), ["[10, 3][10]"]);
    assert.deepEqual(shapes(symbol("n"), 64), ["[64, 3][64]"]);
  });
});

describe("data sets", () => {
  it("have the shapes, types and classes they promise", () => {
    for (const [{ x, y }, classes] of [
      [moons(10), 2],
      [circles(10), 2],
      [spirals(10), 3],
      [spirals(10, { classes: 5 }), 5],
    ] as const) {
      assert.deepEqual([x.shape, y.shape, x.dtype, y.dtype], [[10, 2], [10], "float32", "int32"]);
      assert.equal(new Set(y.data).size, classes);
    }
    assert.deepEqual(xor().x.toArray(), [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    assert.deepEqual(xor().y.toArray(), [[0], [1], [1], [0]]);
    assert.deepEqual(moons(0).x.shape, [0, 2]);
  });

  it("lie where their formulas say when there is no noise", () => {
    const each = (
      { x, y }: { x: Tensor; y: Tensor },
      distance: (u: number, v: number, label: number) => number,
    ): void =>
      y.data.forEach((label, i) => assert.ok(Math.abs(distance(x.data[2 * i]!, x.data[2 * i + 1]!, label)) < 1e-6));
    each(circles(40, { noise: 0 }), (u, v, label) => Math.hypot(u, v) - (label === 0 ? 1 : 0.5));
    each(moons(41, { noise: 0 }), (u, v, label) => (label === 0 ? Math.hypot(u, v) : Math.hypot(u - 1, v - 0.5)) - 1);
    each(spirals(60, { noise: 0 }), (u, v, label) => {
      const radius = Math.hypot(u, v);
      const angle = Math.atan2(u, v) - ((2 * Math.PI * label) / 3 + 4 * radius);
      return radius === 0 ? 0 : Math.sin(angle / 2);
    });
  });

  it("repeat with a seed, their own or the shared one", () => {
    assert.deepEqual(moons(20, { seed: 3 }).x.data, moons(20, { seed: 3 }).x.data);
    assert.notDeepEqual(moons(20, { seed: 3 }).x.data, moons(20, { seed: 4 }).x.data);
    seed(5);
    const first = digits(3).x.data;
    seed(5);
    assert.deepEqual(digits(3).x.data, first);
  });

  it("refuse what makes no data", () => {
    assert.throws(() => moons(2.5), /moons: n is 2\.5/);
    assert.throws(() => moons(10, { noise: -1 }), /moons: noise must not be negative, found -1/);
    assert.throws(() => spirals(10, { classes: 0 }), /spirals: classes is 0; expected a whole number ≥ 1/);
    assert.throws(() => digits(10, { size: -28 }), /digits: size is -28/);
  });

  it("have shapes without numbers where only shapes are asked for", () => {
    const n = symbol("n") as unknown as number;
    withoutData(() => {
      const { x, y } = digits(n, { size: n });
      assert.equal(formatShape(x.dims) + formatShape(y.dims), "[n, 1, n, n][n]");
      assert.equal(formatShape(spirals(n, { classes: n, noise: n }).x.dims), "[n, 2]");
      assert.deepEqual(xor().y.shape, [4, 1]);
    });
  });
});

describe("digits", () => {
  it("are grey images of all ten numerals", () => {
    const { x, y } = digits(50, { size: 20, seed: 0 });
    assert.deepEqual(x.shape, [50, 1, 20, 20]);
    assert.ok(x.data.every((value) => value >= 0 && value <= 1));
    for (let label = 0; label < 10; label++) assert.equal(y.data.filter((id) => id === label).length, 5);
  });

  it("can be told apart by a small network on digits it has not seen", function () {
    this.timeout(60_000);
    seed(11);
    const [train, test] = [digits(1000, { size: 14 }), digits(300, { size: 14 })];
    const model = new Sequential(new Linear(196, 32), new ReLU(), new Linear(32, 10));
    const optimizer = new Adam(model.parameters(), { lr: 0.01 });
    const onehot = train.y.oneHot(10);
    for (let epoch = 0; epoch < 15; epoch++) {
      for (const [x, y] of batches(train.x, onehot, 50, { shuffle: true })) {
        const error = model.forward(x.reshape([-1, 196])).sub(y);
        optimizer.zeroGrad();
        error.mul(error).mean().backward();
        optimizer.step();
      }
    }
    const guess = model.forward(test.x.reshape([-1, 196])).argmax(1).data;
    const right = guess.filter((id, i) => id === test.y.data[i]).length / 300;
    assert.ok(right > 0.9, String(right));
  });
});
