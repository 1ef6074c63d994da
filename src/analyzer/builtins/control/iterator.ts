// Iterators and generators: `next`, and the helpers that work on what is still to come.

import {
  arrayValue,
  booleanValue,
  type CallSite,
  type Context,
  iteratorValue,
  type IteratorValue,
  objectValue,
  promiseValue,
  type Property,
  summaryArray,
  unknown,
  type Value,
} from "../../values";
import { arrayMember } from "../array";
import { indexOr } from "../support/convert";
import { argument, type Body, itself, methods } from "../support/natives";

type IteratorBody = Body<IteratorValue>;

const next: IteratorBody = (context, self) => {
  if (!self.items) return step(self, self.summary, undefined);
  const item = self.items[self.position];
  if (item === undefined) return step(self, self.result, true);
  context.touch(self);
  self.position++;
  return step(self, item, false);
};

function step(iterator: IteratorValue, value: Value, done: boolean | undefined): Value {
  const result = objectValue(
    new Map<string, Property>([
      ["value", value],
      ["done", booleanValue(done)],
    ]),
  );
  return iterator.isAsync ? promiseValue(result) : result;
}

/** `return(value)`: nothing comes any more. */
const finish: IteratorBody = (context, self, args) => {
  context.touch(self);
  if (self.items) self.position = self.items.length;
  return step(self, argument(args, 0), true);
};

/** What is still to come, as an array. */
function rest(context: Context, iterator: IteratorValue, site: CallSite): Value & { kind: "array" } {
  const { items, summary } = context.iterate(iterator, site);
  return items ? arrayValue(items.slice()) : summaryArray(summary);
}

/** Does what the array method of the same name does with what is still to come. */
function asArray(name: string, givesIterator: boolean): IteratorBody {
  return (context, self, args, site) => {
    const array = rest(context, self, site);
    const method = arrayMember(array, name);
    const result = method ? context.call(method, array, args, site) : unknown;
    if (!givesIterator) return result;
    if (result.kind !== "array") return unknown;
    return result.elements ? iteratorValue(result.elements) : iteratorValue(undefined, result.summary);
  };
}

/** `take(n)` and `drop(n)`. */
function part(choose: (items: readonly Value[], count: number) => Value[]): IteratorBody {
  return (context, self, args, site) => {
    const array = rest(context, self, site);
    const count = indexOr(args[0], 0);
    if (array.elements && count !== undefined) return iteratorValue(choose(array.elements, count));
    return iteratorValue(undefined, array.elements ? unknown : array.summary);
  };
}

const iteratorMethods = methods("iterator", {
  next,
  return: finish,
  throw: () => unknown,
  "@@iterator": itself,
  "@@asyncIterator": itself,
  toArray: (context, self, _args, site) => rest(context, self, site),
  take: part((items, count) => items.slice(0, Math.max(0, count))),
  drop: part((items, count) => items.slice(Math.max(0, count))),
  map: asArray("map", true),
  filter: asArray("filter", true),
  flatMap: asArray("flatMap", true),
  forEach: asArray("forEach", false),
  reduce: asArray("reduce", false),
  some: asArray("some", false),
  every: asArray("every", false),
  find: asArray("find", false),
});

/** A member of an iterator; `undefined` when iterators have none of this name. */
export function iteratorMember(name: string): Value | undefined {
  return iteratorMethods.get(name);
}
