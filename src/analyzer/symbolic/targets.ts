// The functions and methods of a file that nothing has called yet, in the order in which to try them.

import { ts } from "ts-morph";
import { type Session } from "../interpreter/session";
import { type ClassValue, type FunctionValue, type ObjectValue, undefinedValue, type Value } from "../values";
import { boundNames } from "../interpreter/hoisting";

/** Something to call with made-up arguments. */
export interface TargetFunction {
  readonly name: string;
  readonly fn: FunctionValue;
  readonly owner: ClassValue | undefined;
  readonly thisValue: Value;
}

/** The variables of a file's top level with their values. */
export function topLevelValues({ module, instance }: Session): (readonly [string, Value])[] {
  const found: (readonly [string, Value])[] = [];
  const add = (name: string): void => {
    const value = instance.environment.own(name)?.value;
    if (value) found.push([name, value]);
  };
  for (const statement of module.source.statements) {
    if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) boundNames(name).forEach(add);
    } else if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement))
      add(statement.name?.text ?? "default");
  }
  const main = instance.exports.get("default")?.value;
  if (main && !found.some(([, value]) => value === main)) found.push(["default", main]);
  return found;
}

export function targetsOf(session: Session): TargetFunction[] {
  const { module } = session;
  const targets: TargetFunction[] = [];
  const isOwn = (node: ts.Node): boolean => node.getSourceFile() === module.source;
  for (const [name, value] of topLevelValues(session)) {
    if (value.kind === "function" && isOwn(value.node)) {
      targets.push({ name, fn: value, owner: undefined, thisValue: undefinedValue });
    } else if (value.kind === "class" && isOwn(value.node)) targets.push(...methodsOf(value));
    else if (value.kind === "object" && !value.class) targets.push(...functionsIn(value, isOwn));
  }
  const names = new Set(module.source.statements.flatMap((statement) => [...calledNames(statement)]));
  const isHelper = ({ fn }: TargetFunction): boolean => names.has(fn.name) && fn.name !== "forward";
  return [...targets.filter((target) => !isHelper(target)), ...targets.filter(isHelper)];
}

function methodsOf(cls: ClassValue): TargetFunction[] {
  const targets: TargetFunction[] = [];
  for (const [name, member] of cls.members) {
    if (member.kind === "function")
      targets.push({ name: `${cls.name}.${name}`, fn: member, owner: cls, thisValue: undefinedValue });
  }
  for (const [name, member] of cls.properties) {
    if (member.kind === "function" && member.isStatic) {
      targets.push({ name: `${cls.name}.${name}`, fn: member, owner: undefined, thisValue: cls });
    }
  }
  return targets;
}

function functionsIn(object: ObjectValue, isOwn: (node: ts.Node) => boolean): TargetFunction[] {
  const targets: TargetFunction[] = [];
  for (const [name, property] of object.properties) {
    if (property.kind === "function" && isOwn(property.node)) {
      targets.push({ name, fn: property, owner: undefined, thisValue: object });
    }
  }
  return targets;
}

const called = new WeakMap<ts.Statement, ReadonlySet<string>>();

/** The names that are called or handed on in a statement: whoever bears one is tried by its callers first. */
function calledNames(source: ts.Statement): ReadonlySet<string> {
  const known = called.get(source);
  if (known) return known;
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const { expression } = node;
      if (ts.isIdentifier(expression)) names.add(expression.text);
      else if (ts.isPropertyAccessExpression(expression)) names.add(expression.name.text);
      for (const argument of node.arguments ?? []) if (ts.isIdentifier(argument)) names.add(argument.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  called.set(source, names);
  return names;
}
