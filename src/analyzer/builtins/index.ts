// JavaScript's own functions and objects as abstract values.

import { type Value } from "../values";

/** The global names: `Math`, `Array`, `console`, … */
export function globals(): ReadonlyMap<string, Value> {
  return new Map();
}

/** A member of a built-in value, such as `map` of an array; `undefined` when it has no such member. */
export function memberOf(_value: Value, _name: string): Value | undefined {
  return undefined;
}
