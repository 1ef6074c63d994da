// Sums, products and relu of many numbers in WebAssembly against the plain loops: to the last bit, as a float32 result that is
// computed in double precision and rounded is the same.

import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  addKernel,
  addRowKernel,
  negKernel,
  reluBackKernel,
  reluKernel,
  scaleKernel,
  squareKernel,
  sumRowsKernel,
  zipKernel,
  zipLoop,
} from "../../../engine/src/kernels/elementwise";
import { kernelsWith } from "../../../engine/src/kernels/wasm/load";
import { wasmMap, wasmZip, wasmZipRows } from "../../../engine/src/kernels/wasm/rows";
import { close, randomNumbers } from "../support";

const VALUES = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
  maximum: Math.max,
  minimum: Math.min,
  reluBack: (grad: number, x: number) => grad * (x > 0 ? 1 : 0),
} as const;

const names = Object.keys(VALUES) as (keyof typeof VALUES)[];
const size = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 4090, max: 4100 }), fc.constant(9001));
const columns = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 300 }), fc.constant(5000));
const rows = fc.integer({ min: 1, max: 70 });

/** Numbers of every magnitude; one in ten is none, infinite or 0. */
function numbers(count: number, random: () => number): Float32Array {
  const odd = [NaN, Infinity, -Infinity, 0, -0, 2 ** -149, 3e38];
  return Float32Array.from({ length: count }, () =>
    random() < 0.1 ? odd[Math.floor(random() * odd.length)]! : (random() - 0.5) * 10 ** (20 * random() - 10),
  );
}

/** The same numbers; which of its many forms a NaN has does not matter. */
function assertSame(found: Float32Array, expected: Float32Array): void {
  assert.deepEqual(Array.from(found), Array.from(expected));
}

function dirty(): void {
  new Float32Array(kernelsWith(2 ** 18)!.memory.buffer).fill(NaN);
}

describe("kernels: elementwise", () => {
  for (const name of names) {
    it(`gives ${name} of pairs to the last bit`, () => {
      fc.assert(
        fc.property(size, fc.nat(), (count, seed) => {
          const random = randomNumbers(seed);
          const [a, b, out] = [numbers(count, random), numbers(count, random), new Float32Array(count)];
          dirty();
          assert.equal(wasmZip(name, a, b, out), true);
          assertSame(
            out,
            a.map((value, i) => VALUES[name](value, b[i]!)),
          );
        }),
      );
    });

    it(`gives ${name} of each row and one to the last bit`, () => {
      fc.assert(
        fc.property(rows, columns, fc.nat(), (count, width, seed) => {
          const random = randomNumbers(seed);
          const [a, row] = [numbers(count * width, random), numbers(width, random)];
          const out = new Float32Array(a.length);
          dirty();
          assert.equal(wasmZipRows(name, a, row, out), true);
          assertSame(
            out,
            a.map((value, i) => VALUES[name](value, row[i % width]!)),
          );
        }),
        { numRuns: 50 },
      );
    });
  }

  for (const name of ["add", "sub", "mul", "div", "maximum", "minimum"] as const) {
    it(`gives ${name} of all numbers and one to the last bit, whatever digits that has`, () => {
      const one = fc.constantFrom(2, -1, 0, -0, 1 / 3, 0.1, 1e300, 1e-60, 2 ** -140, NaN, Infinity);
      fc.assert(
        fc.property(
          fc.integer({ min: 1024, max: 9001 }),
          one,
          fc.boolean(),
          fc.nat(),
          (count, value, isFirst, seed) => {
            const x = numbers(count, randomNumbers(seed));
            const [out, single] = [new Float32Array(count), Float64Array.of(value)];
            const f = VALUES[name];
            dirty();
            if (isFirst) zipKernel(single, [], x, [count], out, [count], zipLoop(f), name);
            else zipKernel(x, [count], single, [], out, [count], zipLoop(f), name);
            assertSame(
              out,
              x.map((number) => (isFirst ? f(value, number) : f(number, value))),
            );
          },
        ),
        { numRuns: 15 },
      );
    });
  }

  it("gives squares, opposites, multiples and sums to the last bit, by whichever kernel", () => {
    fc.assert(
      fc.property(size, fc.nat(), (count, seed) => {
        const random = randomNumbers(seed);
        const [x, y] = [numbers(count, random), numbers(count, random)];
        const [squares, opposites, sums] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)];
        dirty();
        squareKernel(x, squares);
        negKernel(x, opposites);
        const scaled = x.slice();
        scaleKernel(scaled, 1 / 3, scaled);
        addKernel(x, y, sums);
        const expected = [x.map((v) => v * v), x.map((v) => -v), x.map((v, i) => v + y[i]!)];
        assertSame(
          scaled,
          x.map((v) => v * (1 / 3)),
        );
        [squares, opposites, sums].forEach((found, i) => assertSame(found, expected[i]!));
      }),
      { numRuns: 30 },
    );
  });

  it("gives relu and its way back, by whichever kernel", () => {
    fc.assert(
      fc.property(size, fc.nat(), (count, seed) => {
        const random = randomNumbers(seed);
        const [x, grad] = [numbers(count, random), numbers(count, random)];
        const [out, alone, back] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)];
        dirty();
        reluKernel(x, out);
        wasmMap("relu", x, alone);
        reluBackKernel(grad, x, back);
        const expected = x.map((value) => (value <= 0 ? 0 : value));
        assert.deepEqual([out, alone], [expected, expected]);
        assertSame(
          back,
          grad.map((value, i) => VALUES.reluBack(value, x[i]!)),
        );
      }),
    );
  });

  it("adds a row to all rows, and adds all rows up in double precision", () => {
    fc.assert(
      fc.property(rows, columns, fc.nat(), (count, width, seed) => {
        const random = randomNumbers(seed);
        const uniform = (length: number): Float32Array => Float32Array.from({ length }, () => 2 * random() - 1);
        const [x, row, sums] = [uniform(count * width), uniform(width), new Float32Array(width)];
        const exact = new Float64Array(width);
        x.forEach((value, i) => (exact[i % width]! += value));
        dirty();
        sumRowsKernel(x, sums);
        close(sums, Float32Array.from(exact), 1e-7, 1e-14);
        const moved = x.slice();
        addRowKernel(moved, row);
        assertSame(
          moved,
          x.map((value, i) => value + row[i % width]!),
        );
      }),
      { numRuns: 60 },
    );
  });
});
