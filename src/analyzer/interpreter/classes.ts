// Classes of the user: what a declaration makes, and what `new` does with it.

import { ts } from "ts-morph";
import { constructSuper } from "../bridge";
import {
  type CallSite,
  type ClassValue,
  nextId,
  objectValue,
  type ObjectValue,
  type Property,
  undefinedValue,
  unknown,
  type Value,
} from "../values";
import { type Environment, Environment as Scope } from "./environment";
import { evaluate, propertyNameOf } from "./expressions/expressions";
import { callFunction, makeFunction } from "./functions";
import { type Machine } from "./machine";
import { recordField } from "./recording";
import { executeBlock } from "./statements/statements";

export function makeClass(
  machine: Machine,
  environment: Environment,
  node: ts.ClassLikeDeclaration,
  name: string,
): ClassValue {
  const heritage = node.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  const parent = heritage && evaluate(machine, environment, heritage.expression);
  const inner = environment.child();
  const cls: ClassValue = {
    kind: "class",
    id: nextId(),
    savedAt: 0,
    version: 0,
    name,
    node,
    closure: inner,
    parent: parent?.kind === "null" ? undefined : parent,
    properties: new Map(),
    members: new Map(),
  };
  if (node.name) inner.declare(node.name.text, cls, true);
  for (const member of node.members) addMethod(machine, inner, cls, member);
  const staticEnvironment = new Scope(inner, { ...inner.activation, thisValue: cls, home: cls, isStatic: true });
  for (const member of node.members) {
    if (ts.isPropertyDeclaration(member) && isStatic(member)) {
      const key = propertyNameOf(machine, inner, member.name);
      const value = member.initializer ? evaluate(machine, staticEnvironment, member.initializer, key) : undefinedValue;
      if (key !== undefined) cls.properties.set(key, value);
      recordField(machine, staticEnvironment, member.name, value);
    } else if (ts.isClassStaticBlockDeclaration(member)) {
      executeBlock(machine, staticEnvironment, member.body);
    }
  }
  return cls;
}

function addMethod(machine: Machine, environment: Environment, home: ClassValue, member: ts.ClassElement): void {
  if (!ts.isMethodDeclaration(member) && !ts.isAccessor(member)) return;
  const name = propertyNameOf(machine, environment, member.name);
  if (name === undefined || !member.body) return;
  const owner = isStatic(member) ? home.properties : home.members;
  const fn = makeFunction(environment, member, name, { home, isStatic: isStatic(member) });
  owner.set(name, ts.isAccessor(member) ? accessorWith(owner.get(name), member, fn) : fn);
}

export function accessorWith(before: Property | undefined, member: ts.AccessorDeclaration, fn: Value): Property {
  const other = before?.kind === "accessor" ? before : { kind: "accessor" as const, get: undefined, set: undefined };
  return ts.isGetAccessor(member) ? { ...other, get: fn } : { ...other, set: fn };
}

function isStatic(member: ts.ClassElement): boolean {
  return (
    ts.canHaveModifiers(member) && Boolean(ts.getModifiers(member)?.some((m) => m.kind === ts.SyntaxKind.StaticKeyword))
  );
}

export function constructorOf(node: ts.ClassLikeDeclaration): ts.ConstructorDeclaration | undefined {
  return node.members.find(
    (member): member is ts.ConstructorDeclaration => ts.isConstructorDeclaration(member) && member.body !== undefined,
  );
}

/** As many instances of a class are kept to try its methods on. */
export const mostInstances = 4;

export function constructClass(machine: Machine, cls: ClassValue, args: readonly Value[], site: CallSite): Value {
  const instance = objectValue(new Map(), cls);
  const others = machine.instances.get(cls.node);
  if (!others) machine.instances.set(cls.node, [instance]);
  else if (others.length < mostInstances) others.push(instance);
  const result = initialise(machine, cls, instance, args, site);
  return result?.kind === "object" ? result : instance;
}

/** Runs the constructor of `cls` on an instance that may be of a class further down. */
export function initialise(
  machine: Machine,
  cls: ClassValue,
  instance: ObjectValue,
  args: readonly Value[],
  site: CallSite,
): Value | undefined {
  machine.called.add(cls.node);
  const constructor = constructorOf(cls.node);
  if (!constructor) {
    if (cls.parent) initialiseParent(machine, cls, instance, args, site);
    initialiseFields(machine, cls, instance);
    return undefined;
  }
  if (!cls.parent) initialiseFields(machine, cls, instance);
  const fn = makeFunction(cls.closure as Environment, constructor, cls.name, { home: cls, isStatic: false });
  return callFunction(machine, fn, instance, args, site);
}

/** What `super(...)` does. */
export function initialiseParent(
  machine: Machine,
  cls: ClassValue,
  instance: ObjectValue,
  args: readonly Value[],
  site: CallSite,
): void {
  const { parent } = cls;
  switch (parent?.kind) {
    case "class":
      initialise(machine, parent, instance, args, site);
      break;
    case "function":
      callFunction(machine, parent, instance, args, site);
      break;
    case "engine":
      constructSuper(machine, instance, parent, args, site);
      break;
    default:
      if (parent) {
        machine.journal.touch(instance);
        instance.open = true;
        for (const arg of args) machine.escape(arg);
      }
      break;
  }
}

export function initialiseFields(machine: Machine, cls: ClassValue, instance: ObjectValue): void {
  const closure = cls.closure as Environment;
  const activation = { ...closure.activation, thisValue: instance, home: cls, isStatic: false };
  const environment = new Scope(closure, activation);
  // Whether an initialiser already sees the constructor's `private width: number` depends on the compiler's target:
  // what the two readings agree on is that nothing is known of it.
  const later = parameterProperties(cls.node);
  if (later.length > 0) machine.journal.touch(instance);
  for (const name of later) instance.properties.set(name, unknown);
  for (const member of cls.node.members) {
    if (!ts.isPropertyDeclaration(member) || isStatic(member) || isDeclared(member)) continue;
    const name = propertyNameOf(machine, environment, member.name);
    const value = member.initializer ? evaluate(machine, environment, member.initializer, name) : undefinedValue;
    if (name === undefined) continue;
    machine.journal.touch(instance);
    instance.properties.set(name, value);
    recordField(machine, environment, member.name, value);
  }
}

/** Gives the fields that the constructor's parameters declare their values, once the parent and the other fields are set. */
export function setParameterProperties(
  machine: Machine,
  environment: Environment,
  cls: ClassValue,
  instance: ObjectValue,
): void {
  for (const name of parameterProperties(cls.node)) {
    machine.journal.touch(instance);
    instance.properties.set(name, environment.find(name)?.value ?? unknown);
  }
}

/** The names of `constructor(private readonly width: number)`: such a parameter declares a field. */
function parameterProperties(node: ts.ClassLikeDeclaration): string[] {
  const parameters = constructorOf(node)?.parameters ?? [];
  return parameters.flatMap((parameter) =>
    ts.isParameterPropertyDeclaration(parameter, parameter.parent) && ts.isIdentifier(parameter.name)
      ? [parameter.name.text]
      : [],
  );
}

function isDeclared(member: ts.PropertyDeclaration): boolean {
  return Boolean(ts.getModifiers(member)?.some((m) => m.kind === ts.SyntaxKind.DeclareKeyword));
}

/** `super.name` as a value. */
export function superMember(environment: Environment): Value {
  return environment.activation.home?.parent ?? unknown;
}
