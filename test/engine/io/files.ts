// Files for the tests, put together by hand from the published formats, and ways to spoil them.

import * as fc from "fast-check";

/** A safetensors file with this header (an object, or its very text) and these bytes behind it. */
export function safetensorsFile(header: unknown, body: Uint8Array | readonly number[] = []): Uint8Array {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const json = Buffer.from(text, "utf8");
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return new Uint8Array(Buffer.concat([length, json, Uint8Array.from(body)]));
}

/** An IDX file: type of number, lengths, and the bytes of the numbers. */
export function idxFile(type: number, shape: readonly number[], body: readonly number[]): Uint8Array {
  const lengths = Buffer.alloc(4 * shape.length);
  shape.forEach((length, axis) => lengths.writeUInt32BE(length, 4 * axis));
  return new Uint8Array(Buffer.concat([Buffer.from([0, 0, type, shape.length]), lengths, Buffer.from(body)]));
}

/** The file with a few bytes changed, inserted or removed, its end cut off, or a part of it repeated. */
export function spoilt(file: Uint8Array): fc.Arbitrary<Uint8Array> {
  const at = fc.nat({ max: file.length });
  const byte = fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(...Buffer.from('0123456789{}[]",:-eE.')));
  const change = fc.oneof(
    fc.tuple(at, byte).map(
      ([i, value]) =>
        (bytes: number[]) =>
          bytes.splice(i, 1, value),
    ),
    fc.tuple(at, byte).map(
      ([i, value]) =>
        (bytes: number[]) =>
          bytes.splice(i, 0, value),
    ),
    fc.tuple(at, fc.nat({ max: 20 })).map(
      ([i, count]) =>
        (bytes: number[]) =>
          bytes.splice(i, count),
    ),
    fc.tuple(at, at).map(
      ([i, j]) =>
        (bytes: number[]) =>
          bytes.splice(i, 0, ...bytes.slice(j, j + 30)),
    ),
    at.map((i) => (bytes: number[]) => bytes.splice(i)),
  );
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    const bytes = [...file];
    for (const apply of changes) apply(bytes);
    return Uint8Array.from(bytes);
  });
}
