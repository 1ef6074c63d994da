// String and its methods: JavaScript's own on known text, a value of the right kind otherwise.

import {
  iteratorValue,
  type NativeValue,
  stringValue,
  type StringValue,
  summaryArray,
  undefinedValue,
  unknown,
  unknownBoolean,
  unknownNumber,
  unknownString,
  numberValue,
  type Value,
} from "../../values";
import { arrayOf } from "../array/elements";
import { compute, primitivesOf } from "../support/concrete";
import { textOf, toNumber } from "../support/convert";
import {
  argument,
  type Body,
  constructor,
  eachCombination,
  methods,
  namespace,
  native,
  pure,
} from "../support/natives";

type StringBody = Body<StringValue>;

const giveString = [
  ...["at", "charAt", "concat", "normalize", "padEnd", "padStart", "repeat", "slice", "substr", "substring"],
  ...["toLocaleLowerCase", "toLocaleUpperCase", "toLowerCase", "toString", "toUpperCase"],
  ...["trim", "trimEnd", "trimStart", "valueOf"],
];
const giveNumber = ["charCodeAt", "codePointAt", "indexOf", "lastIndexOf", "localeCompare", "search"];
const giveBoolean = ["endsWith", "includes", "startsWith"];

const longestText = 10_000;

/** By JavaScript itself when everything is known, else something of the kind it would give. */
function byKind(name: string, otherwise: () => Value): StringBody {
  return (context, self, args) =>
    eachCombination([self, ...args], (all) => {
      const known = primitivesOf(all);
      if (!known || !isSmall(name, known)) return otherwise();
      const [text, ...rest] = known as [string, ...unknown[]];
      return compute(context, () => (text[name as keyof string] as StringFunction).apply(text, rest));
    });
}

type StringFunction = (this: string, ...args: unknown[]) => unknown;

/** Whether the result has a size that can be kept. */
function isSmall(name: string, [text, size]: readonly unknown[]): boolean {
  const count = Number(size);
  if (name === "repeat") return !(String(text).length * count > longestText);
  return !name.startsWith("pad") || !(count > longestText);
}

const split: StringBody = (context, self, args) =>
  eachCombination([self, ...args], (all) => {
    const known = primitivesOf(all);
    if (!known) return summaryArray(unknownString);
    const [text, separator, limit] = known as [string, string, number | undefined];
    const parts = compute(context, () => text.split(separator, limit));
    return parts.kind === "array" && parts.elements ? arrayOf(parts.elements) : parts;
  });

/** `replace` and `replaceAll`, whose second argument may be a function. */
function replacer(name: "replace" | "replaceAll"): StringBody {
  const plain = byKind(name, () => unknownString);
  return (context, self, args, site) => {
    const replacement = argument(args, 1);
    if (replacement.kind === "string") {
      const size = (self.value?.length ?? 0) * (replacement.value?.length ?? 0);
      return size > longestText * longestText ? unknownString : plain(context, self, args, site);
    }
    const pattern = argument(args, 0);
    if (self.value === undefined || pattern.kind !== "string" || pattern.value === undefined) {
      const match = [unknownString, unknown, unknown, unknown];
      context.repeat(() => void context.call(replacement, undefinedValue, match, site));
      return unknownString;
    }
    let isKnown = true;
    const text = self.value;
    const result = text[name](pattern.value, (match: string, offset: number) => {
      const given = [stringValue(match), numberValue(offset), self];
      const answer = textOf(context.call(replacement, undefinedValue, given, site));
      if (answer === undefined) isKnown = false;
      return answer ?? "";
    });
    return isKnown ? stringValue(result) : unknownString;
  };
}

const iterate: StringBody = (_context, self) =>
  self.value === undefined
    ? iteratorValue(undefined, unknownString)
    : iteratorValue(Array.from(self.value, (character) => stringValue(character)));

const stringMethods = methods("string", {
  ...Object.fromEntries(giveString.map((name) => [name, byKind(name, () => unknownString)])),
  ...Object.fromEntries(giveNumber.map((name) => [name, byKind(name, () => unknownNumber)])),
  ...Object.fromEntries(giveBoolean.map((name) => [name, byKind(name, () => unknownBoolean)])),
  split,
  replace: replacer("replace"),
  replaceAll: replacer("replaceAll"),
  match: () => unknown,
  matchAll: () => iteratorValue(undefined),
  "@@iterator": iterate,
});

/** A member of a string; `undefined` when strings have none of this name. */
export function stringMember(string: StringValue, name: string): Value | undefined {
  const { value } = string;
  if (name === "length") return value === undefined ? unknownNumber : numberValue(value.length);
  if (!/^(?:0|[1-9]\d*)$/.test(name)) return stringMethods.get(name);
  if (value === undefined) return unknownString;
  return Number(name) < value.length ? stringValue(value[Number(name)]) : undefinedValue;
}

/** `String(value)`; objects may have a `toString` of their own. */
const toText = native("String", (context, args, site) => {
  if (args.length === 0) return stringValue("");
  return eachCombination(args.slice(0, 1), ([value]) => {
    const text = textOf(value!);
    if (text !== undefined || value!.kind !== "object") return stringValue(text);
    const method = context.getProperty(value!, "toString", site);
    return method.kind === "function" ? stringValue(textOf(context.call(method, value!, [], site))) : unknownString;
  });
});

function fromCodes(name: "fromCharCode" | "fromCodePoint"): Value {
  return pure(name, (...codes) => {
    const values = codes.map((code) => toNumber(code).value);
    if (!values.every((value) => value !== undefined && value >= 0 && value <= 0x10ffff)) return unknownString;
    return stringValue(String[name](...(values as number[])));
  });
}

export const stringGlobal: NativeValue = constructor(
  "String",
  () => unknown,
  {
    fromCharCode: fromCodes("fromCharCode"),
    fromCodePoint: fromCodes("fromCodePoint"),
    raw: native("raw", () => unknownString),
    prototype: namespace("String.prototype", stringMethods),
  },
  toText.call,
);
