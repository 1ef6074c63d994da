// Instances of the user's Module classes, seen from the engine: a real Module with the same fields, whose forward
// calls back into the interpreter. So `parameters()`, `Sequential` and optimizers work on them as they are.

import { Module } from "@shapelens/engine";
import {
  type CallSite,
  type ClassValue,
  type Context,
  type EngineValue,
  type ObjectValue,
  type Value,
} from "../values";
import { lift } from "./lift";
import { CannotLower, carry, lower } from "./lower";

type Fields = Record<string, unknown>;

const modules = new WeakMap<ObjectValue, Fields>();
const instances = new WeakMap<object, ObjectValue>();
const active = new Set<ObjectValue>();

/** The user's instance behind an engine module. */
export function instanceOf(module: object): ObjectValue | undefined {
  return instances.get(module);
}

/** The engine class at the end of an instance's chain of classes. */
export function engineBase(instance: ObjectValue): EngineValue | undefined {
  let parent: Value | undefined = instance.class;
  while (parent?.kind === "class") parent = parent.parent;
  return parent?.kind === "engine" ? parent : undefined;
}

/** Takes what `super(…)` of an engine class made as the engine's side of `instance`. */
export function adoptBase(instance: ObjectValue, base: object): void {
  modules.set(instance, base as Fields);
  instances.set(base, instance);
}

/**
 * The engine's side of an instance, its fields brought up to date; `undefined` for objects that are no modules.
 * Fields that are not known are left out.
 */
export function moduleOf(instance: ObjectValue, context: Context, site: CallSite): object | undefined {
  const base = engineBase(instance);
  if (!base || !(base.object === Module || isModuleClass(base.object))) return undefined;
  let module = modules.get(instance);
  if (!module) {
    if (base.object !== Module) throw new CannotLower("module");
    class UserModule extends Module {
      override forward(): never {
        throw new CannotLower("forward");
      }
    }
    const name = instance.class?.kind === "class" ? instance.class.name : "Module";
    Object.defineProperty(UserModule, "name", { value: name });
    module = new UserModule() as unknown as Fields;
    adoptBase(instance, module);
  }
  // A field may lead back to the instance itself; its module is being filled already then.
  if (!active.has(instance)) fill(module, instance, context, site);
  return module;
}

function isModuleClass(object: unknown): boolean {
  return typeof object === "function" && object.prototype instanceof Module;
}

function fill(module: Fields, instance: ObjectValue, context: Context, site: CallSite): void {
  active.add(instance);
  try {
    for (const [name, property] of instance.properties) {
      if (property.kind === "accessor") continue;
      try {
        module[name] = lower(property, context, site);
      } catch (error) {
        if (!(error instanceof CannotLower)) throw error;
      }
    }
    if (memberOf(instance, "forward")) {
      Object.defineProperty(module, "forward", {
        configurable: true,
        enumerable: false,
        value: (...args: unknown[]): unknown => {
          const forward = context.getProperty(instance, "forward", site);
          return carry(
            context.call(
              forward,
              instance,
              args.map((arg) => lift(arg)),
              site,
            ),
            context,
            site,
          );
        },
      });
    }
  } finally {
    active.delete(instance);
  }
}

function memberOf(instance: ObjectValue, name: string): boolean {
  for (let cls: Value | undefined = instance.class; cls?.kind === "class"; cls = (cls satisfies ClassValue).parent) {
    if (cls.members.has(name)) return true;
  }
  return instance.properties.has(name);
}
