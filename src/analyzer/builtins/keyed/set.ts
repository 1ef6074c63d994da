// Set and WeakSet.

import {
  arrayValue,
  booleanValue,
  type CallSite,
  type Context,
  iteratorValue,
  joinAll,
  type NativeValue,
  numberValue,
  setValue,
  type SetValue,
  undefinedValue,
  unknown,
  unknownNumber,
  type Value,
} from "../../values";
import { argument, type Body, constructor, methods, namespace } from "../support/natives";
import { sameKey } from "./sameKey";

type SetBody = Body<SetValue>;

/** Whether the set has the item. */
function contains(set: SetValue, item: Value): boolean | undefined {
  if (!set.items) return undefined;
  let answer: boolean | undefined = false;
  for (const each of set.items) {
    const isSame = sameKey(each, item);
    if (isSame === true) return true;
    if (isSame === undefined) answer = undefined;
  }
  return answer;
}

function put(context: Context, set: SetValue, item: Value): void {
  const isThere = contains(set, item);
  if (isThere === true) return;
  context.touch(set);
  if (set.items && isThere === false) set.items = [...set.items, item];
  else blur(set, [item]);
}

/** Gives up knowing the items one by one. */
function blur(set: SetValue, added: readonly Value[]): void {
  set.summary = joinAll([...(set.items ?? [set.summary]), ...added]);
  set.items = undefined;
}

const add: SetBody = (context, self, args) => {
  put(context, self, argument(args, 0));
  return self;
};

const remove: SetBody = (context, self, args) => {
  const wanted = argument(args, 0);
  const isThere = contains(self, wanted);
  context.touch(self);
  if (isThere === true) self.items = self.items!.filter((item) => sameKey(item, wanted) !== true);
  else if (isThere === undefined && self.items) blur(self, []);
  return booleanValue(isThere);
};

const clear: SetBody = (context, self) => {
  context.touch(self);
  self.items = [];
  return undefinedValue;
};

const forEach: SetBody = (context, self, args, site) => {
  const visit = (item: Value): void => {
    context.call(argument(args, 0), argument(args, 1), [item, item, self], site);
  };
  if (self.items) self.items.slice().forEach(visit);
  else context.repeat(() => visit(self.summary));
  return undefinedValue;
};

/** `union` and its kin: the items of one or both, chosen by which of the two have them. */
function combination(chooses: (inSelf: boolean, inOther: boolean) => boolean): SetBody {
  return (_context, self, args) => {
    const other = argument(args, 0);
    if (other.kind !== "set" || !self.items || !other.items) return setValue(undefined, unknown);
    const result: Value[] = [];
    for (const item of self.items) {
      const isShared = contains(other, item);
      if (isShared === undefined) return setValue(undefined, joinAll([...self.items, ...other.items]));
      if (chooses(true, isShared)) result.push(item);
    }
    for (const item of other.items) {
      if (contains(self, item) === false && chooses(false, true)) result.push(item);
    }
    return setValue(result);
  };
}

/** `isSubsetOf` and its kin. */
function comparison(compare: (self: SetValue, other: SetValue) => boolean | undefined): SetBody {
  return (_context, self, args) => {
    const other = argument(args, 0);
    return booleanValue(other.kind === "set" ? compare(self, other) : undefined);
  };
}

function isSubset(a: SetValue, b: SetValue): boolean | undefined {
  if (!a.items) return undefined;
  const answers = a.items.map((item) => contains(b, item));
  return answers.includes(false) ? false : answers.includes(undefined) ? undefined : true;
}

function isDisjoint(a: SetValue, b: SetValue): boolean | undefined {
  if (!a.items) return undefined;
  const answers = a.items.map((item) => contains(b, item));
  return answers.includes(true) ? false : answers.includes(undefined) ? undefined : true;
}

const values: SetBody = (_context, self) =>
  self.items ? iteratorValue(self.items.slice()) : iteratorValue(undefined, self.summary);

const entries: SetBody = (_context, self) =>
  self.items
    ? iteratorValue(self.items.map((item) => arrayValue([item, item])))
    : iteratorValue(undefined, arrayValue([self.summary, self.summary]));

const setMethods = methods("set", {
  add,
  has: (_context, self, args) => booleanValue(contains(self, argument(args, 0))),
  delete: remove,
  clear,
  forEach,
  values,
  keys: values,
  "@@iterator": values,
  entries,
  union: combination(() => true),
  intersection: combination((inSelf, inOther) => inSelf && inOther),
  difference: combination((inSelf, inOther) => inSelf && !inOther),
  symmetricDifference: combination((inSelf, inOther) => inSelf !== inOther),
  isSubsetOf: comparison(isSubset),
  isSupersetOf: comparison((self, other) => isSubset(other, self)),
  isDisjointFrom: comparison(isDisjoint),
});

/** A member of a Set; `undefined` when sets have none of this name. */
export function setMember(set: SetValue, name: string): Value | undefined {
  if (name === "size") return set.items ? numberValue(set.items.length) : unknownNumber;
  return setMethods.get(name);
}

function construct(context: Context, args: readonly Value[], site: CallSite): Value {
  const source = argument(args, 0);
  const set = setValue([]);
  if (source.kind === "undefined" || source.kind === "null") return set;
  const { items, summary } = context.iterate(source, site);
  if (items) for (const item of items) put(context, set, item);
  else blur(set, [summary]);
  return set;
}

const prototype = namespace("Set.prototype", setMethods);

export const setGlobals: readonly NativeValue[] = [
  constructor("Set", construct, { prototype }),
  constructor("WeakSet", construct, { prototype }),
];
