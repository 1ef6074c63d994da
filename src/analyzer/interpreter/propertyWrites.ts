// Writing properties of any value.

import { setEngineProperty } from "../bridge";
import { type CallSite, join, type ObjectValue, undefinedValue, unknown, type Value } from "../values";
import { callValue } from "./calls";
import { type Machine } from "./machine";

const index = /^(?:0|[1-9]\d*)$/;

export function setProperty(machine: Machine, target: Value, name: string, value: Value, site: CallSite): void {
  switch (target.kind) {
    case "array":
      setElement(machine, target, name, value);
      break;
    case "object": {
      const setter = setterOf(target, name);
      if (setter) {
        callValue(machine, setter, target, [value], site);
        break;
      }
      machine.journal.touch(target);
      target.properties.set(name, value);
      break;
    }
    case "function":
    case "class": {
      const own = target.properties.get(name);
      if (own?.kind === "accessor") {
        if (own.set) callValue(machine, own.set, target, [value], site);
        break;
      }
      machine.journal.touch(target);
      target.properties.set(name, value);
      break;
    }
    case "tensor":
    case "engine":
      setEngineProperty(machine, target, name, value, site);
      break;
    case "oneOf":
      for (const each of target.alternatives) machine.maybe(() => setProperty(machine, each, name, value, site));
      break;
    case "unknown":
      machine.escape(value);
      break;
    default:
      break;
  }
}

function setterOf(target: ObjectValue, name: string): Value | undefined {
  const own = target.properties.get(name);
  if (own) return own.kind === "accessor" ? own.set : undefined;
  for (let at = target.class; at?.kind === "class"; at = at.parent) {
    const member = at.members.get(name);
    if (member) return member.kind === "accessor" ? member.set : undefined;
  }
  return undefined;
}

/** Arrays longer than this are not kept element by element. */
const longest = 100_000;

function setElement(machine: Machine, target: Value & { kind: "array" }, name: string, value: Value): void {
  machine.journal.touch(target);
  if (!target.elements) {
    if (index.test(name)) target.summary = join(target.summary, value);
    return;
  }
  if (name === "length") {
    if (value.kind === "number" && value.value !== undefined && value.value <= target.elements.length) {
      target.elements.length = value.value;
    } else forgetElements(target);
  } else if (index.test(name) && Number(name) < longest) {
    for (let i = target.elements.length; i < Number(name); i++) target.elements.push(undefinedValue);
    target.elements[Number(name)] = value;
  }
}

function forgetElements(target: Value & { kind: "array" }): void {
  target.elements = undefined;
  target.summary = unknown;
}

/** `target[key] = value` where the key is not known. */
export function setUnknownElement(machine: Machine, target: Value, value: Value): void {
  if (target.kind === "array") {
    machine.journal.touch(target);
    if (target.elements) target.elements = target.elements.map((element) => join(element, value));
    else target.summary = join(target.summary, value);
  } else if (target.kind === "object") {
    machine.journal.touch(target);
    for (const [name, property] of target.properties) {
      if (property.kind !== "accessor") target.properties.set(name, join(property, value));
    }
    target.open = true;
  } else if (target.kind === "oneOf") {
    for (const each of target.alternatives) setUnknownElement(machine, each, value);
  }
}
