// Between abstract values and JavaScript's own: what is wholly known can be computed by JavaScript itself.

import {
  arrayValue,
  bigintValue,
  booleanValue,
  type Context,
  nullValue,
  numberValue,
  objectValue,
  type Property,
  stringValue,
  undefinedValue,
  unknown,
  type Value,
} from "../../values";
import { errorObject } from "../control/errors";

/** A JavaScript value in a box, so that `undefined` is told from "not known". */
export interface Known<T = unknown> {
  readonly value: T;
}

export type Primitive = undefined | null | number | string | boolean | bigint;

export function primitiveOf(value: Value): Known<Primitive> | undefined {
  switch (value.kind) {
    case "undefined":
      return { value: undefined };
    case "null":
      return { value: null };
    case "number":
    case "string":
    case "boolean":
    case "bigint":
      return value.value === undefined ? undefined : { value: value.value };
    default:
      return undefined;
  }
}

/** The primitives that all of them are, when all are known. */
export function primitivesOf(values: readonly Value[]): Primitive[] | undefined {
  const result: Primitive[] = [];
  for (const value of values) {
    const known = primitiveOf(value);
    if (!known) return undefined;
    result.push(known.value);
  }
  return result;
}

const deepest = 50;

/** A copy of a value made of primitives, arrays and plain objects, when everything in it is known. */
export function plainOf(value: Value, depth = 0): Known | undefined {
  if (depth > deepest) return undefined;
  if (value.kind === "array" && value.elements && !value.typed) {
    const items: unknown[] = [];
    for (const element of value.elements) {
      const item = plainOf(element, depth + 1);
      if (!item) return undefined;
      items.push(item.value);
    }
    return { value: items };
  }
  if (value.kind === "object" && !value.open && !value.class) {
    const result: Record<string, unknown> = {};
    for (const [key, property] of value.properties) {
      const item = property.kind === "accessor" ? undefined : plainOf(property, depth + 1);
      // `__proto__` as a key would change what the copy is.
      if (!item || key === "__proto__" || key === "toJSON" || key.startsWith("@@")) return undefined;
      result[key] = item.value;
    }
    return { value: result };
  }
  return primitiveOf(value);
}

/** The abstract value of a JavaScript value made of primitives, arrays and plain objects. */
export function lift(value: unknown): Value {
  switch (typeof value) {
    case "undefined":
      return undefinedValue;
    case "number":
      return numberValue(value);
    case "string":
      return stringValue(value);
    case "boolean":
      return booleanValue(value);
    case "bigint":
      return bigintValue(value);
    case "object":
      if (value === null) return nullValue;
      if (Array.isArray(value)) return arrayValue(value.map(lift));
      return objectValue(new Map<string, Property>(Object.entries(value).map(([key, each]) => [key, lift(each)])));
    default:
      return unknown;
  }
}

/** Computes with JavaScript itself; what JavaScript throws, the user's program throws. */
export function compute(context: Context, run: () => unknown): Value {
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    context.throwValue(error instanceof Error ? errorObject(error.name, error.message) : unknown);
  }
  return lift(result);
}
