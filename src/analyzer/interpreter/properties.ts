// Reading properties of any value.

import { engineProperty, moduleMethod } from "../bridge";
import { memberOf } from "../builtins";
import {
  type CallSite,
  type ClassValue,
  type FunctionValue,
  join,
  nativeValue,
  noAxis,
  numberValue,
  objectValue,
  type ObjectValue,
  type Property,
  stringValue,
  type TensorValue,
  undefinedValue,
  unknown,
  unknownString,
  type Value,
} from "../values";
import { callValue } from "./calls";
import { ownParameters } from "./hoisting";
import { nextOf } from "./iteration";
import { type Machine } from "./machine";

export function getProperty(machine: Machine, target: Value, name: string, site: CallSite): Value {
  switch (target.kind) {
    case "unknown":
    case "undefined":
    case "null":
      return unknown;
    case "oneOf":
      return joinProperty(machine, target.alternatives, name, site);
    case "array":
      return arrayProperty(machine, target, name) ?? builtin(target, name);
    case "string":
      return stringProperty(target.value, name) ?? builtin(target, name);
    case "object":
      return objectProperty(machine, target, name, site);
    case "function":
      return functionProperty(machine, target, name, site);
    case "class":
      return staticProperty(machine, target, target, name, site);
    case "native":
      return target.properties.get(name) ?? (name === "name" ? stringValue(target.name) : builtin(target, name));
    case "tensor":
      return tensorProperty(machine, target, name, site);
    case "engine":
      return engineProperty(machine, target, name, site);
    case "map":
      if (name === "size") return target.entries ? numberValue(target.entries.length) : unknown;
      return builtin(target, name);
    case "set":
      if (name === "size") return target.items ? numberValue(target.items.length) : unknown;
      return builtin(target, name);
    case "iterator":
      return name === "next" ? iteratorNext : builtin(target, name);
    default:
      return builtin(target, name);
  }
}

/** What a tensor of another rank would answer may decide what the program does: such a question is noted. */
function tensorProperty(machine: Machine, target: TensorValue, name: string, site: CallSite): Value {
  const value = engineProperty(machine, target, name, site);
  if (name === "rank") machine.rankQuestions++;
  if (name === "shape") machine.shapes.add(value);
  return value;
}

/** A member nobody listed may have been added by anybody: nothing is known of it. */
function builtin(target: Value, name: string): Value {
  return memberOf(target, name) ?? unknown;
}

/** Of several values the ones that would throw are left out: the program goes on only with the others. */
function joinProperty(machine: Machine, alternatives: readonly Value[], name: string, site: CallSite): Value {
  let result: Value | undefined;
  for (const each of alternatives) {
    if (each.kind === "undefined" || each.kind === "null") continue;
    const value = getProperty(machine, each, name, site);
    result = result === undefined ? value : join(result, value);
  }
  return result ?? unknown;
}

const index = /^(?:0|[1-9]\d*)$/;

function arrayProperty(machine: Machine, target: Value & { kind: "array" }, name: string): Value | undefined {
  machine.memo.read(target);
  if (name === "length" && machine.shapes.has(target)) machine.rankQuestions++;
  if (name === "length") return target.elements ? numberValue(target.elements.length) : target.length;
  if (!index.test(name)) return undefined;
  if (!target.elements) return target.summary;
  return target.elements[Number(name)] ?? (machine.shapes.has(target) ? noAxis : undefinedValue);
}

function stringProperty(value: string | undefined, name: string): Value | undefined {
  if (name === "length") return value === undefined ? unknown : numberValue(value.length);
  if (!index.test(name)) return undefined;
  return value === undefined
    ? unknownString
    : Number(name) < value.length
      ? stringValue(value[Number(name)])
      : undefinedValue;
}

function objectProperty(machine: Machine, target: ObjectValue, name: string, site: CallSite): Value {
  machine.memo.read(target);
  const own = target.properties.get(name);
  if (own) return readProperty(machine, own, target, site);
  const inherited = target.class && classMember(machine, target.class, target, name, site);
  if (inherited) return inherited;
  if (target.open) return unknown;
  return memberOf(target, name) ?? undefinedValue;
}

/** A member that instances of a class have: its own, its parent's, the engine's at the end of the chain. */
export function classMember(
  machine: Machine,
  cls: Value,
  instance: ObjectValue,
  name: string,
  site: CallSite,
): Value | undefined {
  for (let at: Value | undefined = cls; at; at = at.kind === "class" ? at.parent : undefined) {
    switch (at.kind) {
      case "class": {
        const member = at.members.get(name);
        if (member) return readProperty(machine, member, instance, site);
        if (name === "constructor") return at;
        break;
      }
      case "function": {
        const prototype = at.properties.get("prototype");
        const member = prototype?.kind === "object" ? prototype.properties.get(name) : undefined;
        return member && readProperty(machine, member, instance, site);
      }
      case "engine":
        return moduleMethod(machine, instance, name, site);
      case "native":
        return memberOf(instance, name);
      default:
        return unknown;
    }
  }
  return undefined;
}

export function readProperty(machine: Machine, property: Property, thisValue: Value, site: CallSite): Value {
  if (property.kind !== "accessor") return property;
  return property.get ? callValue(machine, property.get, thisValue, [], site) : undefinedValue;
}

function functionProperty(machine: Machine, target: FunctionValue, name: string, site: CallSite): Value {
  machine.memo.read(target);
  const own = target.properties.get(name);
  if (own) return readProperty(machine, own, target, site);
  if (name === "name") return stringValue(target.name);
  if (name === "length") {
    const parameters = ownParameters(target.node);
    const optional = parameters.findIndex(({ initializer, dotDotDotToken }) => initializer ?? dotDotDotToken);
    return numberValue(optional < 0 ? parameters.length : optional);
  }
  if (name === "prototype") {
    const prototype = objectValue(new Map<string, Property>([["constructor", target]]));
    machine.journal.touch(target);
    target.properties.set(name, prototype);
    return prototype;
  }
  return memberOf(target, name) ?? functionMember(target, name) ?? undefinedValue;
}

/** `call`, `apply` and `bind`. */
function functionMember(target: FunctionValue, name: string): Value | undefined {
  switch (name) {
    case "call":
      return nativeValue(name, (context, _this, [thisValue = undefinedValue, ...args], site) =>
        context.call(target, thisValue, args, site),
      );
    case "apply":
      return nativeValue(name, (context, _this, [thisValue = undefinedValue, list], site) => {
        const items = list?.kind === "array" ? list.elements : list === undefined ? [] : undefined;
        return items ? context.call(target, thisValue, items, site) : unknown;
      });
    case "bind":
      return nativeValue(name, (_context, _this, [thisValue = undefinedValue, ...args]) => ({
        ...target,
        boundThis: target.boundThis ?? thisValue,
        boundArguments: [...target.boundArguments, ...args],
      }));
    default:
      return undefined;
  }
}

export function staticProperty(
  machine: Machine,
  cls: ClassValue,
  thisValue: Value,
  name: string,
  site: CallSite,
): Value {
  for (let at: Value | undefined = cls; at; at = at.kind === "class" ? at.parent : undefined) {
    if (at.kind !== "class") return getProperty(machine, at, name, site);
    machine.memo.read(at);
    const own = at.properties.get(name);
    if (own) return readProperty(machine, own, thisValue, site);
  }
  return name === "name" ? stringValue(cls.name) : undefinedValue;
}

const iteratorNext = nativeValue("next", (context, iterator) => {
  if (iterator.kind !== "iterator") return unknown;
  const { value, done } = nextOf(context as Machine, iterator);
  const isDone: Value = { kind: "boolean", value: done };
  const result = objectValue(
    new Map<string, Property>([
      ["value", value],
      ["done", isDone],
    ]),
  );
  return iterator.isAsync ? { kind: "promise", value: result } : result;
});

/** `target[key]` where the key is not known. */
export function unknownElement(target: Value): Value {
  switch (target.kind) {
    case "array":
      return target.elements ? (target.elements.length > 0 ? target.elements.reduce(join) : unknown) : target.summary;
    case "object": {
      if (target.open || target.class || target.properties.size === 0) return unknown;
      let result: Value | undefined;
      for (const property of target.properties.values()) {
        if (property.kind === "accessor") return unknown;
        result = result === undefined ? property : join(result, property);
      }
      return result ?? unknown;
    }
    case "oneOf":
      return target.alternatives.map(unknownElement).reduce(join);
    case "string":
      return unknownString;
    default:
      return unknown;
  }
}
