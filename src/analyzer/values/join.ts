// Joining abstract values where two paths of the program meet, and widening where a loop would go on for ever.

import { Tensor } from "@shapelens/engine";
import { keyOf, shapeKeyOf } from "./equality";
import { markOf } from "./marks";
import { NumberValue, unknownNumber } from "./numbers";
import {
  arrayValue,
  type ArrayValue,
  type ObjectValue,
  objectValue,
  type Property,
  summaryArray,
  tensorValue,
  unknown,
  unknownBoolean,
  unknownString,
  type Value,
} from "./values";

/** More alternatives than this are unknown. */
const mostAlternatives = 4;

/** The least value that covers both. Equal values stay, a few different ones become alternatives, else unknown. */
export function join(a: Value, b: Value): Value {
  if (a === b) return a;
  if (a.kind === "unknown" || b.kind === "unknown") return unknown;
  if (a.kind === b.kind) {
    if (a.kind === "number") return joinNumbers(a, b as NumberValue);
    if (a.kind === "string" && (a.value === undefined || (b as typeof a).value === undefined)) return unknownString;
    if (a.kind === "boolean") return a.value === (b as typeof a).value ? a : unknownBoolean;
    if (a.kind === "tensor" && (!a.tensor || !(b as typeof a).tensor)) return tensorValue(undefined);
    if (a.kind === "array" && isFresh(a, b as ArrayValue)) return joinArrays(a, b as ArrayValue);
    if (a.kind === "object" && isFresh(a, b as ObjectValue)) return joinObjects(a, b as ObjectValue);
  }
  return alternatives([a, b]);
}

function joinNumbers(a: NumberValue, b: NumberValue): Value {
  const [left, right] = [keyOf(a), keyOf(b)];
  if (left === right) return a.origin ? a : b;
  return left === "#?" || right === "#?" ? unknownNumber : alternatives([a, b]);
}

/** Two plain arrays or objects that different paths made are taken together element by element. */
function isFresh(a: ArrayValue | ObjectValue, b: ArrayValue | ObjectValue): boolean {
  if (a.kind === "array" && b.kind === "array") {
    return (a.elements === undefined) === (b.elements === undefined) && a.elements?.length === b.elements?.length;
  }
  if (a.kind !== "object" || b.kind !== "object" || a.class || b.class) return false;
  return a.properties.size === b.properties.size && [...a.properties.keys()].every((key) => b.properties.has(key));
}

function joinArrays(a: ArrayValue, b: ArrayValue): Value {
  if (!a.elements || !b.elements) {
    const length = joinNumbers(a.length, b.length);
    return summaryArray(join(a.summary, b.summary), length instanceof NumberValue ? length : unknownNumber, a.typed);
  }
  const others = b.elements;
  return arrayValue(
    a.elements.map((element, i) => join(element, others[i]!)),
    a.typed,
  );
}

function joinObjects(a: ObjectValue, b: ObjectValue): Value {
  const properties = new Map<string, Property>();
  for (const [key, property] of a.properties) properties.set(key, joinProperties(property, b.properties.get(key)!));
  return objectValue(properties, undefined, a.open || b.open);
}

export function joinProperties(a: Property, b: Property): Property {
  if (a === b) return a;
  return a.kind === "accessor" || b.kind === "accessor" ? unknown : join(a, b);
}

/** One of these values: without duplicates, unknown when there are too many. */
export function alternatives(values: readonly Value[]): Value {
  const byKey = new Map<string, Value>();
  for (const value of values) {
    for (const each of value.kind === "oneOf" ? value.alternatives : [value]) {
      if (each.kind === "unknown") return unknown;
      const key = plainKeyOf(each);
      const before = byKey.get(key);
      byKey.set(key, before ? common(before, each) : each);
    }
  }
  const distinct = [...byKey.values()].filter((each) => !isCovered(each, byKey));
  if (distinct.length === 1) return distinct[0]!;
  return distinct.length <= mostAlternatives ? { kind: "oneOf", alternatives: distinct } : summarise(distinct);
}

/** Tensors of one shape are one alternative, whatever else is known of each. */
function plainKeyOf(value: Value): string {
  return value.kind === "tensor" && value.tensor ? shapeKeyOf(value.tensor) : keyOf(value);
}

/** Of two values with one key the first; of two tensors only what holds for both. */
function common(a: Value, b: Value): Value {
  if (a.kind !== "tensor" || b.kind !== "tensor" || !a.tensor || !b.tensor) return a;
  if (markOf(a.tensor) === markOf(b.tensor) || markOf(a.tensor) === "") return a;
  const { dims, dtype, requiresGrad } = a.tensor;
  return tensorValue(new Tensor(dims, dtype, undefined, { requiresGrad }), a.record, a.name);
}

/** Beside "some number" a known one says nothing; the same for texts and tensors. */
function isCovered(value: Value, byKey: ReadonlyMap<string, Value>): boolean {
  const cover = { number: "#?", string: "s?", tensor: "t?" }[value.kind as string];
  return cover !== undefined && byKey.has(cover) && byKey.get(cover) !== value;
}

/** What many values of one kind have in common. */
function summarise(values: readonly Value[]): Value {
  const kind = values[0]!.kind;
  if (!values.every((value) => value.kind === kind)) return unknown;
  if (kind === "number") return unknownNumber;
  if (kind === "string") return unknownString;
  return kind === "tensor" ? tensorValue(undefined) : unknown;
}

/** A value that covers both and is reached after finitely many steps: what changed between rounds is given up. */
export function widen(before: Value, after: Value): Value {
  if (before === after || keyOf(before) === keyOf(after)) return after;
  if (plainKeyOf(before) === plainKeyOf(after)) return common(after, before);
  const all = [before, after].flatMap((value) => (value.kind === "oneOf" ? value.alternatives : [value]));
  if (before.kind === after.kind || all.every(({ kind }) => kind === all[0]!.kind)) return summarise(all);
  return join(before, after).kind === "oneOf" ? alternativesOfKinds(before, after) : unknown;
}

/** `undefined` before the loop and a tensor after: both stay, as two alternatives. */
function alternativesOfKinds(before: Value, after: Value): Value {
  const isSimple = (value: Value): boolean => value.kind === "undefined" || value.kind === "null";
  return isSimple(before) || isSimple(after) ? join(before, after) : unknown;
}

/** The join of all; `unknown` for none. */
export function joinAll(values: readonly Value[]): Value {
  let result: Value | undefined;
  for (const value of values) result = result === undefined ? value : join(result, value);
  return result ?? unknown;
}
