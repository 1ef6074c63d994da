// Assignments in all their forms.

import { ts } from "ts-morph";
import { unknown, type Value } from "../../values";
import { exploreValues } from "../branches";
import { type Environment } from "../environment";
import { type Machine } from "../machine";
import { assignPattern } from "../patterns";
import { setProperty, setUnknownElement } from "../propertyWrites";
import { recordBinding, recordField } from "../recording";
import { needsRight } from "./conditional";
import { evaluate, propertyKey } from "./expressions";
import { operate } from "./operators";

const operators: Partial<Record<ts.SyntaxKind, ts.SyntaxKind>> = {
  [ts.SyntaxKind.PlusEqualsToken]: ts.SyntaxKind.PlusToken,
  [ts.SyntaxKind.MinusEqualsToken]: ts.SyntaxKind.MinusToken,
  [ts.SyntaxKind.AsteriskEqualsToken]: ts.SyntaxKind.AsteriskToken,
  [ts.SyntaxKind.AsteriskAsteriskEqualsToken]: ts.SyntaxKind.AsteriskAsteriskToken,
  [ts.SyntaxKind.SlashEqualsToken]: ts.SyntaxKind.SlashToken,
  [ts.SyntaxKind.PercentEqualsToken]: ts.SyntaxKind.PercentToken,
  [ts.SyntaxKind.LessThanLessThanEqualsToken]: ts.SyntaxKind.LessThanLessThanToken,
  [ts.SyntaxKind.GreaterThanGreaterThanEqualsToken]: ts.SyntaxKind.GreaterThanGreaterThanToken,
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanEqualsToken]: ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken,
  [ts.SyntaxKind.AmpersandEqualsToken]: ts.SyntaxKind.AmpersandToken,
  [ts.SyntaxKind.BarEqualsToken]: ts.SyntaxKind.BarToken,
  [ts.SyntaxKind.CaretEqualsToken]: ts.SyntaxKind.CaretToken,
};

/** Whether an operator is `=` or one such as `+=`. */
export function isAssignment(operator: ts.SyntaxKind): boolean {
  return operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment;
}

export function assign(machine: Machine, environment: Environment, node: ts.BinaryExpression): Value {
  const kind = node.operatorToken.kind;
  const { left, right } = node;
  if (kind === ts.SyntaxKind.EqualsToken) {
    const name = ts.isIdentifier(left) ? left.text : ts.isPropertyAccessExpression(left) ? left.name.text : undefined;
    const value = evaluate(machine, environment, right, name);
    assignPattern(machine, environment, left, value);
    return value;
  }
  const operator = operators[kind];
  if (operator !== undefined) {
    const value = operate(operator, evaluate(machine, environment, left), evaluate(machine, environment, right));
    assignTo(machine, environment, left, value);
    return value;
  }
  return assignLogically(machine, environment, node);
}

/** `a ??= b`, `a ||= b`, `a &&= b`. */
function assignLogically(machine: Machine, environment: Environment, node: ts.BinaryExpression): Value {
  const before = evaluate(machine, environment, node.left);
  const goesOn = needsRight(node.operatorToken.kind, before);
  if (goesOn === false) return before;
  const given = (): Value => {
    const value = evaluate(machine, environment, node.right);
    assignTo(machine, environment, node.left, value);
    return value;
  };
  return goesOn === true ? given() : exploreValues(machine, [() => before, given]);
}

/** Gives a value to a variable, property or element. */
export function assignTo(machine: Machine, environment: Environment, target: ts.Expression, value: Value): void {
  switch (target.kind) {
    case ts.SyntaxKind.Identifier: {
      const name = target as ts.Identifier;
      const cell = environment.find(name.text);
      if (!cell) return;
      machine.journal.touch(cell);
      cell.value = value;
      recordBinding(machine, environment, name, value, "variable");
      return;
    }
    case ts.SyntaxKind.PropertyAccessExpression: {
      const { expression, name } = target as ts.PropertyAccessExpression;
      const owner = evaluate(machine, environment, expression);
      setProperty(machine, owner, name.text, value, machine.site(environment, target));
      if (expression.kind === ts.SyntaxKind.ThisKeyword) recordField(machine, environment, name, value);
      return;
    }
    case ts.SyntaxKind.ElementAccessExpression: {
      const { expression, argumentExpression } = target as ts.ElementAccessExpression;
      const owner = evaluate(machine, environment, expression);
      const name = propertyKey(evaluate(machine, environment, argumentExpression));
      if (name === undefined) setUnknownElement(machine, owner, value);
      else setProperty(machine, owner, name, value, machine.site(environment, target));
      return;
    }
    case ts.SyntaxKind.ParenthesizedExpression:
    case ts.SyntaxKind.NonNullExpression:
    case ts.SyntaxKind.AsExpression:
    case ts.SyntaxKind.SatisfiesExpression:
    case ts.SyntaxKind.TypeAssertionExpression:
      assignTo(machine, environment, (target as ts.ParenthesizedExpression).expression, value);
      return;
    default:
      return;
  }
}

/** The present value of a variable or simple property path, when looking at it has no effect. */
export function peek(machine: Machine, environment: Environment, node: ts.Expression): Value {
  if (ts.isIdentifier(node)) return environment.find(node.text)?.value ?? unknown;
  if (node.kind === ts.SyntaxKind.ThisKeyword) return environment.activation.thisValue ?? unknown;
  if (!ts.isPropertyAccessExpression(node)) return unknown;
  const owner = peek(machine, environment, node.expression);
  if (owner.kind !== "object") return unknown;
  const own = owner.properties.get(node.name.text);
  return own && own.kind !== "accessor" ? own : unknown;
}
