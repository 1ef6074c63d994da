// Math: JavaScript's own on known numbers, the dimension algebra on symbolic ones.

import {
  ceilDivDims,
  derivedNumber,
  type Dim,
  dimsAtMost,
  floorDivDims,
  maxDims,
  minDims,
  mulDims,
  type NumberDerivation,
  type NumberValue,
  numberOfDim,
  numberValue,
  addDims,
  subDims,
  undefinedValue,
  unknownNumber,
  type Value,
} from "../../values";
import { toNumber } from "../support/convert";
import { byName, constantly, namespace, pure } from "../support/natives";

/** Functions that give nothing to go on for a symbolic number. */
const onKnownNumbers = [
  ...["acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "clz32", "cos", "cosh", "exp", "expm1"],
  ...["fround", "hypot", "imul", "log", "log10", "log1p", "log2", "pow", "sin", "sinh", "sqrt", "tan", "tanh"],
] as const;

const constants = ["E", "LN10", "LN2", "LOG10E", "LOG2E", "PI", "SQRT1_2", "SQRT2"] as const;

/** A function of one number: by JavaScript when it is known, else by `symbolic`. */
function unary(
  name: "floor" | "ceil" | "round" | "trunc" | "abs" | "sign",
  symbolic: (number: NumberValue) => NumberValue | undefined,
): Value {
  return pure(name, (given = undefinedValue) => {
    const number = toNumber(given);
    if (number.value === undefined) return symbolic(number) ?? unknownNumber;
    const result = Math[name](number.value);
    return Object.is(result, number.value) ? number : rounded(name, result, number);
  });
}

/** Keeps how the number was made: floor(7 / 2) comes from 7 and 2. */
function rounded(name: string, result: number, number: NumberValue): NumberValue {
  const { derivation } = number;
  if (name !== "floor" || derivation?.operator !== "/") return numberValue(result);
  return derivedNumber(result, "floor", derivation.operands);
}

/** Applies to a quotient of whole numbers; a whole number stays what it is. */
function ofQuotient(divide: (a: Dim, b: Dim) => Dim | undefined): (number: NumberValue) => NumberValue | undefined {
  return (number) => {
    if (number.symbolic) return number;
    if (!number.ratio) return undefined;
    const result = divide(number.ratio.numerator, number.ratio.denominator);
    return result === undefined ? undefined : numberOfDim(result);
  };
}

function isAtLeastZero(dim: Dim): boolean {
  return dimsAtMost(0, dim) === "yes";
}

/** Rounds a quotient of whole numbers up; the denominator must not be negative. */
function ceilOf(a: Dim, b: Dim): Dim | undefined {
  return isAtLeastZero(b) ? ceilDivDims(a, b) : undefined;
}

/** floor(a/b + 1/2). */
function roundOf(a: Dim, b: Dim): Dim {
  return floorDivDims(addDims(mulDims(2, a), b), mulDims(2, b));
}

/** `Math.trunc(a / b)`, which `(a / b) | 0` is too; `undefined` when nobody knows which way it rounds. */
export function truncatedDivDims(a: Dim, b: Dim): Dim | undefined {
  return isAtLeastZero(a) && isAtLeastZero(b) ? floorDivDims(a, b) : undefined;
}

function absolute({ symbolic }: NumberValue): NumberValue | undefined {
  if (!symbolic) return undefined;
  if (isAtLeastZero(symbolic)) return numberOfDim(symbolic);
  return dimsAtMost(symbolic, 0) === "yes" ? numberOfDim(subDims(0, symbolic)) : undefined;
}

function signOf({ symbolic }: NumberValue): NumberValue | undefined {
  if (!symbolic) return undefined;
  if (dimsAtMost(1, symbolic) === "yes") return numberValue(1);
  return dimsAtMost(symbolic, -1) === "yes" ? numberValue(-1) : undefined;
}

/** `Math.min` and `Math.max`. */
function extremum(name: "min" | "max", ofDims: (a: Dim, b: Dim) => Dim): Value {
  const nothing = name === "min" ? Infinity : -Infinity;
  return pure(name, (...given) => {
    const numbers = given.map(toNumber);
    const [first] = numbers;
    if (!first) return numberValue(nothing);
    if (numbers.some((number) => Number.isNaN(number.value))) return numberValue(NaN);
    return numbers.slice(1).reduce((a, b) => smallerOrGreater(name, ofDims, a, b), first);
  });
}

function smallerOrGreater(
  name: NumberDerivation["operator"] & ("min" | "max"),
  ofDims: (a: Dim, b: Dim) => Dim,
  a: NumberValue,
  b: NumberValue,
): NumberValue {
  if (a.value !== undefined && b.value !== undefined) return derivedNumber(Math[name](a.value, b.value), name, [a, b]);
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    // Infinity either decides or plays no part, whatever the other is.
    if (one.value === Infinity) return name === "min" ? other : one;
    if (one.value === -Infinity) return name === "max" ? other : one;
  }
  return a.dim && b.dim ? numberOfDim(ofDims(a.dim, b.dim)) : unknownNumber;
}

const largestPower = 8;

/** `base ** exponent` where the base is symbolic and the exponent a small whole number. */
export function powerOf(base: NumberValue, exponent: NumberValue): NumberValue | undefined {
  const times = exponent.value;
  if (!base.symbolic || times === undefined || !Number.isInteger(times) || times < 0 || times > largestPower) {
    return undefined;
  }
  let result: Dim = 1;
  for (let i = 0; i < times; i++) result = mulDims(result, base.symbolic);
  return numberOfDim(result);
}

function onKnown(name: (typeof onKnownNumbers)[number]): Value {
  return pure(name, (...given) => {
    const numbers = given.map(toNumber);
    const values = numbers.map(({ value }) => value);
    if (values.every((value) => value !== undefined)) return numberValue((Math[name] as NumberFunction)(...values));
    const [a, b] = numbers;
    if (name === "pow" && a && b) return powerOf(a, b) ?? unknownNumber;
    if (name === "imul" && a?.dim && b?.dim) return numberOfDim(mulDims(a.dim, b.dim));
    return unknownNumber;
  });
}

type NumberFunction = (...values: readonly number[]) => number;

const members: [string, Value][] = [
  ...constants.map((name): [string, Value] => [name, numberValue(Math[name])]),
  ...onKnownNumbers.map((name): [string, Value] => [name, onKnown(name)]),
  ["floor", unary("floor", ofQuotient(floorDivDims))],
  ["ceil", unary("ceil", ofQuotient(ceilOf))],
  ["round", unary("round", ofQuotient(roundOf))],
  ["trunc", unary("trunc", ofQuotient(truncatedDivDims))],
  ["abs", unary("abs", absolute)],
  ["sign", unary("sign", signOf)],
  ["min", extremum("min", minDims)],
  ["max", extremum("max", maxDims)],
  ...byName([constantly("random", unknownNumber)]),
];

export const math = namespace("Math", new Map(members));
