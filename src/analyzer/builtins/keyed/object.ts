// Object: listing, copying and describing properties.

import {
  type Accessor,
  arrayValue,
  type CallSite,
  type Context,
  isPrimitive,
  joinAll,
  type NativeValue,
  objectValue,
  type ObjectValue,
  type Property,
  strictEquals,
  booleanValue,
  stringValue,
  summaryArray,
  undefinedValue,
  unknown,
  unknownBoolean,
  unknownString,
  type Value,
} from "../../values";
import { groups } from "../array/callbacks";
import { listFrom } from "../array/create";
import { mostElements } from "../array/elements";
import { keyText, textOf } from "../support/convert";
import {
  argument,
  type Body,
  constructor,
  eachCombination,
  forget,
  itself,
  methods,
  namespace,
  native,
  pure,
} from "../support/natives";

/** The names of a value's own properties in JavaScript's order; `undefined` when it may have others. */
function ownKeys(value: Value): string[] | undefined {
  switch (value.kind) {
    case "object":
      return value.open ? undefined : ordered(visibleKeys(value));
    case "function":
    case "class":
      return [...value.properties.keys()].filter((key) => key !== "prototype" && !key.startsWith("@@"));
    case "array":
      return value.elements && value.elements.length <= mostElements
        ? value.elements.map((_, i) => String(i))
        : undefined;
    case "string":
      return value.value === undefined ? undefined : Array.from({ length: value.value.length }, (_, i) => String(i));
    case "number":
    case "boolean":
    case "bigint":
    case "symbol":
    case "map":
    case "set":
    case "promise":
    case "iterator":
      return [];
    default:
      return undefined;
  }
}

/** Symbols and private fields are not listed. */
function visibleKeys(value: ObjectValue): string[] {
  return [...value.properties.keys()].filter((key) => !key.startsWith("@@") && !(value.class && key.startsWith("#")));
}

/** Whole numbers come first, from small to large. */
function ordered(keys: string[]): string[] {
  const isIndex = (key: string): boolean => /^(?:0|[1-9]\d{0,9})$/.test(key);
  if (!keys.some(isIndex)) return keys;
  const indices = keys.filter(isIndex).sort((a, b) => Number(a) - Number(b));
  return [...indices, ...keys.filter((key) => !isIndex(key))];
}

/** What any property of the value may hold, where they cannot be listed. */
function anyProperty(value: Value): Value {
  return value.kind === "array" ? (value.elements ? joinAll(value.elements) : value.summary) : unknown;
}

/** A list made of every own property. */
function lister(
  name: string,
  entry: (key: string, get: () => Value) => Value,
  summary: (value: Value) => Value,
): NativeValue {
  return native(name, (context, args, site) => {
    const target = argument(args, 0);
    if (target.kind === "undefined" || target.kind === "null") return unknown;
    return eachCombination([target], ([value]) => {
      const keys = ownKeys(value!);
      if (!keys) return summaryArray(summary(value!), value!.kind === "array" ? value!.length : undefined);
      return arrayValue(keys.map((key) => entry(key, () => context.getProperty(value!, key, site))));
    });
  });
}

const keysOf = lister(
  "keys",
  (key) => stringValue(key),
  () => unknownString,
);

const assign = native("assign", (context, args, site) => {
  const [target, ...sources] = args;
  if (!target) return unknown;
  for (const source of sources) copyInto(context, target, source, site);
  return target;
});

function copyInto(context: Context, target: Value, source: Value, site: CallSite): void {
  if (source.kind === "undefined" || source.kind === "null") return;
  if (source.kind === "oneOf") {
    for (const each of source.alternatives) context.maybe(() => copyInto(context, target, each, site));
    return;
  }
  const keys = ownKeys(source);
  if (!keys) {
    // Any property may have been overwritten by something unknown.
    context.escape(target);
    return;
  }
  for (const key of keys) context.setProperty(target, key, context.getProperty(source, key, site), site);
}

const fromEntries = native("fromEntries", (context, args, site) => {
  const { items } = context.iterate(argument(args, 0), site);
  const properties = new Map<string, Property>();
  for (const item of items ?? []) {
    const key = keyText(context.getProperty(item, "0", site));
    if (key === undefined) return objectValue(new Map<string, Property>(), undefined, true);
    properties.set(key, context.getProperty(item, "1", site));
  }
  return objectValue(properties, undefined, items === undefined);
});

/** The prototype's properties are taken over; since they are not its own, the object may not list them. */
const create = native("create", (context, args, site) => {
  const [prototype = undefinedValue, descriptors] = args;
  const object =
    prototype.kind === "object"
      ? objectValue(new Map(prototype.properties), prototype.class, true)
      : objectValue(new Map<string, Property>(), undefined, prototype.kind !== "null");
  if (descriptors) define(context, object, descriptors, site);
  return object;
});

function define(context: Context, object: Value, descriptors: Value, site: CallSite): void {
  const keys = ownKeys(descriptors);
  if (!keys) return void context.escape(object);
  for (const key of keys) defineOne(context, object, key, context.getProperty(descriptors, key, site), site);
}

function defineOne(context: Context, object: Value, key: string | undefined, descriptor: Value, site: CallSite): void {
  if (object.kind !== "object" && object.kind !== "function" && object.kind !== "class") return;
  if (key === undefined || descriptor.kind !== "object" || descriptor.open) return void context.escape(object);
  context.touch(object as ObjectValue);
  const get = descriptor.properties.get("get");
  const set = descriptor.properties.get("set");
  if (get === undefined && set === undefined) {
    const value = context.getProperty(descriptor, "value", site);
    object.properties.set(key, value);
    return;
  }
  object.properties.set(key, accessor(get, set));
}

function accessor(get: Property | undefined, set: Property | undefined): Accessor {
  const plain = (property: Property | undefined): Value | undefined =>
    property === undefined || property.kind === "accessor" || property.kind === "undefined" ? undefined : property;
  return { kind: "accessor", get: plain(get), set: plain(set) };
}

function has(object: Value, key: Value): Value {
  const keys = ownKeys(object);
  const text = keyText(key);
  if (text === undefined) return unknownBoolean;
  if (object.kind === "object" && object.properties.has(text)) return booleanValue(true);
  if (object.kind === "array" && text === "length") return booleanValue(true);
  return booleanValue(keys?.includes(text));
}

/** `Object.is`: as `===`, but NaN is itself and the two zeros differ. */
function isSame(a: Value, b: Value): Value {
  if (a.kind === "number" && b.kind === "number" && a.value !== undefined && b.value !== undefined) {
    return booleanValue(Object.is(a.value, b.value));
  }
  return booleanValue(strictEquals(a, b));
}

const groupBy = native("groupBy", (context, args, site) => {
  const found = groups(context, listFrom(context, argument(args, 0), site), argument(args, 1), site);
  if (!found) return objectValue(new Map<string, Property>(), undefined, true);
  const properties = new Map<string, Property>();
  for (const { key, items } of found) {
    const text = keyText(key);
    if (text === undefined) return objectValue(new Map<string, Property>(), undefined, true);
    properties.set(text, arrayValue(items));
  }
  return objectValue(properties);
});

/** Functions that give back what they are given. */
const unchanged = ["freeze", "seal", "preventExtensions"].map((name) =>
  native(name, (_context, args) => argument(args, 0)),
);

const statics: NativeValue[] = [
  keysOf,
  lister("values", (_key, get) => get(), anyProperty),
  lister(
    "entries",
    (key, get) => arrayValue([stringValue(key), get()]),
    (value) => arrayValue([unknownString, anyProperty(value)]),
  ),
  { ...keysOf, name: "getOwnPropertyNames" },
  assign,
  fromEntries,
  create,
  groupBy,
  native("defineProperty", (context, args, site) => {
    defineOne(context, argument(args, 0), keyText(argument(args, 1)), argument(args, 2), site);
    return argument(args, 0);
  }),
  native("defineProperties", (context, args, site) => {
    define(context, argument(args, 0), argument(args, 1), site);
    return argument(args, 0);
  }),
  native("setPrototypeOf", (context, args) => {
    forget(context, args.slice(0, 1));
    return argument(args, 0);
  }),
  pure("is", (a = undefinedValue, b = undefinedValue) => isSame(a, b)),
  pure("hasOwn", (object = undefinedValue, key = undefinedValue) => has(object, key)),
  ...["isFrozen", "isSealed", "isExtensible"].map((name) => pure(name, () => unknownBoolean)),
  ...["getPrototypeOf", "getOwnPropertyDescriptor", "getOwnPropertyDescriptors"].map((name) =>
    pure(name, () => unknown),
  ),
  pure("getOwnPropertySymbols", () => summaryArray(unknown)),
  ...unchanged,
];

const hasOwnProperty: Body<ObjectValue> = (_context, self, args) => has(self, argument(args, 0));

const toText: Body<ObjectValue> = (_context, self) => stringValue(textOf(self));

const objectMethods = methods("object", {
  hasOwnProperty,
  propertyIsEnumerable: hasOwnProperty,
  isPrototypeOf: () => unknownBoolean,
  toString: toText,
  toLocaleString: toText,
  valueOf: itself,
});

/** What every object has. */
export function objectMember(object: ObjectValue, name: string): Value | undefined {
  if (name === "constructor") return object.class ?? objectGlobal;
  return name === "__proto__" ? unknown : objectMethods.get(name);
}

const construct = (_context: Context, args: readonly Value[]): Value => {
  const value = argument(args, 0);
  if (value.kind === "undefined" || value.kind === "null") return objectValue();
  return isPrimitive(value) ? unknown : value;
};

const properties = new Map<string, Value>(statics.map((each) => [each.name, each]));
properties.set("prototype", namespace("Object.prototype", objectMethods));

export const objectGlobal: NativeValue = constructor("Object", construct, properties);

/** `Reflect`, the part that programs use on plain objects. */
export const reflect = namespace(
  "Reflect",
  new Map<string, Value>([
    ["ownKeys", keysOf],
    ["has", pure("has", (object = undefinedValue, key = undefinedValue) => has(object, key))],
    ["get", native("get", (context, args, site) => propertyAt(context, args, site))],
  ]),
);

function propertyAt(context: Context, args: readonly Value[], site: CallSite): Value {
  const key = keyText(argument(args, 1));
  return key === undefined ? unknown : context.getProperty(argument(args, 0), key, site);
}
