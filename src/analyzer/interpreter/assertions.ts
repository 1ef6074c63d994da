// What a call such as `assert(width % 4 === 0)` says of its argument holds after it.

import { ts } from "ts-morph";
import { isAssertion } from "../builtins";
import { type Value } from "../values";
import { type Environment } from "./environment";
import { refine } from "./guards";
import { ownParameters } from "./hoisting";
import { type Machine } from "./machine";

/** Puts what a call asserts in force. */
export function learnAsserted(machine: Machine, environment: Environment, fn: Value, node: ts.CallExpression): void {
  const index = assertedBy(fn);
  const argument = index === undefined ? undefined : node.arguments[index];
  if (argument && !node.arguments.slice(0, index! + 1).some(ts.isSpreadElement))
    refine(machine, environment, argument, true);
}

/** The index of the argument that must be true for a function to return. */
function assertedBy(fn: Value): number | undefined {
  if (isAssertion(fn)) return 0;
  return fn.kind === "function" && fn.boundArguments.length === 0 ? assertedIn(fn.node) : undefined;
}

const known = new WeakMap<ts.Node, number>();

/** By `asserts condition`, or by a body that begins with `if (!condition) throw …`. */
function assertedIn(node: ts.FunctionLikeDeclaration): number | undefined {
  let index = known.get(node);
  if (index === undefined) {
    const name = promised(node.type) ?? checked(node.body);
    index = ownParameters(node).findIndex(({ name: own }) => ts.isIdentifier(own) && own.text === name);
    known.set(node, index);
  }
  return index < 0 ? undefined : index;
}

function promised(type: ts.TypeNode | undefined): string | undefined {
  if (!type || !ts.isTypePredicateNode(type) || !type.assertsModifier || type.type) return undefined;
  return ts.isIdentifier(type.parameterName) ? type.parameterName.text : undefined;
}

function checked(body: ts.ConciseBody | undefined): string | undefined {
  const [first] = body && ts.isBlock(body) ? body.statements : [];
  if (!first || !ts.isIfStatement(first) || first.elseStatement) return undefined;
  const { expression, thenStatement } = first;
  const last = ts.isBlock(thenStatement) ? thenStatement.statements.at(-1) : thenStatement;
  if (!last || !ts.isThrowStatement(last) || !ts.isPrefixUnaryExpression(expression)) return undefined;
  const isNot = expression.operator === ts.SyntaxKind.ExclamationToken;
  return isNot && ts.isIdentifier(expression.operand) ? expression.operand.text : undefined;
}
