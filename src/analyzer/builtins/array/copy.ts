// Array methods that read, or make a new array and leave this one alone.

import {
  addDims,
  arrayValue,
  type ArrayValue,
  booleanValue,
  iteratorValue,
  openIterator,
  joinAll,
  numberOfDim,
  numberValue,
  strictEquals,
  stringValue,
  summaryArray,
  undefinedValue,
  unknown,
  unknownNumber,
  unknownString,
  type NumberValue,
  type Value,
} from "../../values";
import { indexOr, joinedText, textOf } from "../support/convert";
import { argument, type Body, methods } from "../support/natives";
import { anyElement, arrayOf, lengthOf, slicedLength, someOf } from "./elements";
import { coerceTo } from "./typedElements";

type ArrayBody = Body<ArrayValue>;

const slice: ArrayBody = (_context, self, args) => {
  const start = indexOr(args[0], 0);
  const end = indexOr(args[1], Infinity);
  if (self.elements && start !== undefined && end !== undefined) {
    return arrayValue(self.elements.slice(start, end), self.typed);
  }
  if (self.elements?.length === 0) return arrayValue([], self.typed);
  return summaryArray(anyElement(self), slicedLength(lengthOf(self), args[0], args[1]), self.typed);
};

const concat: ArrayBody = (_context, self, args) => {
  const parts: Value[] = [];
  let length: NumberValue | undefined = lengthOf(self);
  let isKnown = self.elements !== undefined;
  if (self.elements) parts.push(...self.elements);
  else parts.push(self.summary);
  for (const arg of args) {
    if (arg.kind === "array" && !arg.typed) {
      if (arg.elements) parts.push(...arg.elements);
      else parts.push(arg.summary);
      isKnown &&= arg.elements !== undefined;
      length = length && sumOf(length, lengthOf(arg));
    } else if (arg.kind === "oneOf" && arg.alternatives.some((each) => each.kind === "array")) {
      for (const each of arg.alternatives) parts.push(each.kind === "array" ? anyElement(each) : each);
      isKnown = false;
      length = undefined;
    } else {
      parts.push(arg);
      if (arg.kind === "unknown") {
        isKnown = false;
        length = undefined;
      } else length = length && sumOf(length, numberValue(1));
    }
  }
  return isKnown ? arrayOf(parts) : summaryArray(joinAll(parts), length ?? unknownNumber);
};

function sumOf(a: NumberValue, b: NumberValue): NumberValue {
  return a.dim && b.dim ? numberOfDim(addDims(a.dim, b.dim)) : unknownNumber;
}

const deepest = 100;

/** `array.flat(depth)`. */
export function flattened(array: ArrayValue, depth: number): ArrayValue {
  const elements: Value[] = [];
  const isKnown = flattenInto(elements, array, Math.min(depth, deepest));
  return isKnown ? arrayOf(elements) : someOf(elements);
}

function flattenInto(into: Value[], array: ArrayValue, depth: number): boolean {
  if (!array.elements) {
    for (const each of array.summary.kind === "oneOf" ? array.summary.alternatives : [array.summary]) {
      if (each.kind === "array" && depth > 0) flattenInto(into, each, depth - 1);
      else into.push(each);
    }
    return false;
  }
  let isKnown = true;
  for (const element of array.elements) {
    if (depth > 0 && element.kind === "array" && !element.typed) {
      isKnown = flattenInto(into, element, depth - 1) && isKnown;
    } else if (depth > 0 && element.kind === "oneOf") {
      for (const each of element.alternatives) {
        if (each.kind === "array") flattenInto(into, each, depth - 1);
        else into.push(each);
      }
      isKnown = false;
    } else {
      into.push(element);
      if (element.kind === "unknown") isKnown = false;
    }
  }
  return isKnown;
}

const flat: ArrayBody = (_context, self, args) => flattened(self, indexOr(args[0], 1) ?? deepest);

const at: ArrayBody = (_context, self, args) => {
  const index = indexOr(args[0], 0);
  if (!self.elements || index === undefined) return anyElement(self);
  return self.elements.at(index) ?? undefinedValue;
};

/** The places where the elements equal `wanted`: for certain, or perhaps. */
function matches(self: ArrayValue, wanted: Value, isNanFound: boolean): { index: number; isCertain: boolean }[] {
  const isNan = isNanFound && wanted.kind === "number" && Number.isNaN(wanted.value);
  const found: { index: number; isCertain: boolean }[] = [];
  self.elements?.forEach((element, index) => {
    const isSame =
      isNan && element.kind === "number" && Number.isNaN(element.value) ? true : strictEquals(element, wanted);
    if (isSame !== false) found.push({ index, isCertain: isSame === true });
  });
  return found;
}

const includes: ArrayBody = (_context, self, args) => {
  const from = indexOr(args[1], 0);
  if (!self.elements || from === undefined) return booleanValue(undefined);
  const first = from < 0 ? Math.max(0, self.elements.length + from) : from;
  const found = matches(self, argument(args, 0), true).filter(({ index }) => index >= first);
  if (found.some(({ isCertain }) => isCertain)) return booleanValue(true);
  return booleanValue(found.length === 0 ? false : undefined);
};

const indexOf: ArrayBody = (_context, self, args) => {
  const from = indexOr(args[1], 0);
  if (!self.elements || from === undefined) return unknownNumber;
  const first = from < 0 ? Math.max(0, self.elements.length + from) : from;
  return placeOf(matches(self, argument(args, 0), false).filter(({ index }) => index >= first));
};

const lastIndexOf: ArrayBody = (_context, self, args) => {
  const from = args.length > 1 ? indexOr(args[1], 0) : Infinity;
  if (!self.elements || from === undefined) return unknownNumber;
  const last = from < 0 ? self.elements.length + from : from;
  const found = matches(self, argument(args, 0), false).filter(({ index }) => index <= last);
  return placeOf(found.reverse());
};

function placeOf(found: readonly { readonly index: number; readonly isCertain: boolean }[]): NumberValue {
  const [first] = found;
  if (!first) return numberValue(-1);
  return first.isCertain ? numberValue(first.index) : unknownNumber;
}

const longestText = 10_000;

const join: ArrayBody = (_context, self, args) => {
  const separator = args[0] === undefined || args[0].kind === "undefined" ? "," : textOf(args[0]);
  const text = separator === undefined ? undefined : joinedText(self.elements, separator);
  return text !== undefined && text.length <= longestText ? stringValue(text) : unknownString;
};

const commaJoined: ArrayBody = (context, self, _args, site) => join(context, self, [], site);

const keys: ArrayBody = (_context, self) =>
  self.elements ? iteratorValue(self.elements.map((_, i) => numberValue(i))) : openIterator(unknownNumber, self.length);

const values: ArrayBody = (_context, self) =>
  self.elements ? iteratorValue(self.elements.slice()) : openIterator(self.summary, self.length);

const entries: ArrayBody = (_context, self) =>
  self.elements
    ? iteratorValue(self.elements.map((element, i) => arrayValue([numberValue(i), element])))
    : openIterator(arrayValue([unknownNumber, self.summary]), self.length);

const replacedAt: ArrayBody = (context, self, args) => {
  const index = indexOr(args[0], 0);
  const value = coerceTo(self.typed, argument(args, 1));
  if (!self.elements || index === undefined) {
    return summaryArray(joinAll([anyElement(self), value]), lengthOf(self), self.typed);
  }
  const place = index < 0 ? self.elements.length + index : index;
  if (place < 0 || place >= self.elements.length) context.throwValue(unknown);
  const elements = self.elements.slice();
  elements[place] = value;
  return arrayValue(elements, self.typed);
};

export const copyMethods = methods("array", {
  slice,
  subarray: slice,
  concat,
  flat,
  at,
  includes,
  indexOf,
  lastIndexOf,
  join,
  toString: commaJoined,
  toLocaleString: () => unknownString,
  keys,
  values,
  "@@iterator": values,
  entries,
  with: replacedAt,
});
