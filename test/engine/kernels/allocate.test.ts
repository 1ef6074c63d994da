// Arrays for the numbers of tensors: zeros, and each its own although small ones share a buffer.

import assert from "node:assert/strict";
import { allocate, type DType } from "../../../engine/src/tensor/dtype";

interface Report {
  readonly header: { readonly glibcVersionRuntime?: string };
}

describe("kernels: allocate", () => {
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
