// Expressions of which only a part is evaluated: `? :`, `&&`, `||`, `??`.

import { ts } from "ts-morph";
import { isNullish, leftOut, truthiness, type Value } from "../../values";
import { exploreValues } from "../branches";
import { type Environment } from "../environment";
import { refine } from "../guards";
import { type Machine } from "../machine";
import { evaluate, withoutNullish } from "./expressions";

export function conditional(
  machine: Machine,
  environment: Environment,
  node: ts.ConditionalExpression,
  name?: string,
): Value {
  const condition = truthiness(evaluate(machine, environment, node.condition));
  if (condition !== undefined) return evaluate(machine, environment, condition ? node.whenTrue : node.whenFalse, name);
  const paths: (() => Value)[] = [];
  for (const outcome of [true, false]) {
    paths.push(() => {
      if (!refine(machine, environment, node.condition, outcome)) machine.throwValue({ kind: "unknown" });
      return evaluate(machine, environment, outcome ? node.whenTrue : node.whenFalse, name);
    });
  }
  return exploreValues(machine, paths);
}

export function logical(machine: Machine, environment: Environment, node: ts.BinaryExpression): Value {
  const left = evaluate(machine, environment, node.left);
  const operator = node.operatorToken.kind;
  const goesOn = needsRight(operator, left);
  if (goesOn === false) return left;
  if (goesOn === true) return evaluate(machine, environment, node.right);
  return exploreValues(machine, [
    () => keptLeft(operator, left),
    () => {
      if (operator !== ts.SyntaxKind.QuestionQuestionToken) {
        refine(machine, environment, node.left, operator === ts.SyntaxKind.AmpersandAmpersandToken);
      }
      return evaluate(machine, environment, node.right);
    },
  ]);
}

/** Whether the right side of a logical operator is evaluated. */
export function needsRight(operator: ts.SyntaxKind, left: Value): boolean | undefined {
  switch (operator) {
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.AmpersandAmpersandEqualsToken:
      return truthiness(left);
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.BarBarEqualsToken: {
      const truth = truthiness(left);
      return truth === undefined ? undefined : !truth;
    }
    default:
      return left === leftOut || isNullish(left);
  }
}

/** What the left side is when it is the result. */
function keptLeft(operator: ts.SyntaxKind, left: Value): Value {
  if (operator === ts.SyntaxKind.QuestionQuestionToken) return withoutNullish(left);
  if (left.kind !== "oneOf") return left;
  const keep = operator === ts.SyntaxKind.BarBarToken;
  const kept = left.alternatives.filter((each) => truthiness(each) !== !keep);
  return kept.length === left.alternatives.length || kept.length === 0
    ? left
    : kept.length === 1
      ? kept[0]!
      : { kind: "oneOf", alternatives: kept };
}
