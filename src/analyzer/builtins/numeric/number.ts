// Number, BigInt, Boolean, their members, and the global functions that read numbers.

import {
  bigintValue,
  booleanValue,
  type Context,
  type NativeValue,
  type NumberValue,
  numberValue,
  divides,
  truthiness,
  undefinedValue,
  unknown,
  unknownBigInt,
  unknownBoolean,
  unknownNumber,
  unknownString,
  type Value,
} from "../../values";
import { compute, primitivesOf } from "../support/concrete";
import { textOf, toNumber } from "../support/convert";
import { type Body, itself, type Members, methods, namespace, pure } from "../support/natives";

/** Whether a number is whole: a symbolic one is, a quotient when the one divides the other. */
function isWhole(value: Value): Value {
  if (value.kind !== "number") return value.kind === "unknown" ? unknownBoolean : booleanValue(false);
  if (value.value !== undefined) return booleanValue(Number.isInteger(value.value));
  if (value.symbolic) return booleanValue(true);
  if (!value.ratio) return unknownBoolean;
  const certainty = divides(value.ratio.denominator, value.ratio.numerator);
  return booleanValue(certainty === "unknown" ? undefined : certainty === "yes");
}

/** A question about a number that converts its argument first. */
function question(name: string, ask: (value: number) => boolean, whenSymbolic: boolean): NativeValue {
  return pure(name, (value = undefinedValue) => answered(toNumber(value), ask, whenSymbolic));
}

/** The same for `Number.isFinite` and its like: whatever is no number is answered with false. */
function strictQuestion(name: string, ask: (value: number) => boolean, whenSymbolic: boolean): NativeValue {
  return pure(name, (value = undefinedValue) => {
    if (value.kind === "unknown") return unknownBoolean;
    return value.kind === "number" ? answered(value, ask, whenSymbolic) : booleanValue(false);
  });
}

function answered(number: NumberValue, ask: (value: number) => boolean, whenSymbolic: boolean): Value {
  if (number.value !== undefined) return booleanValue(ask(number.value));
  return number.symbolic ? booleanValue(whenSymbolic) : unknownBoolean;
}

const parseWhole = pure("parseInt", (value = undefinedValue, radix = undefinedValue) => {
  if (value.kind === "number" && value.symbolic) return value;
  const text = textOf(value);
  const base = toNumber(radix).value;
  if (text === undefined || base === undefined) return unknownNumber;
  return numberValue(parseInt(text, radix.kind === "undefined" ? undefined : base));
});

const parseAny = pure("parseFloat", (value = undefinedValue) => {
  if (value.kind === "number" && value.symbolic) return value;
  const text = textOf(value);
  return text === undefined ? unknownNumber : numberValue(parseFloat(text));
});

/** What a method of a primitive gives, by JavaScript itself when all is known. */
function onPrimitive<Self extends Value>(name: string, otherwise: Value): Body<Self> {
  return (context: Context, self, args) => {
    const known = primitivesOf([self, ...args]);
    if (!known) return otherwise;
    const [receiver, ...rest] = known as [never, ...never[]];
    return compute(context, () => (receiver[name] as (...given: unknown[]) => unknown).apply(receiver, rest));
  };
}

const numberMethods = methods("number", {
  toString: onPrimitive("toString", unknownString),
  toFixed: onPrimitive("toFixed", unknownString),
  toPrecision: onPrimitive("toPrecision", unknownString),
  toExponential: onPrimitive("toExponential", unknownString),
  toLocaleString: () => unknownString,
  valueOf: itself,
});

const bigintMethods = methods("bigint", {
  toString: onPrimitive("toString", unknownString),
  toLocaleString: () => unknownString,
  valueOf: itself,
});

const booleanMethods = methods("boolean", {
  toString: onPrimitive("toString", unknownString),
  valueOf: itself,
});

/** Members of numbers, booleans and big integers. */
export function primitiveMember(kind: "number" | "bigint" | "boolean", name: string): Value | undefined {
  const table: Members = { number: numberMethods, bigint: bigintMethods, boolean: booleanMethods }[kind];
  return table.get(name);
}

const constants = [
  ...["EPSILON", "MAX_SAFE_INTEGER", "MAX_VALUE", "MIN_SAFE_INTEGER", "MIN_VALUE"],
  ...["NaN", "NEGATIVE_INFINITY", "POSITIVE_INFINITY"],
] as const;

const numberStatics = new Map<string, Value>([
  ...constants.map((name): [string, Value] => [name, numberValue(Number[name as keyof typeof Number] as number)]),
  ["isInteger", pure("isInteger", (value = undefinedValue) => isWhole(value))],
  ["isSafeInteger", strictQuestion("isSafeInteger", Number.isSafeInteger, true)],
  ["isFinite", strictQuestion("isFinite", Number.isFinite, true)],
  ["isNaN", strictQuestion("isNaN", Number.isNaN, false)],
  ["parseInt", parseWhole],
  ["parseFloat", parseAny],
  ["prototype", namespace("Number.prototype", numberMethods)],
]);

/** A conversion function such as `Number(x)`; `new Number(x)` makes an object that nobody follows. */
function conversion(name: string, convert: (value?: Value) => Value, properties?: Members): NativeValue {
  const { call } = pure(name, convert);
  return { kind: "native", name, call, construct: () => unknown, properties: properties ?? new Map() };
}

function toBigInt(value: Value): Value {
  if (value.kind === "bigint") return value;
  const number = toNumber(value).value;
  return number !== undefined && Number.isSafeInteger(number) ? bigintValue(BigInt(number)) : unknownBigInt;
}

export const numberGlobals: readonly NativeValue[] = [
  conversion("Number", (value) => (value ? toNumber(value) : numberValue(0)), numberStatics),
  conversion("Boolean", (value = undefinedValue) => booleanValue(truthiness(value))),
  conversion("BigInt", (value = undefinedValue) => toBigInt(value)),
  parseWhole,
  parseAny,
  question("isNaN", Number.isNaN, false),
  question("isFinite", Number.isFinite, true),
];
