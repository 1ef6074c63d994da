// Array methods that call back: map, filter, reduce and their kin.

import {
  arrayValue,
  type ArrayValue,
  booleanValue,
  type CallSite,
  type Context,
  join,
  joinAll,
  numberValue,
  sameValue,
  summaryArray,
  truthiness,
  undefinedValue,
  unknown,
  unknownBoolean,
  unknownNumber,
  type Value,
  widen,
} from "../../values";
import { errorObject } from "../control/errors";
import { argument, type Body, methods } from "../support/natives";
import { callback, isSparse, lengthOf, markSparse, visit } from "./elements";
import { flattened } from "./copy";
import { coerceTo } from "./typedElements";

type ArrayBody = Body<ArrayValue>;

const map: ArrayBody = (context, self, args, site) => {
  const results: Value[] = [];
  let summary: Value = unknown;
  visit(context, self, (element, index, isCertain) => {
    const result = coerceTo(self.typed, callback(context, self, args, element, index, site));
    if (isCertain) results.push(result);
    else summary = result;
  });
  if (isSparse(self)) return markSparse(arrayValue(self.elements!.slice()));
  return self.elements ? arrayValue(results, self.typed) : summaryArray(summary, self.length, self.typed);
};

const forEach: ArrayBody = (context, self, args, site) => {
  visit(context, self, (element, index) => void callback(context, self, args, element, index, site));
  return undefinedValue;
};

const flatMap: ArrayBody = (context, self, args, site) => {
  const mapped = map(context, self, args, site);
  return mapped.kind === "array" ? flattened(mapped, 1) : unknown;
};

const filter: ArrayBody = (context, self, args, site) => {
  const kept: Value[] = [];
  let isCertain = true;
  visit(context, self, (element, index, isCounted) => {
    const answer = truthiness(callback(context, self, args, element, index, site));
    if (answer === false) return;
    if (answer === undefined || !isCounted) isCertain = false;
    kept.push(isPlainBoolean(argument(args, 0)) ? withoutFalsy(element) : element);
  });
  if (self.elements && isCertain) return arrayValue(kept, self.typed);
  if (kept.length === 0) return arrayValue([], self.typed);
  return summaryArray(joinAll(kept), unknownNumber, self.typed);
};

/** `filter(Boolean)` keeps of several alternatives those that are true. */
function isPlainBoolean(predicate: Value): boolean {
  return predicate.kind === "native" && predicate.name === "Boolean";
}

function withoutFalsy(value: Value): Value {
  if (value.kind !== "oneOf") return value;
  return joinAll(value.alternatives.filter((each) => truthiness(each) !== false));
}

/** A fold from one end. */
function fold(backwards: boolean): ArrayBody {
  return (context, self, args, site) => {
    const elements = self.elements && !isSparse(self) ? self.elements.slice() : self.elements && [];
    const indices = elements ? [...elements.keys()] : [];
    if (backwards) indices.reverse();
    let accumulator = args.length > 1 ? args[1]! : undefined;
    if (elements) {
      if (accumulator === undefined) {
        const first = indices.shift();
        if (first === undefined) {
          return context.throwValue(errorObject("TypeError", "Reduce of empty array with no initial value"));
        }
        accumulator = elements[first]!;
      }
      for (const i of indices) {
        context.step();
        const given = [accumulator, elements[i]!, numberValue(i), self];
        accumulator = context.call(argument(args, 0), undefinedValue, given, site);
      }
      return accumulator;
    }
    return foldSummary(context, self, accumulator ?? self.summary, argument(args, 0), site);
  };
}

const roundsBeforeWidening = 2;
const mostRounds = 8;

function foldSummary(context: Context, self: ArrayValue, initial: Value, fn: Value, site: CallSite): Value {
  let accumulator = initial;
  for (let round = 0; round < mostRounds; round++) {
    let next: Value | undefined;
    context.repeat(() => {
      next = context.call(fn, undefinedValue, [accumulator, self.summary, unknownNumber, self], site);
    });
    if (next === undefined) return accumulator;
    const joined = join(accumulator, next);
    if (sameValue(joined, accumulator)) return accumulator;
    accumulator = round < roundsBeforeWidening ? joined : widen(accumulator, joined);
  }
  return unknown;
}

interface Found {
  /** What may have been found, in order; the last one for certain when `isCertain`. */
  readonly candidates: readonly { readonly element: Value; readonly index: Value }[];
  readonly isCertain: boolean;
}

/** Looks for the first element the predicate accepts; `backwards` for the last. */
function search(context: Context, self: ArrayValue, args: readonly Value[], site: CallSite, backwards = false): Found {
  const candidates: { element: Value; index: Value }[] = [];
  if (!self.elements) {
    context.repeat(() => {
      const answer = truthiness(callback(context, self, args, self.summary, unknownNumber, site));
      if (answer !== false) candidates.push({ element: self.summary, index: unknownNumber });
    });
    return { candidates, isCertain: false };
  }
  const elements = backwards ? self.elements.slice().reverse() : self.elements.slice();
  const last = elements.length - 1;
  for (let i = 0; i <= last; i++) {
    context.step();
    const index = numberValue(backwards ? last - i : i);
    const element = elements[i]!;
    let answer: boolean | undefined;
    const ask = (): void => {
      answer = truthiness(callback(context, self, args, element, index, site));
    };
    // Once the search may have ended, nobody knows whether the predicate is asked again.
    if (candidates.length === 0) ask();
    else context.maybe(ask);
    if (answer === false) continue;
    candidates.push({ element, index });
    if (answer === true) return { candidates, isCertain: true };
  }
  return { candidates, isCertain: false };
}

/** `find`, `findIndex` and their like from the end: what was found, or `missing`. */
function finder(pick: "element" | "index", missing: Value, backwards: boolean): ArrayBody {
  return (context, self, args, site) => {
    const { candidates, isCertain } = search(context, self, args, site, backwards);
    const picked = candidates.map((candidate) => candidate[pick]);
    return isCertain ? joinAll(picked) : joinAll([...picked, missing]);
  };
}

const some: ArrayBody = (context, self, args, site) => {
  if (isSparse(self)) return booleanValue(false);
  const { candidates, isCertain } = search(context, self, args, site);
  return isCertain ? booleanValue(true) : candidates.length === 0 ? booleanValue(false) : unknownBoolean;
};

const every: ArrayBody = (context, self, args, site) => {
  if (isSparse(self)) return booleanValue(true);
  let isAll: boolean | undefined = true;
  for (const [i, element] of self.elements?.slice().entries() ?? []) {
    context.step();
    const index = numberValue(i);
    let answer: boolean | undefined;
    const ask = (): void => {
      answer = truthiness(callback(context, self, args, element, index, site));
    };
    if (isAll) ask();
    else context.maybe(ask);
    if (answer === false) return booleanValue(false);
    if (answer === undefined) isAll = undefined;
  }
  if (self.elements) return booleanValue(isAll);
  let answer: boolean | undefined;
  context.repeat(() => {
    answer = truthiness(callback(context, self, args, self.summary, unknownNumber, site));
  });
  return answer === true || lengthOf(self).value === 0 ? booleanValue(true) : unknownBoolean;
};

export const callbackMethods = methods("array", {
  map,
  forEach,
  flatMap,
  filter,
  reduce: fold(false),
  reduceRight: fold(true),
  find: finder("element", undefinedValue, false),
  findIndex: finder("index", numberValue(-1), false),
  findLast: finder("element", undefinedValue, true),
  findLastIndex: finder("index", numberValue(-1), true),
  some,
  every,
});

/** `Object.groupBy` and `Map.groupBy`: the groups in order of their first element; `undefined` when not known. */
export function groups(
  context: Context,
  array: ArrayValue,
  fn: Value,
  site: CallSite,
): { readonly key: Value; readonly items: Value[] }[] | undefined {
  if (!array.elements) return undefined;
  const found: { key: Value; items: Value[] }[] = [];
  for (const [i, element] of array.elements.entries()) {
    const key = context.call(fn, undefinedValue, [element, numberValue(i)], site);
    if (key.kind === "oneOf" || key.kind === "unknown" || ("value" in key && key.value === undefined)) return undefined;
    const group = found.find((each) => sameValue(each.key, key));
    if (group) group.items.push(element);
    else found.push({ key, items: [element] });
  }
  return found;
}
