// What a file exports that can be run: classes that extend Module, instances of such, functions.

import { Module } from "@shapelens/engine";
import { exportedValues } from "../interpreter/modules";
import { type Session } from "../interpreter/session";
import { type ClassValue, type EngineValue, type FunctionValue, type ObjectValue, type Value } from "../values";

/** An export that can be run. `forward`: what running it calls; absent for a model that is one of the engine's. */
export type Exported = { readonly name: string } & (
  | { readonly kind: "class"; readonly value: ClassValue; readonly forward: FunctionValue }
  | { readonly kind: "instance"; readonly value: ObjectValue; readonly forward: FunctionValue }
  | { readonly kind: "instance"; readonly value: EngineValue; readonly forward?: undefined }
  | { readonly kind: "function"; readonly value: FunctionValue; readonly forward: FunctionValue }
);

export function exportedModels({ instance }: Session): Exported[] {
  const found: Exported[] = [];
  const done = new Set<Value>();
  for (const [name, value] of exportedValues(instance)) {
    if (done.has(value)) continue;
    done.add(value);
    const exported = asModel(name, value);
    if (exported) found.push(exported);
  }
  return found;
}

/** The one that the data of the file is for: it is called `model`, or the only one of its kind. */
export function mainModel(session: Session): Exported | undefined {
  const all = exportedModels(session);
  const named = all.find(({ name }) => name === "model");
  if (named) return named;
  for (const kind of ["instance", "class", "function"] as const) {
    const [first, ...others] = all.filter((each) => each.kind === kind && each.name !== "loss");
    if (first) return others.length === 0 ? first : undefined;
  }
  return undefined;
}

function asModel(name: string, value: Value): Exported | undefined {
  switch (value.kind) {
    case "class": {
      const forward = forwardOf(value);
      return forward && { name, kind: "class", value, forward };
    }
    case "object": {
      const forward = value.class?.kind === "class" ? forwardOf(value.class) : undefined;
      return forward && { name, kind: "instance", value, forward };
    }
    case "engine":
      return value.object instanceof Module ? { name, kind: "instance", value } : undefined;
    case "function":
      return { name, kind: "function", value, forward: value };
    default:
      return undefined;
  }
}

/** The method `forward` of a class that extends Module. */
function forwardOf(cls: ClassValue): FunctionValue | undefined {
  if (!extendsModule(cls)) return undefined;
  for (let at: Value | undefined = cls; at?.kind === "class"; at = at.parent) {
    const member = at.members.get("forward");
    if (member) return member.kind === "function" ? member : undefined;
  }
  return undefined;
}

function extendsModule(cls: ClassValue): boolean {
  let at: Value | undefined = cls;
  while (at?.kind === "class") at = at.parent;
  if (at?.kind !== "engine" || typeof at.object !== "function") return false;
  return at.object === Module || at.object.prototype instanceof Module;
}
