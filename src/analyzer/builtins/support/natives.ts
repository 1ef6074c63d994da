// How built-ins are declared: bodies become native functions, which say nothing about what they cannot see.

import {
  type CallSite,
  type Context,
  join,
  joinAll,
  type NativeCall,
  type NativeValue,
  nativeValue,
  opaqueValue,
  type OpaqueValue,
  undefinedValue,
  unknown,
  type Value,
} from "../../values";

export type Kind = Value["kind"];
export type ValueOf<K extends Kind> = Extract<Value, { kind: K }>;
export type Members = ReadonlyMap<string, Value>;

export type Body<Self> = (context: Context, self: Self, args: readonly Value[], site: CallSite) => Value;

/** Methods of values of one kind. Called on one of several values, each is tried; on anything else, all is forgotten. */
export function methods<K extends Kind>(
  kind: K,
  bodies: Record<string, Body<ValueOf<K>>>,
): ReadonlyMap<string, NativeValue> {
  const table = new Map<string, NativeValue>();
  for (const [name, body] of Object.entries(bodies)) {
    const call: NativeCall = (context, thisValue, args, site) => {
      if (thisValue.kind === kind) return body(context, thisValue as ValueOf<K>, args, site);
      if (thisValue.kind !== "oneOf") return forget(context, [thisValue, ...args]);
      return onEach(context, thisValue.alternatives, (each) => call(context, each, args, site));
    };
    table.set(name, nativeValue(name, call));
  }
  return table;
}

/** Each of several receivers may be the one that is meant: what the call changes in it may or may not have happened. */
function onEach(context: Context, receivers: readonly Value[], call: (receiver: Value) => Value): Value {
  let result: Value | undefined;
  for (const receiver of receivers) {
    if (receiver.kind === "undefined" || receiver.kind === "null") continue;
    context.maybe(() => {
      const value = call(receiver);
      result = result === undefined ? value : join(result, value);
    });
  }
  return result ?? unknown;
}

/** A function that takes no notice of `this`. */
export function native(
  name: string,
  body: (context: Context, args: readonly Value[], site: CallSite) => Value,
): NativeValue {
  return nativeValue(name, (context, _thisValue, args, site) => body(context, args, site));
}

/** A function of its arguments alone: alternatives among them are tried one by one. */
export function pure(name: string, body: (...args: Value[]) => Value): NativeValue {
  return nativeValue(name, (_context, _thisValue, args) => eachCombination(args, (each) => body(...each)));
}

const mostCombinations = 16;

/** What `body` gives for every choice among the alternatives, joined; unknown when there are too many. */
export function eachCombination(args: readonly Value[], body: (args: readonly Value[]) => Value): Value {
  if (!args.some((arg) => arg.kind === "oneOf")) return body(args);
  let combinations: Value[][] = [[]];
  for (const arg of args) {
    const choices = arg.kind === "oneOf" ? arg.alternatives : [arg];
    if (combinations.length * choices.length > mostCombinations) return unknown;
    combinations = combinations.flatMap((begun) => choices.map((choice) => [...begun, choice]));
  }
  return joinAll(combinations.map(body));
}

/** A method that gives the value itself: `valueOf`, an iterator's `[Symbol.iterator]`. */
export const itself: Body<Value> = (_context, self) => self;

/** A function that has no effect anybody here could see and answers the same whatever it is given. */
export function constantly(name: string, value: Value): NativeValue {
  return nativeValue(name, () => value);
}

/** Hands everything to code nobody can see. */
export function forget(context: Context, values: readonly Value[]): Value {
  for (const value of values) context.escape(value);
  return unknown;
}

/** A global function that makes objects: `Map`, `Error`. Without `call` it makes one without `new` too. */
export function constructor(
  name: string,
  construct: (context: Context, args: readonly Value[], site: CallSite) => Value,
  statics: Record<string, Value> | Members = {},
  call?: NativeCall,
): NativeValue {
  const properties = statics instanceof Map ? statics : new Map(Object.entries(statics as Record<string, Value>));
  return nativeValue(
    name,
    call ?? ((context, _thisValue, args, site) => construct(context, args, site)),
    construct,
    properties,
  );
}

const namespaces = new WeakMap<OpaqueValue, { readonly members: Members; readonly otherwise: Value | undefined }>();

/** An object nobody changes, such as `Math`. `otherwise` is what members that are not listed are; absent for unknown. */
export function namespace(name: string, members: Members, otherwise?: Value): OpaqueValue {
  const value = opaqueValue(name);
  namespaces.set(value, { members, otherwise });
  return value;
}

export function memberOfNamespace(value: OpaqueValue, name: string): Value | undefined {
  const found = namespaces.get(value);
  return found?.members.get(name) ?? found?.otherwise;
}

/** A table from a list of natives under their own names. */
export function byName(natives: readonly NativeValue[]): Map<string, Value> {
  return new Map(natives.map((each) => [each.name, each]));
}

export function argument(args: readonly Value[], index: number): Value {
  return args[index] ?? undefinedValue;
}
