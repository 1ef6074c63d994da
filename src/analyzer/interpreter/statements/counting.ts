// What a loop adds up whose rounds nobody runs one by one: where every round adds as much, a list that grows, and a
// number, end as long, or as great, as the number of rounds says.

import { ts } from "ts-morph";
import {
  addDims,
  constantOf,
  currentFacts,
  type Dim,
  enterFacts,
  keyOf,
  maxDims,
  mulDims,
  numberOfDim,
  type NumberValue,
  subDims,
  symbol,
} from "../../values";
import { Thrown } from "../completions";
import { type Environment } from "../environment";
import { evaluate } from "../expressions/expressions";
import { type Change } from "../journal";
import { type Machine } from "../machine";
import { type Changeable, type State } from "../states";

/** How many rounds a loop has left. */
export interface Count {
  readonly rounds: Dim;
  /** Whether nothing in the rounds has changed that. */
  readonly holds: () => boolean;
}

/** The rounds that `for (let i = …; i < limit; i++)` has left, where its body leaves `i` alone. */
export function countOfFor(machine: Machine, scope: Environment, node: ts.ForStatement): Count | undefined {
  const { condition, incrementor, statement } = node;
  if (!condition || !ts.isBinaryExpression(condition) || !ts.isIdentifier(condition.left)) return undefined;
  const { left, operatorToken, right: limit } = condition;
  const isInclusive = operatorToken.kind === ts.SyntaxKind.LessThanEqualsToken;
  if (!isInclusive && operatorToken.kind !== ts.SyntaxKind.LessThanToken) return undefined;
  if (!incrementor || !addsOne(incrementor, left.text) || changes(statement, left.text)) return undefined;
  const from = scope.own(left.text)?.value;
  const to = evaluate(machine, scope, limit);
  if (from?.kind !== "number" || to.kind !== "number" || !from.dim || !to.dim) return undefined;
  const rounds = addDims(subDims(to.dim, from.dim), isInclusive ? 1 : 0);
  return { rounds: maxDims(0, rounds), holds: () => keyOf(evaluate(machine, scope, limit)) === keyOf(to) };
}

function addsOne(node: ts.Expression, name: string): boolean {
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node))
    return node.operator === ts.SyntaxKind.PlusPlusToken && isNamed(node.operand, name);
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusEqualsToken) return false;
  return isNamed(node.left, name) && ts.isNumericLiteral(node.right) && node.right.text === "1";
}

function changes(node: ts.Node, name: string): boolean {
  if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind) && isNamed(node.left, name)) return true;
  const isCount = ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node);
  if (isCount && isNamed(node.operand, name)) return true;
  return ts.forEachChild(node, (child) => changes(child, name) || undefined) ?? false;
}

function isNamed(node: ts.Expression, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}

/** Something of unknown length, or an unknown number, whose length or value was known before the loop. */
interface Sum {
  readonly target: Changeable;
  readonly start: Dim;
}

/**
 * Gives what the rounds changed by the same amount each the sum of it. `changed`: what they changed, with how it was
 * before the first; `oneMore` runs a round that stands for any, and answers false where it does not come to its end.
 */
export function addUp(
  machine: Machine,
  { rounds, holds }: Count,
  changed: readonly Change[],
  oneMore: () => boolean,
): void {
  const sums = changed.flatMap(sumOf);
  if (sums.length === 0 || !holds()) return;
  const steps = stepsOf(machine, sums, oneMore);
  for (const [i, { target, start }] of sums.entries()) {
    const step = steps[i];
    if (step !== undefined) set(machine, target, addDims(start, mulDims(rounds, step)));
  }
}

function sumOf({ target, before }: Change): Sum[] {
  const now = sizeOf(target);
  const start = sizeBefore(target, before);
  return now && start !== undefined && now.dim === undefined && now.value === undefined ? [{ target, start }] : [];
}

/** The length of a list that nobody counted, or a number. */
function sizeOf(target: Changeable): NumberValue | undefined {
  if (target.kind === "array") return target.elements ? undefined : target.length;
  return target.kind === "cell" && target.value?.kind === "number" ? target.value : undefined;
}

function sizeBefore({ kind }: Changeable, { items, other, value }: State): Dim | undefined {
  if (kind === "array") return items ? items.length : other?.kind === "number" ? other.dim : undefined;
  return value?.kind === "number" ? value.dim : undefined;
}

function set(machine: Machine, target: Changeable, size: Dim): void {
  machine.journal.touch(target);
  if (target.kind === "array") target.length = numberOfDim(size);
  else if (target.kind === "cell") target.value = numberOfDim(size);
}

/** What a round adds to each, whatever it is by then; nothing of the round is kept. */
function stepsOf(machine: Machine, sums: readonly Sum[], oneMore: () => boolean): (number | undefined)[] {
  const { journal, recorder, problems, layers, mayHaveThrown, boundaries } = machine;
  const outer = boundaries[boundaries.length - 1]!;
  const exits = outer.exits.length;
  const facts = currentFacts();
  const scope = journal.open();
  recorder.pause();
  machine.problems = [];
  machine.layers = undefined;
  enterFacts(facts.copy());
  try {
    // They may be nothing yet: that a list has items must not be taken for granted.
    const starts = sums.map(() => symbol("?", 0));
    for (const [i, { target }] of sums.entries()) set(machine, target, starts[i]!);
    if (!oneMore()) return [];
    return sums.map(({ target }, i) => {
      const size = sizeOf(target)?.dim;
      return size && constantOf(subDims(size, starts[i]!));
    });
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
    return [];
  } finally {
    journal.undo(scope);
    enterFacts(facts);
    machine.layers = layers;
    machine.problems = problems;
    recorder.resume();
    outer.exits.length = exits;
    machine.mayHaveThrown = mayHaveThrown;
  }
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}
