// Map and WeakMap.

import {
  arrayValue,
  booleanValue,
  type CallSite,
  type Context,
  iteratorValue,
  joinAll,
  mapValue,
  type MapValue,
  type NativeValue,
  numberValue,
  undefinedValue,
  unknown,
  unknownNumber,
  type Value,
} from "../../values";
import { groups } from "../array/callbacks";
import { listFrom } from "../array/create";
import { argument, type Body, constructor, methods, namespace, native } from "../support/natives";
import { sameKey } from "./sameKey";

type MapBody = Body<MapValue>;
type Entry = NonNullable<MapValue["entries"]>[number];

/** The entries that have the key: one for certain, or some that may. */
function lookUp(
  map: MapValue,
  key: Value,
): { readonly certain: Entry | undefined; readonly possible: readonly Entry[] } {
  const possible: Entry[] = [];
  for (const entry of map.entries ?? []) {
    const answer = sameKey(entry.key, key);
    if (answer === true) return { certain: entry, possible: [] };
    if (answer === undefined) possible.push(entry);
  }
  return { certain: undefined, possible };
}

const get: MapBody = (_context, self, args) => {
  if (!self.entries) return self.valueSummary;
  const { certain, possible } = lookUp(self, argument(args, 0));
  if (certain) return certain.value;
  return joinAll([...possible.map(({ value }) => value), undefinedValue]);
};

const has: MapBody = (_context, self, args) => {
  if (!self.entries) return booleanValue(undefined);
  const { certain, possible } = lookUp(self, argument(args, 0));
  return booleanValue(certain ? true : possible.length === 0 ? false : undefined);
};

const set: MapBody = (context, self, args) => {
  put(context, self, argument(args, 0), argument(args, 1));
  return self;
};

function put(context: Context, map: MapValue, key: Value, value: Value): void {
  context.touch(map);
  if (map.entries) {
    const { certain, possible } = lookUp(map, key);
    if (certain) {
      map.entries = map.entries.map((entry) => (entry === certain ? { key: entry.key, value } : entry));
      return;
    }
    if (possible.length === 0) {
      map.entries = [...map.entries, { key, value }];
      return;
    }
  }
  blur(map, [{ key, value }]);
}

/** Gives up knowing the entries one by one. */
function blur(map: MapValue, added: readonly Entry[]): void {
  const all = [...(map.entries ?? [{ key: map.keySummary, value: map.valueSummary }]), ...added];
  map.keySummary = joinAll(all.map(({ key }) => key));
  map.valueSummary = joinAll(all.map(({ value }) => value));
  map.entries = undefined;
}

const remove: MapBody = (context, self, args) => {
  context.touch(self);
  if (!self.entries) return booleanValue(undefined);
  const { certain, possible } = lookUp(self, argument(args, 0));
  if (certain) self.entries = self.entries.filter((entry) => entry !== certain);
  else if (possible.length > 0) blur(self, []);
  return booleanValue(certain ? true : possible.length === 0 ? false : undefined);
};

const clear: MapBody = (context, self) => {
  context.touch(self);
  self.entries = [];
  return undefinedValue;
};

const forEach: MapBody = (context, self, args, site) => {
  const visit = ({ key, value }: Entry): void => {
    context.call(argument(args, 0), argument(args, 1), [value, key, self], site);
  };
  if (self.entries) self.entries.slice().forEach(visit);
  else context.repeat(() => visit({ key: self.keySummary, value: self.valueSummary }));
  return undefinedValue;
};

/** `keys`, `values`, `entries`. */
function lister(pick: (entry: Entry) => Value): MapBody {
  return (_context, self) => {
    const summary = (): Value => pick({ key: self.keySummary, value: self.valueSummary });
    return self.entries ? iteratorValue(self.entries.map(pick)) : iteratorValue(undefined, summary());
  };
}

const entries = lister(({ key, value }) => arrayValue([key, value]));

const mapMethods = methods("map", {
  get,
  has,
  set,
  delete: remove,
  clear,
  forEach,
  keys: lister(({ key }) => key),
  values: lister(({ value }) => value),
  entries,
  "@@iterator": entries,
});

/** A member of a Map; `undefined` when maps have none of this name. */
export function mapMember(map: MapValue, name: string): Value | undefined {
  if (name === "size") return map.entries ? numberValue(map.entries.length) : unknownNumber;
  return mapMethods.get(name);
}

function construct(context: Context, args: readonly Value[], site: CallSite): Value {
  const source = argument(args, 0);
  const map = mapValue([]);
  if (source.kind === "undefined" || source.kind === "null") return map;
  const { items, summary } = context.iterate(source, site);
  for (const item of items ?? [summary]) {
    const key = context.getProperty(item, "0", site);
    const value = context.getProperty(item, "1", site);
    if (items) put(context, map, key, value);
    else blur(map, [{ key, value }]);
  }
  return map;
}

const groupBy = native("groupBy", (context, args, site) => {
  const list = listFrom(context, argument(args, 0), site);
  const found = groups(context, list, argument(args, 1), site);
  return found
    ? mapValue(found.map(({ key, items }) => ({ key, value: arrayValue(items) })))
    : mapValue(undefined, unknown, unknown);
});

const prototype = namespace("Map.prototype", mapMethods);

export const mapGlobals: readonly NativeValue[] = [
  constructor("Map", construct, { groupBy, prototype }),
  constructor("WeakMap", construct, { prototype }),
];
