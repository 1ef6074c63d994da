// The convolutions in WebAssembly against the plain ones in double precision.

import assert from "node:assert/strict";
import * as fc from "fast-check";
import { plainConvolve, plainConvolveBack, plainConvolveWeights } from "../../../engine/src/kernels/convolution";
import { wasmConvolve, wasmConvolveBack, wasmConvolveWeights } from "../../../engine/src/kernels/wasm/convolution";
import { type Windows } from "../../../engine/src/kernels/windows";
import { randomNumbers } from "../support";

const pair = (min: number, max: number) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));

/** Windows of every kind, as they follow from the sizes of an image and a kernel; those that fit nowhere are left out. */
const windows = fc
  .record({
    batch: fc.integer({ min: 0, max: 3 }),
    groups: fc.integer({ min: 1, max: 2 }),
    depth: fc.integer({ min: 1, max: 3 }),
    width: fc.integer({ min: 1, max: 9 }),
    image: pair(1, 17),
    kernel: pair(1, 4),
    stride: pair(1, 3),
    before: pair(0, 2),
    dilation: pair(1, 2),
  })
  .map(({ depth, width, ...rest }): Windows => {
    const { groups, image, kernel, stride, before, dilation } = rest;
    const count = (axis: 0 | 1): number =>
      Math.floor((image[axis] + 2 * before[axis] - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis]) + 1;
    return { ...rest, channels: groups * depth, filters: groups * width, count: [count(0), count(1)] };
  })
  .filter(({ count }) => count[0] > 0 && count[1] > 0);

type Kernel<Data> = (a: Data, b: Data, out: Data, windows: Windows) => unknown;

/** A sum of n products in float32 is off by at most about n units of 2⁻²⁴ of the sum of their magnitudes. */
function compare(
  kernel: Kernel<Float32Array>,
  plain: Kernel<Float64Array>,
  sizes: readonly [a: number, b: number, out: number],
  given: Windows,
  seed: number,
): void {
  const random = randomNumbers(seed);
  const numbers = (size: number): Float32Array => Float32Array.from({ length: size }, () => 2 * random() - 1);
  const [a, b, out] = [numbers(sizes[0]), numbers(sizes[1]), new Float32Array(sizes[2])];
  const [sums, magnitudes] = [new Float64Array(sizes[2]), new Float64Array(sizes[2])];
  assert.equal(kernel(a, b, out, given), true);
  plain(Float64Array.from(a), Float64Array.from(b), sums, given);
  plain(Float64Array.from(a, Math.abs), Float64Array.from(b, Math.abs), magnitudes, given);
  const terms = given.filters + sizes[1] + given.count[0] * given.count[1];
  out.forEach((value, i) => {
    const error = Math.abs(value - sums[i]!);
    assert.ok(error <= terms * 2 ** -24 * magnitudes[i]!, `element ${i}: ${sums[i]} expected, ${value} found`);
  });
}

describe("kernels: convolution", () => {
  const sizesOf = ({ batch, channels, filters, groups, image, count, kernel }: Windows) => ({
    big: batch * channels * image[0] * image[1],
    small: batch * filters * count[0] * count[1],
    w: filters * (channels / groups) * kernel[0] * kernel[1],
  });
  const check = (run: (given: Windows, seed: number) => void): void =>
    fc.assert(fc.property(windows, fc.nat(), run), { numRuns: 200 });

  it("slides the kernel over the image", () => {
    check((given, seed) => {
      const { big, w, small } = sizesOf(given);
      compare(wasmConvolve, plainConvolve, [big, w, small], given, seed);
    });
  });

  it("spreads the kernel over the image", () => {
    check((given, seed) => {
      const { big, w, small } = sizesOf(given);
      compare(wasmConvolveBack, plainConvolveBack, [small, w, big], given, seed);
    });
  });

  it("gives the gradient of the kernel", () => {
    check((given, seed) => {
      const { big, w, small } = sizesOf(given);
      compare(wasmConvolveWeights, plainConvolveWeights, [big, small, w], given, seed);
    });
  });
});
