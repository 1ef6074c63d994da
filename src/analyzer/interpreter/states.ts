// The inside of a mutable value at one moment: taking it, putting it back, comparing and joining two of them.

import {
  join,
  joinProperties,
  keyOf,
  type MutableValue,
  nextVersion,
  type NumberValue,
  type Property,
  unknown,
  unknownNumber,
  type Value,
  widen,
} from "../values";
import { type Cell } from "./environment";

export type Changeable = MutableValue | Cell;

/** The inside of a mutable value at one moment; which fields are used depends on the kind. */
export interface State {
  readonly value?: Value | undefined;
  readonly items?: readonly unknown[] | undefined;
  readonly summary?: Value;
  readonly other?: Value;
  readonly properties?: ReadonlyMap<string, Property>;
  readonly open?: boolean;
  readonly position?: number;
  /** The version the value had; absent for a state that it never was in. */
  readonly version?: number;
}

/** A state that covers all others. */
export function forgotten(target: Changeable): State {
  const isObject = target.kind === "object" || target.kind === "function" || target.kind === "class";
  if (isObject) return { properties: new Map(), open: true };
  return {
    value: unknown,
    items: undefined,
    summary: unknown,
    other: target.kind === "array" ? unknownNumber : unknown,
    position: 1,
  };
}

export function stateOf(target: Changeable): State {
  return { ...contentOf(target), version: target.version };
}

function contentOf(target: Changeable): State {
  switch (target.kind) {
    case "cell":
      return { value: target.value };
    case "array":
      return { items: target.elements?.slice(), summary: target.summary, other: target.length };
    case "object":
      return { properties: new Map(target.properties), open: target.open };
    case "function":
    case "class":
      return { properties: new Map(target.properties) };
    case "map":
      return { items: target.entries?.slice(), summary: target.keySummary, other: target.valueSummary };
    case "set":
      return { items: target.items?.slice(), summary: target.summary };
    case "iterator":
      return { items: target.items, position: target.position, summary: target.summary };
  }
}

export function restore(target: Changeable, state: State): void {
  switch (target.kind) {
    case "cell":
      target.value = state.value;
      break;
    case "array":
      target.elements = state.items?.slice() as Value[] | undefined;
      target.summary = state.summary!;
      target.length = state.other as NumberValue;
      break;
    case "object":
      target.properties = new Map(state.properties);
      target.open = state.open!;
      break;
    case "function":
    case "class":
      target.properties = new Map(state.properties);
      break;
    case "map":
      target.entries = state.items?.slice() as typeof target.entries;
      target.keySummary = state.summary!;
      target.valueSummary = state.other!;
      break;
    case "set":
      target.items = state.items?.slice() as Value[] | undefined;
      target.summary = state.summary!;
      break;
    case "iterator":
      target.items = state.items as Value[] | undefined;
      target.position = state.position!;
      target.summary = state.summary!;
      break;
  }
}

/** Back to a state the value was in, version and all: whoever read it then finds what it read. */
export function restoreVersion(target: Changeable, state: State): void {
  restore(target, state);
  target.version = state.version ?? nextVersion();
}

export function sameState(target: Changeable, a: State, b: State): boolean {
  if (!sameOptional(a.value, b.value) || !sameOptional(a.summary, b.summary) || !sameOptional(a.other, b.other))
    return false;
  if (a.open !== b.open || a.position !== b.position || (a.items === undefined) !== (b.items === undefined))
    return false;
  if (a.items && b.items) {
    if (a.items.length !== b.items.length) return false;
    const flat = (item: unknown): string => {
      if (target.kind !== "map") return keyOf(item as Value);
      const { key, value } = item as { key: Value; value: Value };
      return `${keyOf(key)}:${keyOf(value)}`;
    };
    const others = b.items;
    if (!a.items.every((item, i) => item === others[i] || flat(item) === flat(others[i]))) return false;
  }
  if (a.properties && b.properties) {
    if (a.properties.size !== b.properties.size) return false;
    for (const [name, property] of a.properties) {
      const other = b.properties.get(name);
      if (other === property) continue;
      if (!other || other.kind === "accessor" || property.kind === "accessor") return false;
      if (keyOf(other) !== keyOf(property)) return false;
    }
  }
  return true;
}

function sameOptional(a: Value | undefined, b: Value | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && keyOf(a) === keyOf(b));
}

export function joinStates(target: Changeable, a: State, b: State): State {
  return mergeStates(target, a, b, join);
}

export function widenStates(target: Changeable, a: State, b: State): State {
  return mergeStates(target, a, b, widen);
}

function mergeStates(target: Changeable, a: State, b: State, merge: (a: Value, b: Value) => Value): State {
  const optional = (x: Value | undefined, y: Value | undefined): Value | undefined => (x && y ? merge(x, y) : (x ?? y));
  if (a.properties && b.properties) return mergeProperties(a, b, merge);
  if (target.kind === "array" || target.kind === "set") return mergeItems(target, a, b, merge);
  if (target.kind === "map") {
    if (sameState(target, a, b)) return a;
    return { items: undefined, summary: unknown, other: unknown };
  }
  if (target.kind === "iterator") {
    if (a.position === b.position) return a;
    return { items: undefined, position: Math.max(a.position!, b.position!), summary: summaryOf(a) };
  }
  return { value: optional(a.value, b.value) };
}

function mergeProperties(a: State, b: State, merge: (a: Value, b: Value) => Value): State {
  const properties = new Map<string, Property>();
  let open = Boolean(a.open) || Boolean(b.open);
  for (const [name, property] of a.properties!) {
    const other = b.properties!.get(name);
    if (other === undefined) open = true;
    else if (property.kind === "accessor" || other.kind === "accessor") {
      properties.set(name, joinProperties(property, other));
    } else properties.set(name, merge(property, other));
  }
  for (const name of b.properties!.keys()) if (!a.properties!.has(name)) open = true;
  return { properties, open };
}

function mergeItems(target: Changeable, a: State, b: State, merge: (a: Value, b: Value) => Value): State {
  if (a.items && b.items && a.items.length === b.items.length) {
    const others = b.items as readonly Value[];
    const items = (a.items as readonly Value[]).map((item, i) => (item === others[i] ? item : merge(item, others[i]!)));
    return { items, summary: a.summary!, other: a.other! };
  }
  const summary = itemsAreEmpty(a) ? summaryOf(b) : itemsAreEmpty(b) ? summaryOf(a) : join(summaryOf(a), summaryOf(b));
  const length =
    a.items === undefined && b.items === undefined && a.other && b.other ? merge(a.other, b.other) : unknownNumber;
  return {
    items: undefined,
    summary,
    other: target.kind === "array" && length.kind === "number" ? length : unknownNumber,
  };
}

function itemsAreEmpty(state: State): boolean {
  return state.items?.length === 0;
}

function summaryOf(state: State): Value {
  const items = state.items as readonly Value[] | undefined;
  if (!items) return state.summary ?? unknown;
  return items.length === 0 ? unknown : items.reduce(join);
}
