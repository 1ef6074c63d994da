// IDX files, put together from the format's description.

import assert from "node:assert/strict";
import { FileError, loadIdx } from "@shapelens/engine";
import * as fc from "fast-check";
import { idxFile, spoilt } from "./files";

function refuses(file: Uint8Array, reason: RegExp): void {
  assert.throws(
    () => loadIdx(file),
    (error) => error instanceof FileError && error.format === "IDX" && reason.test(error.reason),
    String(reason),
  );
}

describe("loadIdx", () => {
  it("reads a file of labels as MNIST has it: magic number 2049, then the count", () => {
    const file = Uint8Array.of(0x00, 0x00, 0x08, 0x01, 0x00, 0x00, 0x00, 0x03, 5, 0, 255);
    const labels = loadIdx(file);
    assert.deepEqual([labels.toArray(), labels.dtype], [[5, 0, 255], "int32"]);
  });

  it("reads a file of images: magic number 2051, count, rows, columns", () => {
    const file = Uint8Array.of(...[0, 0, 8, 3], ...[0, 0, 0, 2], ...[0, 0, 0, 1], ...[0, 0, 0, 2], 1, 2, 3, 4);
    assert.deepEqual(loadIdx(file).toArray(), [[[1, 2]], [[3, 4]]]);
  });

  const types: [name: string, code: number, bytes: number[], value: number, dtype: string][] = [
    ["signed bytes", 0x09, [0xff], -1, "int32"],
    ["16-bit integers", 0x0b, [0x80, 0x00], -32768, "int32"],
    ["32-bit integers", 0x0c, [0xff, 0xff, 0xff, 0xfe], -2, "int32"],
    ["floats", 0x0d, [0x3f, 0xc0, 0x00, 0x00], 1.5, "float32"],
    ["doubles", 0x0e, [0x3f, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a], 0.1, "float64"],
  ];
  for (const [name, code, bytes, value, dtype] of types) {
    it(`reads ${name}, the largest byte first`, () => {
      const x = loadIdx(idxFile(code, [1], bytes));
      assert.deepEqual([x.toArray(), x.dtype], [[value], dtype]);
    });
  }

  it("reads a scalar and an empty tensor", () => {
    assert.equal(loadIdx(idxFile(8, [], [7])).item(), 7);
    assert.deepEqual(loadIdx(idxFile(8, [0, 28, 28], [])).shape, [0, 28, 28]);
  });

  it("refuses what is no IDX file, and says why", () => {
    refuses(Uint8Array.of(0, 0), /a header needs 4 bytes at least, the file has 2/);
    refuses(Uint8Array.of(0x1f, 0x8b, 8, 0), /compressed with gzip/);
    refuses(Uint8Array.of(1, 0, 8, 0), /first two bytes must be 0, found 0x01 and 0x00/);
    refuses(idxFile(0x0a, [1], [1]), /no number type 0x0a; there are 0x08 unsigned bytes/);
    refuses(Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 1), /lengths of 2 axes end at byte 12, the file at 8/);
    refuses(
      idxFile(8, [2, 2], [1, 2, 3]),
      /\[2, 2\] unsigned bytes need 4 bytes, the file has 3 after its header: it was/,
    );
    refuses(idxFile(8, [2], [1, 2, 3]), /need 2 bytes, the file has 3 after its header\.$/);
    refuses(idxFile(8, [0xffffffff, 0xffffffff, 0xffffffff], [1]), /need \d\.?\d*e\+28 bytes|the file has 1/);
  });

  it("reads or refuses 10,000 spoilt files, and never does anything else", () => {
    const file = idxFile(8, [2, 3], [1, 2, 3, 4, 5, 6]);
    let read = 0;
    const readable = fc.property(spoilt(file), (bytes) => {
      try {
        const { size } = loadIdx(bytes);
        read++;
        return size <= bytes.length;
      } catch (error) {
        return error instanceof FileError;
      }
    });
    fc.assert(readable, { numRuns: 10_000 });
    assert.ok(read > 100, `only ${read} files could be read`);
  });
});
