// Arrays for the numbers of tensors: zeros, and each its own although small ones share a buffer.

import assert from "node:assert/strict";
import { allocate, type DType } from "../../../engine/src/tensor/dtype";

describe("kernels: allocate", () => {
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
