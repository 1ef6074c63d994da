// The elements of typed arrays: whatever is stored is made a number of the array's kind.

import { type NumberValue, numberValue, unknownNumber, type Value } from "../../values";
import { toNumber } from "../support/convert";

const numeric = {
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
  Uint32Array,
};

export const typedArrayNames: readonly string[] = Object.keys(numeric);

/** What reading the element gives after `value` was stored in an array of the kind; plain arrays keep it as it is. */
export function coerceTo(typed: string | undefined, value: Value): Value {
  return typed === undefined ? value : numberIn(typed, value);
}

function numberIn(typed: string, value: Value): NumberValue {
  const number = toNumber(value);
  const real = numeric[typed as keyof typeof numeric];
  if (number.value === undefined) {
    // A dimension fits any kind that holds whole numbers well beyond it.
    return number.symbolic && typed !== "Int8Array" && typed !== "Uint8Array" ? number : unknownNumber;
  }
  const stored = real?.of(number.value)[0];
  if (stored === undefined) return unknownNumber;
  return Object.is(stored, number.value) ? number : numberValue(stored);
}

export function bytesPerElement(typed: string): number | undefined {
  return numeric[typed as keyof typeof numeric]?.BYTES_PER_ELEMENT;
}
