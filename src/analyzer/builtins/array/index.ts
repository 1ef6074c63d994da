// Arrays and typed arrays: their members and global constructors.

import { type ArrayValue, type NativeValue, numberValue, undefinedValue, unknown, type Value } from "../../values";
import { callbackMethods } from "./callbacks";
import { copyMethods } from "./copy";
import { arrayClass, byteLength, typedArrayClasses } from "./create";
import { anyElement, lengthOf } from "./elements";
import { mutatingMethods } from "./mutate";
import { bytesPerElement } from "./typedElements";

const prototype: ReadonlyMap<string, Value> = new Map([...callbackMethods, ...copyMethods, ...mutatingMethods]);

const onlyTyped = new Set(["set", "subarray"]);
const onlyPlain = new Set(["push", "pop", "shift", "unshift", "splice", "concat", "flat", "flatMap", "toSpliced"]);

export const arrayConstructors: readonly NativeValue[] = [arrayClass(prototype), ...typedArrayClasses(prototype)];

/** A member of an array; `undefined` when arrays have none of this name. */
export function arrayMember(array: ArrayValue, name: string): Value | undefined {
  if (name === "length") return lengthOf(array);
  if (/^(?:0|[1-9]\d*)$/.test(name))
    return array.elements ? (array.elements[Number(name)] ?? undefinedValue) : anyElement(array);
  if ((array.typed ? onlyPlain : onlyTyped).has(name)) return undefinedValue;
  const method = prototype.get(name);
  if (method) return method;
  if (array.typed) {
    if (name === "byteLength") return byteLength(array);
    if (name === "BYTES_PER_ELEMENT") return numberValue(bytesPerElement(array.typed)!);
    return name === "buffer" || name === "byteOffset" ? unknown : undefined;
  }
  return undefined;
}
