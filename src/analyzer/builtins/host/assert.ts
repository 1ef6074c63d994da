// node:assert. What is asserted holds afterwards; where a throw is expected nothing is wrong.

import {
  assumeEqual,
  type CallSite,
  type Context,
  keyOf,
  type NativeValue,
  nativeValue,
  promiseValue,
  strictEquals,
  truthiness,
  undefinedValue,
  type Value,
} from "../../values";
import { errorObject } from "../control/errors";
import { argument, native } from "../support/natives";
import { consoleAssert } from "./surroundings";

function fail(context: Context): never {
  context.throwValue(errorObject("Error", "Assertion failed"));
}

/** `assert(value)` and `assert.ok(value)`: after it the value is true. */
function ok(name: string): NativeValue {
  return native(name, (context, args) => {
    if (truthiness(argument(args, 0)) === false) fail(context);
    return undefinedValue;
  });
}

/** Equality of primitives and dimensions is learnt; of anything else nothing is said. */
function equality(name: string): NativeValue {
  return native(name, (context, args) => {
    learnEqual(context, argument(args, 0), argument(args, 1));
    return undefinedValue;
  });
}

function learnEqual(context: Context, a: Value, b: Value): void {
  if (a.kind === "number" && b.kind === "number") {
    const answer = strictEquals(a, b);
    if (answer === false && !(Number.isNaN(a.value) && Number.isNaN(b.value))) fail(context);
    if (answer === undefined && a.dim && b.dim && keyOf(a) !== keyOf(b)) assumeEqual(a.dim, b.dim);
    return;
  }
  if (a.kind !== "array" || b.kind !== "array" || !a.elements || !b.elements) return;
  if (a.elements.length !== b.elements.length) fail(context);
  a.elements.forEach((element, i) => learnEqual(context, element, b.elements![i]!));
}

/** The callback is expected to throw: whatever is wrong in it is meant to be. */
function throws(context: Context, args: readonly Value[], site: CallSite): void {
  const fn = argument(args, 0);
  context.expectThrow(() => {
    if (fn.kind !== "promise") context.call(fn, undefinedValue, [], site);
  });
}

function calls(context: Context, args: readonly Value[], site: CallSite): void {
  const fn = argument(args, 0);
  if (fn.kind !== "promise") context.call(fn, undefinedValue, [], site);
}

/** An assertion with no use for the analysis. */
function silent(name: string): NativeValue {
  return native(name, () => undefinedValue);
}

const members: NativeValue[] = [
  ok("ok"),
  ...["equal", "strictEqual", "deepEqual", "deepStrictEqual"].map(equality),
  ...["notEqual", "notStrictEqual", "notDeepEqual", "notDeepStrictEqual", "match", "doesNotMatch", "ifError"].map(
    silent,
  ),
  native("throws", (context, args, site) => {
    throws(context, args, site);
    return undefinedValue;
  }),
  native("rejects", (context, args, site) => {
    throws(context, args, site);
    return promiseValue(undefinedValue);
  }),
  native("doesNotThrow", (context, args, site) => {
    calls(context, args, site);
    return undefinedValue;
  }),
  native("doesNotReject", (context, args, site) => {
    calls(context, args, site);
    return promiseValue(undefinedValue);
  }),
  native("fail", fail),
];

/** Whether a function says of its first argument that it is true. */
export function isAssertion(fn: Value): boolean {
  return fn === assertFunction || fn === assertFunction.properties.get("ok") || fn === consoleAssert;
}

const table = new Map<string, Value>(members.map((each) => [each.name, each]));

/** The function `assert` with everything on it. */
export const assertFunction: NativeValue = nativeValue("assert", ok("assert").call, undefined, table);
table.set("strict", assertFunction);
