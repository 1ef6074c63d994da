// Reductions of many float32 numbers, in vectors and row by row, against plain loops in double precision.

import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type LaneFunction, maxLane, meanLane, minLane, reduceLanes, sumLane } from "../../../engine/src/kernels/lanes";
import { kernelsWith } from "../../../engine/src/kernels/wasm/load";
import { close, randomNumbers } from "../support";

/** out[o, i] = f(x[o, :, i]). */
function plain(
  data: Float32Array,
  [outer, count, inner]: readonly [number, number, number],
  f: (lane: readonly number[]) => number,
): number[] {
  return Array.from({ length: outer * inner }, (_, index) => {
    const start = Math.floor(index / inner) * count * inner + (index % inner);
    return Math.fround(f(Array.from({ length: count }, (_unused, i) => data[start + i * inner]!)));
  });
}

function reduce(data: Float32Array, sizes: readonly [number, number, number], f: LaneFunction): number[] {
  const [outer, count, inner] = sizes;
  new Float32Array(kernelsWith(2 ** 18)!.memory.buffer).fill(NaN);
  return Array.from(reduceLanes({ data, outer, count, inner }, new Float32Array(outer * inner), f));
}

const length = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 70 }));
const sizes = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.oneof(length, fc.constant(2003)), length);
const rows = fc.tuple(length, fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant(5003)), fc.constant(1));

describe("kernels: lanes", () => {
  it("adds up and averages as in double precision", () => {
    fc.assert(
      fc.property(fc.oneof(sizes, rows), fc.nat(), (shape, seed) => {
        const random = randomNumbers(seed);
        const size = shape.reduce((a, b) => a * b);
        const data = Float32Array.from({ length: size }, () => 2 * random() - 1);
        const sum = (lane: readonly number[]): number => lane.reduce((a, b) => a + b, 0);
        close(reduce(data, shape, sumLane), plain(data, shape, sum), 1e-7, 1e-12);
        const mean = (lane: readonly number[]): number => sum(lane) / lane.length;
        close(reduce(data, shape, meanLane), plain(data, shape, mean), 1e-7, 1e-12);
      }),
      { numRuns: 30 },
    );
  });

  it("finds the largest and the smallest, and NaN where there is one", () => {
    fc.assert(
      fc.property(fc.oneof(sizes, rows), fc.nat(), (shape, seed) => {
        const random = randomNumbers(seed);
        const size = shape.reduce((a, b) => a * b);
        const data = Float32Array.from({ length: size }, () => 2 * random() - 1);
        for (const odd of [NaN, Infinity, -Infinity]) if (random() < 0.3) data[Math.floor(random() * size)] = odd;
        assert.deepEqual(
          reduce(data, shape, maxLane),
          plain(data, shape, (lane) => Math.max(...lane)),
        );
        assert.deepEqual(
          reduce(data, shape, minLane),
          plain(data, shape, (lane) => Math.min(...lane)),
        );
      }),
      { numRuns: 30 },
    );
  });
});
