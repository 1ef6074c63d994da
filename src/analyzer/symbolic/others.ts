// Before a function is tried that nobody calls, others may have been called: what they set is not known in it.

import { ts } from "ts-morph";
import { type Environment } from "../interpreter/environment";
import { isAssignment } from "../interpreter/expressions/assignment";
import { type Session } from "../interpreter/session";
import { type ObjectValue, unknown, type Value } from "../values";

const setInFiles = new WeakMap<ts.SourceFile, ReadonlyMap<string, readonly ts.Node[]>>();

/** The names that functions other than `node` give values to. */
export function variablesSetOutside({ module }: Session, node: ts.Node): string[] {
  const { source } = module;
  let all = setInFiles.get(source);
  if (!all) setInFiles.set(source, (all = variablesSetIn(source)));
  const names = [...all].filter(([, setters]) => setters.some((setter) => !isWithin(setter, node)));
  return names.map(([name]) => name);
}

function variablesSetIn({ statements }: ts.SourceFile): Map<string, readonly ts.Node[]> {
  const all = new Map<string, readonly ts.Node[]>();
  for (const statement of statements) {
    for (const [name, setters] of settersIn(statement).variables) {
      all.set(name, [...(all.get(name) ?? []), ...setters]);
    }
  }
  return all;
}

/** Forgets what the file's variables of these names hold. */
export function forgetVariables({ machine, instance }: Session, names: readonly string[]): void {
  for (const name of names) {
    const cell = (instance.environment satisfies Environment).own(name);
    if (!cell || cell.isConstant || !cell.value) continue;
    machine.journal.touch(cell);
    cell.value = unknown;
  }
}

/** Forgets the fields of an instance that its methods other than `node` give values to. */
export function forgetFields({ machine }: Session, instance: ObjectValue, node: ts.Node): void {
  for (let cls: Value | undefined = instance.class; cls?.kind === "class"; cls = cls.parent) {
    for (const [name, setters] of settersIn(cls.node).fields) {
      const own = instance.properties.get(name);
      if (!own || own.kind === "accessor" || !setters.some((setter) => !isWithin(setter, node))) continue;
      machine.journal.touch(instance);
      instance.properties.set(name, unknown);
    }
  }
}

interface Setters {
  /** The assignments to each name that stand inside a function. */
  readonly variables: ReadonlyMap<string, readonly ts.Node[]>;
  /** The assignments to each `this.name` outside the constructor. */
  readonly fields: ReadonlyMap<string, readonly ts.Node[]>;
}

const known = new WeakMap<ts.Node, Setters>();

function settersIn(owner: ts.Node): Setters {
  const before = known.get(owner);
  if (before) return before;
  const variables = new Map<string, ts.Node[]>();
  const fields = new Map<string, ts.Node[]>();
  const add = (all: Map<string, ts.Node[]>, name: string, at: ts.Node): void => {
    const list = all.get(name);
    if (list) list.push(at);
    else all.set(name, [at]);
  };
  let constructors = 0;
  const assigned = (target: ts.Node): void => {
    if (ts.isIdentifier(target)) add(variables, target.text, target);
    else if (ts.isPropertyAccessExpression(target)) {
      if (target.expression.kind === ts.SyntaxKind.ThisKeyword && constructors === 0)
        add(fields, target.name.text, target);
    } else if (ts.isArrayLiteralExpression(target) || ts.isObjectLiteralExpression(target))
      ts.forEachChild(target, assigned);
    else if (ts.isPropertyAssignment(target)) assigned(target.initializer);
    else if (ts.isShorthandPropertyAssignment(target)) assigned(target.name);
    else if (ts.isSpreadElement(target) || ts.isSpreadAssignment(target) || ts.isNonNullExpression(target))
      assigned(target.expression);
  };
  const visit = (node: ts.Node, isInside: boolean): void => {
    if (isInside) {
      if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) assigned(node.left);
      else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
        if (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
          assigned(node.operand);
      }
    }
    if (ts.isConstructorDeclaration(node)) constructors++;
    ts.forEachChild(node, (child) => {
      visit(child, isInside || ts.isFunctionLike(node));
    });
    if (ts.isConstructorDeclaration(node)) constructors--;
  };
  visit(owner, false);
  const found = { variables, fields };
  known.set(owner, found);
  return found;
}

function isWithin(node: ts.Node, outer: ts.Node): boolean {
  return node.pos >= outer.pos && node.end <= outer.end;
}
