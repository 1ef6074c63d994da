// What a condition teaches about the variables in it, on the path where it came out true or false.

import { ts } from "ts-morph";
import { addDims, currentFacts, type Dim, type NumberValue, polynomialOf, truthiness, type Value } from "../values";
import { type Environment } from "./environment";
import { assignTo, isAssignment, peek } from "./expressions/assignment";
import { evaluate } from "./expressions/expressions";
import { Thrown } from "./completions";
import { type Machine } from "./machine";

/** Puts what the outcome of the condition teaches in force. Answers false when the outcome is impossible. */
export function refine(
  machine: Machine,
  environment: Environment,
  condition: ts.Expression,
  outcome: boolean,
): boolean {
  const node = inner(condition);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    return refine(machine, environment, node.operand, !outcome);
  }
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.kind;
    const isAnd = operator === ts.SyntaxKind.AmpersandAmpersandToken;
    if (isAnd || operator === ts.SyntaxKind.BarBarToken) {
      if (outcome !== isAnd) return narrowAll(machine, environment, node, outcome);
      return refine(machine, environment, node.left, outcome) && refine(machine, environment, node.right, outcome);
    }
    if (isPure(node)) learn(machine, environment, node, outcome);
  } else if (outcome && ts.isCallExpression(node)) learnWhole(machine, environment, node);
  return narrowAll(machine, environment, node, outcome);
}

function inner(node: ts.Expression): ts.Expression {
  while (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) || ts.isAsExpression(node))
    node = node.expression;
  return node;
}

/** `a === b`: the two are the same from here on. `a % b === 0`: b divides a. `a < b`: a is at most b - 1. */
function learn(machine: Machine, environment: Environment, node: ts.BinaryExpression, outcome: boolean): void {
  const operator = node.operatorToken.kind;
  const isEqual = operator === ts.SyntaxKind.EqualsEqualsEqualsToken || operator === ts.SyntaxKind.EqualsEqualsToken;
  const isDifferent =
    operator === ts.SyntaxKind.ExclamationEqualsEqualsToken || operator === ts.SyntaxKind.ExclamationEqualsToken;
  // A bare `a % b` or `a % b !== 0` that came out false says the same as `a % b === 0`.
  if (operator === ts.SyntaxKind.PercentToken && !outcome) {
    learnMultiple(machine, environment, node);
    return;
  }
  if (isComparison(operator)) learnOrder(machine, environment, node, operator, outcome);
  if (!(isEqual && outcome) && !(isDifferent && !outcome)) return;
  const left = inner(node.left);
  const right = numberOf(evaluate(machine, environment, node.right));
  if (ts.isBinaryExpression(left) && left.operatorToken.kind === ts.SyntaxKind.PercentToken && right?.value === 0) {
    learnMultiple(machine, environment, left);
    return;
  }
  const [a, b] = [numberOf(evaluate(machine, environment, node.left))?.dim, right?.dim];
  if (a && b) currentFacts().learnEqual(polynomialOf(a), polynomialOf(b));
}

type Comparison =
  | ts.SyntaxKind.LessThanToken
  | ts.SyntaxKind.LessThanEqualsToken
  | ts.SyntaxKind.GreaterThanToken
  | ts.SyntaxKind.GreaterThanEqualsToken;

function isComparison(operator: ts.SyntaxKind): operator is Comparison {
  return operator >= ts.SyntaxKind.LessThanToken && operator <= ts.SyntaxKind.GreaterThanEqualsToken;
}

/** The order of two whole numbers; of other numbers nothing is learned. */
function learnOrder(
  machine: Machine,
  environment: Environment,
  node: ts.BinaryExpression,
  operator: Comparison,
  outcome: boolean,
): void {
  const left = numberOf(evaluate(machine, environment, node.left))?.dim;
  const right = numberOf(evaluate(machine, environment, node.right))?.dim;
  if (!left || !right) return;
  const isLess = operator === ts.SyntaxKind.LessThanToken || operator === ts.SyntaxKind.LessThanEqualsToken;
  const isStrict = operator === ts.SyntaxKind.LessThanToken || operator === ts.SyntaxKind.GreaterThanToken;
  // What is not less is at least as large.
  const [small, large] = isLess === outcome ? [left, right] : [right, left];
  const least = isStrict === outcome ? addDims(small, 1) : small;
  currentFacts().learnAtMost(polynomialOf(least), polynomialOf(large));
}

function learnMultiple(machine: Machine, environment: Environment, node: ts.BinaryExpression): void {
  const dividend = numberOf(evaluate(machine, environment, node.left))?.dim;
  const divisor = numberOf(evaluate(machine, environment, node.right))?.dim;
  if (dividend && divisor) learnDivides(divisor, dividend);
}

function learnDivides(divisor: Dim, dividend: Dim): void {
  currentFacts().learnDivides(polynomialOf(divisor), polynomialOf(dividend));
}

/** `Number.isInteger(a / b)` that came out true: b divides a. */
function learnWhole(machine: Machine, environment: Environment, node: ts.CallExpression): void {
  const [argument] = node.arguments;
  if (!argument || !isPure(argument) || node.expression.getText() !== "Number.isInteger") return;
  const ratio = numberOf(evaluate(machine, environment, argument))?.ratio;
  if (ratio) learnDivides(ratio.denominator, ratio.numerator);
}

function numberOf(value: Value): NumberValue | undefined {
  return value.kind === "number" ? value : undefined;
}

/** Leaves out the alternatives of variables in the condition for which it would come out otherwise. */
function narrowAll(machine: Machine, environment: Environment, condition: ts.Expression, outcome: boolean): boolean {
  for (const reference of referencesIn(condition)) {
    const value = peek(machine, environment, reference);
    if (value.kind !== "oneOf") continue;
    const kept = value.alternatives.filter((each) => mayBe(machine, environment, condition, reference, each, outcome));
    if (kept.length === 0) return false;
    if (kept.length === value.alternatives.length) continue;
    const narrowed: Value = kept.length === 1 ? kept[0]! : { kind: "oneOf", alternatives: kept };
    if (ts.isIdentifier(reference)) {
      const cell = environment.find(reference.text)!;
      machine.journal.touch(cell);
      cell.value = narrowed;
    } else assignTo(machine, environment, reference, narrowed);
  }
  return true;
}

/** Whether the condition may come out so when the variable has this value. */
function mayBe(
  machine: Machine,
  environment: Environment,
  condition: ts.Expression,
  reference: ts.Expression,
  value: Value,
  outcome: boolean,
): boolean {
  const scope = machine.journal.open();
  const { problems, depth } = machine;
  machine.problems = [];
  machine.recorder.pause();
  try {
    assignTo(machine, environment, reference, value);
    return truthiness(evaluate(machine, environment, condition)) !== !outcome;
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
    machine.resetDepth(depth);
    return false;
  } finally {
    machine.recorder.resume();
    machine.problems = problems;
    machine.journal.undo(scope);
  }
}

const references = new WeakMap<ts.Node, readonly ts.Expression[]>();
const none: readonly ts.Expression[] = [];

/** Variables and property paths in a condition that can be evaluated again without effect. */
function referencesIn(condition: ts.Expression): readonly ts.Expression[] {
  let found = references.get(condition);
  if (!found) references.set(condition, (found = isPure(condition) ? collect(condition) : none));
  return found;
}

function collect(condition: ts.Expression): ts.Expression[] {
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) found.push(node);
    else if (ts.isPropertyAccessExpression(node)) {
      found.push(node);
      visit(node.expression);
    } else ts.forEachChild(node, visit);
  };
  visit(condition);
  return found;
}

const pureCalls = /^(?:Array\.isArray|Number\.\w+|Math\.\w+|Object\.keys)$/;

/** Whether evaluating the expression once more changes nothing. */
export function isPure(node: ts.Expression): boolean {
  const check = (child: ts.Node): boolean => {
    if (ts.isCallExpression(child)) {
      return pureCalls.test(child.expression.getText()) && child.arguments.every(check);
    }
    if (
      ts.isNewExpression(child) ||
      ts.isTaggedTemplateExpression(child) ||
      ts.isDeleteExpression(child) ||
      ts.isAwaitExpression(child) ||
      ts.isYieldExpression(child) ||
      ts.isFunctionLike(child)
    )
      return false;
    if (ts.isBinaryExpression(child) && isAssignment(child.operatorToken.kind)) return false;
    if (ts.isPrefixUnaryExpression(child) || ts.isPostfixUnaryExpression(child)) {
      if (child.operator === ts.SyntaxKind.PlusPlusToken || child.operator === ts.SyntaxKind.MinusMinusToken)
        return false;
    }
    return !ts.forEachChild(child, (grandchild) => (check(grandchild) ? undefined : true));
  };
  return check(node);
}
