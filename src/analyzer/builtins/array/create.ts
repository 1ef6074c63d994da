// The global `Array` and the typed arrays.

import {
  arrayValue,
  type ArrayValue,
  booleanValue,
  type CallSite,
  type Context,
  type NativeValue,
  NumberValue,
  numberValue,
  summaryArray,
  undefinedValue,
  unknown,
  unknownBoolean,
  unknownNumber,
  type Value,
} from "../../values";
import { errorObject } from "../control/errors";
import { toNumber } from "../support/convert";
import { argument, constructor, type Members, namespace, native, pure } from "../support/natives";
import { arrayOf, filled, lengthOf, markSparse, visit } from "./elements";
import { bytesPerElement, coerceTo, typedArrayNames } from "./typedElements";

/** Whether the value is an array, as `Array.isArray` sees it. */
function isArray(value: Value): Value {
  if (value.kind === "unknown") return unknownBoolean;
  return booleanValue(value.kind === "array" && !value.typed);
}

function construct(context: Context, args: readonly Value[]): Value {
  const [length] = args;
  if (args.length !== 1 || (length!.kind !== "number" && length!.kind !== "oneOf" && length!.kind !== "unknown")) {
    return arrayValue([...args]);
  }
  if (length!.kind !== "number") return summaryArray(unknown);
  return markSparse(filled(checkedLength(context, length), undefinedValue));
}

/** A length that JavaScript accepts. */
function checkedLength(context: Context, length: NumberValue): NumberValue {
  const { value } = length;
  if (value !== undefined && (!Number.isInteger(value) || value < 0 || value >= 2 ** 32)) {
    context.throwValue(errorObject("RangeError", "Invalid array length"));
  }
  return length;
}

/** The items of what `Array.from` is given: something iterable, or an object with a length. */
export function listFrom(context: Context, source: Value, site: CallSite): ArrayValue {
  if (source.kind === "object" && !isIterable(context, source, site)) return fromLength(context, source, site);
  const iteration = context.iterate(source, site);
  if (iteration.items) return arrayOf(iteration.items.slice());
  const { summary, length } = iteration;
  return summaryArray(summary, length instanceof NumberValue ? length : unknownNumber);
}

function isIterable(context: Context, source: Value, site: CallSite): boolean {
  return context.getProperty(source, "@@iterator", site).kind !== "undefined";
}

/** `{ length: n, 0: …, 1: … }` as an array. */
function fromLength(context: Context, source: Value, site: CallSite): ArrayValue {
  const given = context.getProperty(source, "length", site);
  if (given.kind === "unknown" || given.kind === "oneOf") return summaryArray(unknown);
  const length = toNumber(given);
  const count = length.value === undefined ? length : numberValue(Math.max(0, Math.trunc(length.value) || 0));
  const array = filled(count, undefinedValue);
  if (source.kind !== "object") return array;
  if (source.properties.size > 1) {
    if (!array.elements) return summaryArray(unknown, count);
    array.elements = array.elements.map((_, i) => context.getProperty(source, String(i), site));
  }
  return array;
}

/** `from` of Array and of the typed arrays. */
function fromFunction(typed?: string): NativeValue {
  return native("from", (context, args, site) => {
    const list = listFrom(context, argument(args, 0), site);
    const mapper = argument(args, 1);
    const thisValue = argument(args, 2);
    if (mapper.kind === "undefined") return typed ? typedFrom(typed, list) : list;
    const results: Value[] = [];
    let summary: Value = unknown;
    visit(context, list, (element, index, isCertain) => {
      const result = context.call(mapper, thisValue, [element, index], site);
      if (isCertain) results.push(result);
      else summary = result;
    });
    const mapped = list.elements ? arrayValue(results) : summaryArray(summary, list.length);
    return typed ? typedFrom(typed, mapped) : mapped;
  });
}

function typedFrom(typed: string, list: ArrayValue): ArrayValue {
  if (!list.elements) return summaryArray(coerceTo(typed, list.summary), list.length, typed);
  return arrayValue(
    list.elements.map((element) => coerceTo(typed, element)),
    typed,
  );
}

export function arrayClass(prototype: Members): NativeValue {
  return constructor("Array", construct, {
    from: fromFunction(),
    of: native("of", (_context, args) => arrayValue([...args])),
    isArray: pure("isArray", (value = undefinedValue) => isArray(value)),
    prototype: namespace("Array.prototype", prototype),
  });
}

export function typedArrayClasses(prototype: Members): NativeValue[] {
  return typedArrayNames.map((name) =>
    constructor(name, (context, args, site) => constructTyped(context, name, args, site), {
      from: fromFunction(name),
      of: native("of", (_context, args) => typedFrom(name, arrayValue([...args]))),
      BYTES_PER_ELEMENT: numberValue(bytesPerElement(name)!),
      prototype: namespace(`${name}.prototype`, prototype),
    }),
  );
}

function constructTyped(context: Context, name: string, args: readonly Value[], site: CallSite): Value {
  const source = argument(args, 0);
  switch (source.kind) {
    case "undefined":
      return arrayValue([], name);
    case "number":
      return filled(checkedLength(context, source), numberValue(0), name);
    case "array":
    case "set":
    case "iterator":
      return typedFrom(name, listFrom(context, source, site));
    default:
      return summaryArray(unknownNumber, unknownNumber, name);
  }
}

/** The size in bytes of a typed array. */
export function byteLength(array: ArrayValue): NumberValue {
  const bytes = array.typed === undefined ? undefined : bytesPerElement(array.typed);
  const count = lengthOf(array).value;
  return bytes === undefined || count === undefined ? unknownNumber : numberValue(bytes * count);
}
