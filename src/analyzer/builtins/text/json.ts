// JSON: text that is known is read and written for real.

import {
  arrayValue,
  type Property,
  objectValue,
  stringValue,
  undefinedValue,
  unknown,
  unknownString,
  type Value,
} from "../../values";
import { lift, plainOf } from "../support/concrete";
import { toNumber } from "../support/convert";
import { argument, byName, namespace, native } from "../support/natives";
import { errorObject } from "../control/errors";

const longestText = 100_000;

const parse = native("parse", (context, args) => {
  const text = argument(args, 0);
  if (text.kind !== "string" || text.value === undefined || args.length > 1) return unknown;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.value);
  } catch {
    context.throwValue(errorObject("SyntaxError", "The text is not JSON"));
  }
  return lift(parsed);
});

const stringify = native("stringify", (context, args) => {
  const replacer = argument(args, 1);
  const indent = argument(args, 2);
  const known = plainOf(argument(args, 0));
  if (!known || (replacer.kind !== "undefined" && replacer.kind !== "null")) return unknownString;
  const space = indent.kind === "string" ? indent.value : toNumber(indent).value;
  if (indent.kind !== "undefined" && space === undefined) return unknownString;
  if (containsBigInt(known.value))
    context.throwValue(errorObject("TypeError", "Do not know how to serialize a BigInt"));
  const text = JSON.stringify(known.value, null, indent.kind === "undefined" ? undefined : space) as string | undefined;
  if (text === undefined) return undefinedValue;
  return text.length > longestText ? unknownString : stringValue(text);
});

function containsBigInt(value: unknown): boolean {
  if (typeof value === "bigint") return true;
  return typeof value === "object" && value !== null && Object.values(value).some(containsBigInt);
}

export const json = namespace("JSON", byName([parse, stringify]), undefinedValue);

/** `structuredClone`: arrays, objects, maps and sets are copied, functions have no copy. */
export const structuredCopy = native("structuredClone", (_context, args) => clone(argument(args, 0), new Map()));

function clone(value: Value, copies: Map<Value, Value>): Value {
  const done = copies.get(value);
  if (done) return done;
  switch (value.kind) {
    case "array": {
      const copy = arrayValue([], value.typed);
      copies.set(value, copy);
      copy.elements = value.elements?.map((element) => clone(element, copies));
      copy.summary = clone(value.summary, copies);
      copy.length = value.length;
      return copy;
    }
    case "object": {
      if (value.class) return unknown;
      const copy = objectValue(new Map<string, Property>(), undefined, value.open);
      copies.set(value, copy);
      for (const [key, property] of value.properties) {
        copy.properties.set(key, property.kind === "accessor" ? unknown : clone(property, copies));
      }
      return copy;
    }
    case "number":
    case "string":
    case "boolean":
    case "bigint":
    case "undefined":
    case "null":
      return value;
    default:
      return unknown;
  }
}
