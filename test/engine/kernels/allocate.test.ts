// Arrays for the numbers of tensors: zeros, and each its own although small ones share a buffer.

import assert from "node:assert/strict";
import * as engine from "../../../engine/src/index";
import { allocate, allocateUnset, type DType } from "../../../engine/src/tensor/dtype";
import { randomNumbers } from "../support";

interface Report {
  readonly header: { readonly glibcVersionRuntime?: string };
}

type Tensor = engine.Tensor;

/** Runs while memory that is not cleared is full of NaN, and counts how often such was asked for. */
function withDirtyMemory<T>(run: () => T): { result: T; count: number } {
  const { allocUnsafeSlow } = Buffer;
  let count = 0;
  Buffer.allocUnsafeSlow = (bytes) => {
    count++;
    return allocUnsafeSlow(bytes).fill(0xff);
  };
  try {
    return { result: run(), count };
  } finally {
    Buffer.allocUnsafeSlow = allocUnsafeSlow;
  }
}

/** Two query matrices read each one of keys and values. */
function sharedAttention(q: Tensor, kv: Tensor): Tensor {
  return engine.scaledDotProductAttention(q, kv, kv);
}

/** Functions of x [100, 90] and images [3, 4, 30, 30] whose results, and some gradients, take memory that is not cleared. */
const ops: readonly [name: string, run: (x: Tensor, images: Tensor) => Tensor][] = [
  ["a function of one number", (x) => engine.square(x)],
  ["relu", (x) => engine.relu(x)],
  ["gelu", (x) => engine.gelu(x)],
  ["leakyRelu", (x) => engine.leakyRelu(x)],
  ["a function of two", (x) => x.add(x)],
  ["a row that is broadcast", (x) => x.mul(engine.slice(x, 0))],
  ["a column that is broadcast", (x) => engine.div(x, engine.expandDims(engine.sum(engine.square(x), 1), 1))],
  ["matmul", (x) => x.matmul(x.T)],
  ["matmul of a batch", (x) => x.reshape([10, 10, 90]).matmul(x.reshape([10, 90, 10]))],
  ["linear", (x) => engine.linear(x, x, engine.ones([100]))],
  ["softmax", (x) => engine.softmax(x)],
  ["logSoftmax", (x) => engine.logSoftmax(x, 0)],
  ["attention", (_, images) => engine.scaledDotProductAttention(images, images, images)],
  ["attention with shared keys", (_, images) => sharedAttention(images.reshape([3, 8, 15, 30]), images)],
  ["layerNorm", (x) => engine.layerNorm(x, [90])],
  ["conv2d", (_, images) => engine.conv2d(images, engine.ones([4, 4, 3, 3]), { padding: 1 })],
  ["conv2d by steps", (_, images) => engine.conv2d(images, engine.ones([16, 4, 3, 3]), { stride: [1, 2] })],
  ["conv2d of single channels", (_, images) => engine.conv2d(images, engine.ones([4, 1, 3, 3]), { groups: 4 })],
  ["convTranspose2d", (_, images) => engine.convTranspose2d(images, engine.ones([4, 1, 2, 2]), { stride: 2 })],
  ["where", (x) => engine.where(engine.greater(x, 0), x, 0)],
  ["transpose", (_, images) => engine.transpose(images, [1, 3, 0, 2])],
  ["slice", (_, images) => engine.slice(images, null, null, [1, 30])],
  ["concat", (x) => engine.concat([x, x], 1)],
  ["stack", (x) => engine.stack([x, x], 1)],
  ["broadcastTo", (x) => engine.broadcastTo(engine.slice(x, 0), [100, 90])],
  ["huber", (x) => engine.huber(x, engine.zeros([100, 90]))],
];

describe("kernels: allocate", () => {
  for (const [name, run] of ops) {
    it(`writes every number of ${name}`, () => {
      const numbersOf = (): (readonly number[])[] => {
        const random = randomNumbers(1);
        const leaf = (...shape: number[]): Tensor => {
          const size = shape.reduce((a, b) => a * b);
          const data = Float32Array.from({ length: size }, () => 2 * random() - 1);
          return engine.tensor(data, { shape, requiresGrad: true });
        };
        const leaves = [leaf(100, 90), leaf(3, 4, 30, 30)] as const;
        const result = run(...leaves);
        engine.sum(engine.square(result)).backward();
        const gradients = leaves.flatMap(({ grad }) => (grad ? [grad] : []));
        return [result, ...gradients].map(({ data }) => Array.from(data));
      };
      const { result, count } = withDirtyMemory(numbersOf);
      assert.ok(count > 0, "nothing was taken that is not cleared");
      assert.deepEqual(result, numbersOf());
    });
  }

  it("gives room for as many numbers as were asked for", () => {
    for (const size of [0, 1, 5000, 10_001, 300_000]) assert.equal(allocateUnset("float32", size).length, size);
    assert.throws(() => allocateUnset("float32", 2 ** 31), RangeError);
  });

  it("takes large arrays from memory that is at hand, not from the system page by page", function () {
    const { header } = process.report.getReport() as Report;
    // The count of pages, and what is done about them, are those of glibc.
    if (header.glibcVersionRuntime === undefined) this.skip();
    const ROUNDS = 400;
    const before = process.resourceUsage().minorPageFault;
    for (let i = 0; i < ROUNDS; i++) allocate("float32", 2 ** 18).fill(1);
    const pages = (process.resourceUsage().minorPageFault - before) / ROUNDS;
    // Each array has 256 pages of 4 KiB.
    assert.ok(pages < 100, `${pages.toFixed(0)} pages were fetched for each array`);
  });

  for (const dtype of ["float32", "float64", "int32", "bool"] satisfies DType[]) {
    it(`gives ${dtype} zeros that nothing else writes to`, () => {
      const sizes = Array.from({ length: 400 }, (_, i) => (i * 37) % 150);
      const arrays = sizes.map((size) => allocate(dtype, size));
      arrays.forEach((array, i) => {
        assert.ok(array.every((value) => value === 0));
        array.fill(1 + (i % 100));
      });
      arrays.forEach((array, i) => {
        assert.equal(array.length, sizes[i]);
        assert.ok(array.every((value) => value === 1 + (i % 100)));
      });
    });
  }
});
