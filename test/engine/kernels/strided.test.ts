// Reading views with steps of any kind against the formula for the place of each element.

import assert from "node:assert/strict";
import * as fc from "fast-check";
import { gatherStrided, scatterStrided } from "../../../engine/src/kernels/strided";
import { wasmTranspose } from "../../../engine/src/kernels/wasm/transpose";
import { sizeOf, stridesOf } from "../../../engine/src/shape/shape";

/** A shape with sizes on both sides of what is read in tiles, and an order of its axes. */
const permuted = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 7, max: 70 })), { minLength: 0, maxLength: 4 })
  .filter((shape) => sizeOf(shape) < 50_000)
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      order: fc.shuffledSubarray([...shape.keys()], { minLength: shape.length, maxLength: shape.length }),
      flipped: fc.boolean(),
    }),
  );

describe("kernels: strided views", () => {
  it("reads the axes of an array in any order, and writes them back", () => {
    fc.assert(
      fc.property(permuted, ({ shape, order, flipped }) => {
        const strides = stridesOf(shape);
        const steps = order.map((axis) => strides[axis]!);
        const view = { offset: 0, steps, shape: order.map((axis) => shape[axis]!) };
        if (flipped && sizeOf(shape) > 0 && shape.length > 0) {
          view.offset = (view.shape[0]! - 1) * steps[0]!;
          steps[0] = -steps[0]!;
        }
        const from = Float32Array.from({ length: sizeOf(shape) }, (_, i) => i);
        const outStrides = stridesOf(view.shape);
        const expected = from.map((_, i) =>
          view.shape.reduce(
            (place, count, axis) => place + (Math.floor(i / outStrides[axis]!) % count) * steps[axis]!,
            view.offset,
          ),
        );
        const read = gatherStrided(from, view, new Float32Array(from.length + 3), 3);
        assert.deepEqual(read.subarray(3), expected);
        assert.deepEqual(scatterStrided(read, view, new Float32Array(from.length), 3), from);
      }),
      { numRuns: 200 },
    );
  });

  it("turns matrices over in WebAssembly", () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(255, 256, 257, 1025));
    fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 3 }), (rows, columns, count) => {
        const [start, outStart, area] = [2, 5, rows * columns];
        const from = Float32Array.from({ length: start + count * area }, (_, i) => i);
        const out = new Float32Array(outStart + count * area + 2);
        assert.equal(wasmTranspose(from, start, out, outStart, { rows, columns, count }), true);
        const expected = out.map((_, place) => {
          const i = place - outStart;
          if (i < 0 || i >= count * area) return 0;
          const [matrix, inside] = [Math.floor(i / area), i % area];
          return start + matrix * area + (inside % rows) * columns + Math.floor(inside / rows);
        });
        assert.deepEqual(out, expected);
      }),
      { numRuns: 100 },
    );
  });
});
