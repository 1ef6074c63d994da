// The softmax and its way back in WebAssembly against the plain ones in double precision.

import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type LaneLayout } from "../../../engine/src/kernels/lanes";
import {
  logSoftmaxKernel,
  plainSoftmax,
  plainSoftmaxBack,
  softmaxBackKernel,
  softmaxKernel,
} from "../../../engine/src/kernels/softmax";
import { kernelsWith } from "../../../engine/src/kernels/wasm/load";
import { close, randomNumbers } from "../support";

/** Rows and columns of a few numbers, of more than a piece, and of none. */
const length = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 70 }));
const layout = fc.oneof(
  fc.record({ outer: length, count: length, inner: fc.constant(1) }),
  fc.record({ outer: fc.integer({ min: 0, max: 4 }), count: length, inner: length }),
  fc.record({
    outer: fc.integer({ min: 1, max: 3 }),
    count: fc.integer({ min: 4000, max: 5000 }),
    inner: fc.constant(1),
  }),
);

const sizeOf = ({ outer, count, inner }: LaneLayout): number => outer * count * inner;

function scores(size: number, random: () => number, strange: boolean): Float32Array {
  const values = Float32Array.from({ length: size }, () => 20 * random() - 10);
  if (strange && size > 0) {
    for (let i = 0; i < 3; i++)
      values[Math.floor(random() * size)] = [NaN, Infinity, -Infinity, 1e4, -1e30][Math.floor(5 * random())]!;
  }
  return values;
}

function dirty(): void {
  new Float32Array(kernelsWith(2 ** 18)!.memory.buffer).fill(NaN);
}

describe("kernels: softmax", () => {
  for (const strange of [false, true]) {
    it(`gives the plain probabilities in every layout${strange ? ", NaN and infinity where they belong" : ""}`, () => {
      fc.assert(
        fc.property(layout, fc.nat(), (given, seed) => {
          const data = scores(sizeOf(given), randomNumbers(seed), strange);
          const [out, exact] = [new Float32Array(data.length), new Float64Array(data.length)];
          dirty();
          softmaxKernel({ data, ...given }, out);
          plainSoftmax({ data: Float64Array.from(data), ...given }, exact);
          assert.deepEqual(Array.from(out, Number.isNaN), Array.from(exact, Number.isNaN));
          // A difference of 20 that is rounded changes its power by 20 units.
          out.forEach((value, i) => Number.isNaN(value) || close([value], [exact[i]!], 2e-6, 1e-37));
        }),
        { numRuns: 200 },
      );
    });
  }

  it("goes back as the plain way does", () => {
    fc.assert(
      fc.property(layout, fc.nat(), (given, seed) => {
        const random = randomNumbers(seed);
        const data = scores(sizeOf(given), random, false);
        const g = scores(data.length, random, false);
        const [y, out, exact] = [
          new Float32Array(data.length),
          new Float32Array(data.length),
          new Float64Array(data.length),
        ];
        softmaxKernel({ data, ...given }, y);
        dirty();
        softmaxBackKernel(g, y, given, out);
        plainSoftmaxBack(Float64Array.from(g), Float64Array.from(y), given, exact);
        close(out, exact, 1e-6, 4e-6);
      }),
      { numRuns: 200 },
    );
  });

  it("gives the logarithms of the plain probabilities", () => {
    fc.assert(
      fc.property(layout, fc.nat(), (given, seed) => {
        const data = scores(sizeOf(given), randomNumbers(seed), false);
        const [out, exact] = [new Float32Array(data.length), new Float64Array(data.length)];
        dirty();
        logSoftmaxKernel({ data, ...given }, out);
        plainSoftmax({ data: Float64Array.from(data), ...given }, exact);
        close(out, exact.map(Math.log), 1e-6, 4e-6);
      }),
      { numRuns: 100 },
    );
  });
});
