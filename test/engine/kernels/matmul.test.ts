// The matrix product in WebAssembly against the plain one.

import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type MatrixView, matmulKernel, plainMatmul } from "../../../engine/src/kernels/matmul";
import { kernelsWith } from "../../../engine/src/kernels/wasm/load";
import { wasmMatmul } from "../../../engine/src/kernels/wasm/matmul";
import { randomNumbers } from "../support";

interface Product {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly count?: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

interface FloatMatrix extends MatrixView {
  readonly data: Float32Array;
}

function matrix(size: number, transposed: boolean, random: () => number): FloatMatrix {
  const offset = Math.floor(random() * 5);
  return { data: Float32Array.from({ length: offset + size + 3 }, () => 2 * random() - 1), offset, transposed };
}

type Multiply = (a: FloatMatrix, b: FloatMatrix, out: Float32Array, outOffset: number, product: Product) => unknown;

const inWasm: Multiply = (a, b, out, at, { count = 1, ...sizes }) => wasmMatmul(a, b, out, at, { ...sizes, count });
const chosen: Multiply = (a, b, out, at, { rows, inner, columns, count }) => {
  matmulKernel(a, b, out, at, rows, inner, columns, count);
};

/** The plain product of each matrix of the batch, which begin where they begin in float32. */
function exact(a: MatrixView, b: MatrixView, size: number, { rows, inner, columns, count = 1 }: Product): Float64Array {
  const sums = new Float64Array(size).fill(7);
  for (let i = 0; i < count; i++) {
    const left = { ...a, offset: a.offset + i * rows * inner };
    const right = { ...b, offset: b.offset + i * inner * columns };
    plainMatmul(left, right, sums, 2 + i * rows * columns, rows, inner, columns);
  }
  return sums;
}

const absolute = (view: FloatMatrix): FloatMatrix => ({ ...view, data: view.data.map(Math.abs) });

/** A sum of n float32 products is off by at most n units of 2⁻²⁴ of the sum of their magnitudes (Higham, 2002, §3.1). */
function compare(multiply: Multiply, product: Product, seed: number): void {
  const { rows, inner, columns, count = 1, transposeA = false, transposeB = false } = product;
  const random = randomNumbers(seed);
  const a = matrix(count * rows * inner, transposeA, random);
  const b = matrix(count * inner * columns, transposeB, random);
  const out = new Float32Array(2 + count * rows * columns + 3).fill(7);
  dirty();
  assert.notEqual(multiply(a, b, out, 2, product), false, "there is no WebAssembly here");
  const sums = exact(a, b, out.length, product);
  const magnitudes = exact(absolute(a), absolute(b), out.length, product);
  for (let i = 0; i < out.length; i++) {
    const error = Math.abs(out[i]! - sums[i]!);
    assert.ok(
      error <= (inner + 1) * 2 ** -24 * magnitudes[i]!,
      `element ${i - 2}: ${sums[i]} expected, ${out[i]} found`,
    );
  }
}

/** Some numbers are not finite: those that come out are where the plain product has them. */
function compareStrange(product: Product, seed: number): void {
  const { rows, inner, columns, count = 1, transposeA = false, transposeB = false } = product;
  const random = randomNumbers(seed);
  const a = matrix(count * rows * inner, transposeA, random);
  const b = matrix(count * inner * columns, transposeB, random);
  for (const { data, offset } of [a, b]) {
    if (random() < 0.7) data[offset + Math.floor(random() * 3)] = [NaN, Infinity, -Infinity][Math.floor(3 * random())]!;
  }
  const out = new Float32Array(2 + count * rows * columns + 3).fill(7);
  dirty();
  inWasm(a, b, out, 2, product);
  const kind = (value: number): number => (Number.isFinite(value) ? 0 : value);
  assert.deepEqual(Array.from(out, kind), Array.from(exact(a, b, out.length, product), kind));
}

/** Leaves NaN wherever the kernels may look later: nothing of it may come out. */
function dirty(): void {
  new Float32Array(kernelsWith(2 ** 20)!.memory.buffer).fill(NaN);
}

const form = { transposeA: fc.boolean(), transposeB: fc.boolean() };
const sizes = (least: number) => {
  const size = fc.oneof(fc.integer({ min: least, max: 9 }), fc.integer({ min: least, max: 70 }));
  return { rows: size, inner: size, columns: size };
};

/** Sizes of every proportion: too large for the cache, but not for the test. */
const magnitude = fc.double({ min: 0, max: 13, noNaN: true }).map((power) => Math.floor(2 ** power));
const large = fc
  .record({ rows: magnitude, inner: magnitude, columns: magnitude, count: fc.integer({ min: 1, max: 2 }), ...form })
  .filter(({ rows, inner, columns }) => {
    const numbers = rows * inner + inner * columns + rows * columns;
    return numbers > 50_000 && numbers < 300_000 && rows * inner * columns < 1e6;
  });

describe("kernels: matmul", () => {
  it("gives the plain product for every size and transpose form in WebAssembly", () => {
    fc.assert(
      fc.property(fc.record({ ...sizes(1), ...form }), fc.nat(), (product, seed) => compare(inWasm, product, seed)),
      { numRuns: 300 },
    );
  });

  it("gives the plain product where the operands are worked off in pieces", () => {
    fc.assert(
      fc.property(large, fc.nat(), (product, seed) => compare(inWasm, product, seed)),
      { numRuns: 40 },
    );
  });

  it("gives the plain product of every matrix of a batch", () => {
    fc.assert(
      fc.property(
        fc.record({ ...sizes(1), ...form, count: fc.integer({ min: 1, max: 20 }) }),
        fc.nat(),
        (product, seed) => compare(inWasm, product, seed),
      ),
      { numRuns: 60 },
    );
  });

  it("gives the plain product whichever kernel it chooses, zero sizes included", () => {
    fc.assert(
      fc.property(fc.record({ ...sizes(0), ...form }), fc.nat(), (product, seed) => compare(chosen, product, seed)),
      { numRuns: 60 },
    );
  });

  for (const product of [
    { rows: 203, inner: 1030, columns: 9 },
    { rows: 203, inner: 1030, columns: 9, transposeA: true },
    { rows: 3, inner: 70_001, columns: 2, transposeB: true },
    { rows: 5, inner: 1, columns: 5000 },
  ]) {
    it(`goes on from block to block: ${JSON.stringify(product)}`, () => compare(inWasm, product, 1));
  }

  it("lets NaN and infinity reach their own rows and columns alone", () => {
    fc.assert(fc.property(fc.oneof(fc.record({ ...sizes(1), ...form }), large), fc.nat(), compareStrange), {
      numRuns: 100,
    });
  });

  it("leaves float64 in double precision", () => {
    const data = Float64Array.from({ length: 400 }, (_, i) => 1 + i * 1e-12);
    const view = { data, offset: 0, transposed: false };
    const [out, expected] = [new Float64Array(400), new Float64Array(400)];
    matmulKernel(view, view, out, 0, 20, 20, 20);
    plainMatmul(view, view, expected, 0, 20, 20, 20);
    assert.deepEqual(out, expected);
  });
});
