// Bytes from outside, whatever they come in, and numbers in them, whatever the order of their bytes.

import { describe } from "../shape/shape";

/** What a file's bytes come in: Node's `Buffer` is a `Uint8Array`. */
export type Bytes = Uint8Array | ArrayBuffer | DataView;

/** @throws TypeError naming `op` for anything that holds no bytes. */
export function bytesOf(op: string, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw new TypeError(`${op}: expected the bytes of a file, a Uint8Array or ArrayBuffer, found ${describe(value)}.`);
}

export type ByteOrder = "little" | "big";

const ownOrder: ByteOrder = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? "little" : "big";

/** A copy of the bytes of numbers of `width` bytes each, turned from one order into this machine's own or back. */
export function inOwnOrder(bytes: Uint8Array, width: number, order: ByteOrder): ArrayBuffer {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  if (order !== ownOrder && width > 1) {
    for (let start = 0; start < copy.length; start += width) copy.subarray(start, start + width).reverse();
  }
  return copy.buffer;
}
