// What a loop adds up whose rounds nobody runs one by one: where every round adds as much, a list that grows, and a
// number, end as long, or as great, as the number of rounds says.

import { Tensor } from "@shapelens/engine";
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
  tensorValue,
} from "../../values";
import { Thrown } from "../completions";
import { type Environment } from "../environment";
import { isAssignment } from "../expressions/assignment";
import { evaluate } from "../expressions/expressions";
import { isPure } from "../guards";
import { type Change } from "../journal";
import { type Machine } from "../machine";
import { type Changeable, type State, stateOf } from "../states";

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
  if (!isPure(limit)) return undefined;
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

/** A list, a number or a tensor that the rounds have made unknown, with what was known of it before them. */
interface Sum {
  readonly target: Changeable;
  /** The length of a list, a number, or the shape of a tensor. */
  readonly size: readonly Dim[];
  readonly tensor: Tensor | undefined;
}

/**
 * Gives what every round adds as much to the sum of it. `changed`: what the rounds changed, with how it was before the
 * first; `oneMore` runs a round that stands for any, and answers false where it does not come to its end.
 */
export function addUp(
  machine: Machine,
  { rounds, holds }: Count,
  changed: readonly Change[],
  oneMore: () => boolean,
): void {
  const sums = changed.flatMap(({ target, before }) => (isOpen(target) ? (sumOf(target, before) ?? []) : []));
  if (sums.length === 0 || !holds()) return;
  // From where they are each seems to grow by so much; it does where it does so from anywhere.
  const steps = stepsFrom(machine, sums, oneMore);
  const likely = sums.flatMap((sum, i) => (steps[i] ? [{ sum, step: steps[i] }] : []));
  if (likely.length === 0) return;
  const anywhere = likely.map(({ sum, step }) => ({
    ...sum,
    // It may be nothing yet: that a list has items must not be taken for granted.
    size: sum.size.map((dim, i) => (step[i] === 0 ? dim : symbol("?", 0))),
  }));
  const again = stepsFrom(machine, anywhere, oneMore);
  for (const [i, { sum, step }] of likely.entries()) {
    if (again[i]?.join() !== step.join()) continue;
    set(machine, { ...sum, size: sum.size.map((dim, axis) => addDims(dim, mulDims(rounds, step[axis]!))) });
  }
}

function isOpen(target: Changeable): boolean {
  if (target.kind === "array") return !target.elements && isUnknown(target.length);
  const value = target.kind === "cell" ? target.value : undefined;
  return value?.kind === "number" ? isUnknown(value) : value?.kind === "tensor" && !value.tensor;
}

const isUnknown = ({ dim, value }: NumberValue): boolean => dim === undefined && value === undefined;

function sumOf(target: Changeable, { items, other, value }: State): Sum | undefined {
  const known = target.kind === "array" ? (items ? numberOfDim(items.length) : other) : value;
  if (known?.kind === "number") return known.dim && { target, size: [known.dim], tensor: undefined };
  return known?.kind === "tensor" && known.tensor
    ? { target, size: known.tensor.dims, tensor: known.tensor }
    : undefined;
}

function set({ journal }: Machine, { target, size, tensor }: Sum): void {
  journal.touch(target);
  if (target.kind === "array") target.length = numberOfDim(size[0]!);
  if (target.kind !== "cell") return;
  if (!tensor) target.value = numberOfDim(size[0]!);
  else {
    const { dtype, requiresGrad } = tensor;
    target.value = tensorValue(new Tensor(size, dtype, undefined, { requiresGrad }));
  }
}

/** What a round that begins with these adds to each, axis by axis; nothing of the round is kept. */
function stepsFrom(
  machine: Machine,
  sums: readonly Sum[],
  oneMore: () => boolean,
): readonly (readonly number[] | undefined)[] {
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
    for (const sum of sums) set(machine, sum);
    return oneMore() ? sums.map(stepOf) : [];
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

function stepOf({ target, size, tensor }: Sum): readonly number[] | undefined {
  const now = sumOf(target, stateOf(target));
  if (now?.size.length !== size.length || now.tensor?.dtype !== tensor?.dtype) return undefined;
  const steps = size.map((dim, axis) => constantOf(subDims(now.size[axis]!, dim)));
  return steps.every((step) => step !== undefined) ? steps : undefined;
}
