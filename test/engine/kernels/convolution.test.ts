// The convolutions in WebAssembly against the plain ones in double precision.

import assert from "node:assert/strict";
import * as fc from "fast-check";
import { plainConvolve, plainConvolveBack, plainConvolveWeights } from "../../../engine/src/kernels/convolution";
import { kernelsWith } from "../../../engine/src/kernels/wasm/load";
import { wasmConvolve, wasmConvolveBack, wasmConvolveWeights } from "../../../engine/src/kernels/wasm/convolution";
import { type Windows } from "../../../engine/src/kernels/windows";
import { randomNumbers } from "../support";

const WAYS = [
  { name: "slides the kernel over the image", wasm: wasmConvolve, plain: plainConvolve, of: ["big", "w", "small"] },
  {
    name: "spreads the kernel over the image",
    wasm: wasmConvolveBack,
    plain: plainConvolveBack,
    of: ["small", "w", "big"],
  },
  {
    name: "gives the gradient of the kernel",
    wasm: wasmConvolveWeights,
    plain: plainConvolveWeights,
    of: ["big", "small", "w"],
  },
] as const;

const pair = (min: number, max: number) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));

type Given = Omit<Windows, "channels" | "filters" | "count"> & { readonly depth: number; readonly width: number };

function counted({ depth, width, ...rest }: Given): Windows {
  const { groups, image, kernel, stride, before, dilation } = rest;
  const count = (axis: 0 | 1): number =>
    Math.floor((image[axis] + 2 * before[axis] - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1;
  return { ...rest, channels: groups * depth, filters: groups * width, count: [count(0), count(1)] };
}

/** Windows of every kind, as they follow from the sizes of an image and a kernel; those that fit nowhere are left out. */
const windows = fc
  .record({
    batch: fc.integer({ min: 0, max: 3 }),
    groups: fc.integer({ min: 1, max: 3 }),
    depth: fc.integer({ min: 1, max: 3 }),
    width: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 9 })),
    image: pair(1, 17),
    kernel: pair(1, 4),
    stride: pair(1, 3),
    before: pair(0, 2),
    dilation: pair(1, 2),
  })
  .map(counted)
  .filter(({ count }) => count[0] > 0 && count[1] > 0);

/** What there is more of than fits the cache: rows of windows, products, channels that are groups of their own. */
const plain: Given = {
  ...{ batch: 2, groups: 1, depth: 3, width: 5, image: [9, 9], kernel: [3, 3] },
  ...{ stride: [1, 1], before: [1, 1], dilation: [1, 1] },
};
const large: readonly Given[] = [
  { ...plain, image: [150, 131], depth: 4 },
  { ...plain, image: [301, 150], stride: [2, 2], depth: 2 },
  { ...plain, image: [5, 7], depth: 130, width: 6 },
  { ...plain, image: [9, 6], depth: 260, width: 3, groups: 2, kernel: [3, 2], dilation: [2, 1] },
  { ...plain, image: [30, 30], depth: 1, width: 1, groups: 17 },
  { ...plain, image: [61, 140], depth: 2, width: 1, groups: 9, kernel: [3, 2], stride: [2, 3] },
  { ...plain, image: [1, 3000], kernel: [1, 9], before: [0, 4], depth: 6 },
  { ...plain, image: [60, 61], kernel: [1, 1], before: [0, 0], depth: 40 },
];

type Way = (typeof WAYS)[number];

function sizesOf({ batch, channels, filters, groups, image, count, kernel }: Windows) {
  return {
    big: batch * channels * image[0] * image[1],
    small: batch * filters * count[0] * count[1],
    w: filters * (channels / groups) * kernel[0] * kernel[1],
  };
}

/** Runs the kernel on these operands; whatever lies in its memory must not matter. */
function runIn({ wasm, of }: Way, a: Float32Array, b: Float32Array, given: Windows): Float32Array {
  const out = new Float32Array(sizesOf(given)[of[2]]);
  new Float32Array(kernelsWith(2 ** 20)!.memory.buffer).fill(NaN);
  assert.equal(wasm(a, b, out, given), true);
  return out;
}

function operands({ of }: Way, given: Windows, random: () => number): [a: Float32Array, b: Float32Array] {
  const numbers = (size: number): Float32Array => Float32Array.from({ length: size }, () => 2 * random() - 1);
  const sizes = sizesOf(given);
  return [numbers(sizes[of[0]]), numbers(sizes[of[1]])];
}

/** A sum of n products in float32 is off by at most about n units of 2⁻²⁴ of the sum of their magnitudes. */
function compare(way: Way, given: Windows, seed: number): void {
  const [a, b] = operands(way, given, randomNumbers(seed));
  const out = runIn(way, a, b, given);
  const [sums, magnitudes] = [new Float64Array(out.length), new Float64Array(out.length)];
  way.plain(Float64Array.from(a), Float64Array.from(b), sums, given);
  way.plain(Float64Array.from(a, Math.abs), Float64Array.from(b, Math.abs), magnitudes, given);
  const terms = given.filters + b.length + given.count[0] * given.count[1];
  out.forEach((value, i) => {
    const error = Math.abs(value - sums[i]!);
    assert.ok(error <= terms * 2 ** -24 * magnitudes[i]!, `element ${i}: ${sums[i]} expected, ${value} found`);
  });
}

/** Some numbers are not finite: those that come out are where the plain kernel has them. */
function compareStrange(way: Way, given: Windows, seed: number): void {
  const random = randomNumbers(seed);
  const [a, b] = operands(way, given, random);
  for (const numbers of [a, b]) {
    if (random() < 0.7 && numbers.length > 0) {
      numbers[Math.floor(random() * numbers.length)] = [NaN, Infinity, -Infinity][Math.floor(3 * random())]!;
    }
  }
  const out = runIn(way, a, b, given);
  const expected = new Float64Array(out.length);
  way.plain(Float64Array.from(a), Float64Array.from(b), expected, given);
  const kind = (value: number): number => (Number.isFinite(value) ? 0 : value);
  assert.deepEqual(Array.from(out, kind), Array.from(expected, kind));
}

describe("kernels: convolution", () => {
  for (const way of WAYS) {
    it(way.name, () => {
      fc.assert(
        fc.property(windows, fc.nat(), (given, seed) => compare(way, given, seed)),
        { numRuns: 200 },
      );
    });

    it(`${way.name}, where it is worked off in pieces`, () =>
      large.forEach((given) => compare(way, counted(given), 1)));

    it(`${way.name}, NaN and infinity where they belong`, () => {
      fc.assert(
        fc.property(windows, fc.nat(), (given, seed) => compareStrange(way, given, seed)),
        { numRuns: 200 },
      );
    });
  }
});
