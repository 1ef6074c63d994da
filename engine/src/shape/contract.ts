// Contracts: what a shape should be, as a short text such as "batch 784". One word per axis: a number is that length,
// a name any length (the same wherever the name occurs), `_` any length at all, `...` or `*lead` any number of axes,
// and `h*d` or `(n+1)/2` arithmetic.

import { addDims, constantOf, type Dim, divides, exactDivDims, formatDim, mulDims, subDims } from "./dim";
import { differ, ShapeError, type ShapeErrorDetails } from "./errors";
import { assumeDivides } from "./facts";
import { agree, countAxes, formatShape, type Shape } from "./shape";

export type Operator = "+" | "-" | "*" | "/";

/** Arithmetic on lengths. */
export type LengthExpression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string }
  | {
      readonly kind: "arithmetic";
      readonly operator: Operator;
      readonly left: LengthExpression;
      readonly right: LengthExpression;
    };

/** What one word says. `column` counts from 1. */
export type AxisPattern = { readonly text: string; readonly column: number } & (
  | { readonly kind: "any" }
  | { readonly kind: "rest"; readonly name: string | undefined }
  | { readonly kind: "length"; readonly length: LengthExpression }
);

export interface Contract {
  readonly text: string;
  readonly axes: readonly AxisPattern[];
}

/** What the names stand for: a length, or for `*lead`, under the key `*lead`, several. */
export type Bindings = Map<string, Dim | Shape>;

/**
 * Reads a contract.
 * @throws ShapeError `contract` with the column of what cannot be read.
 */
export function parseContract(text: string): Contract {
  const axes = [...text.matchAll(/\S+/g)].map((word) => parseAxis(text, word[0], word.index + 1));
  const rests = axes.filter(({ kind }) => kind === "rest");
  if (rests.length > 1) throw malformed(text, rests[1]!.column, `only one "..." or "*name" may stand in a contract`);
  return { text, axes };
}

function malformed(text: string, column: number, problem: string): ShapeError {
  return new ShapeError({
    code: "contract",
    op: `contract "${text}"`,
    message: `column ${column}: ${problem}.`,
    parameter: "contract",
    suggestion: 'write one word per axis with blanks between, such as "batch 3 h w", "... features" or "n h*d".',
  });
}

function parseAxis(text: string, word: string, column: number): AxisPattern {
  if (word === "_") return { kind: "any", text: word, column };
  if (word === "...") return { kind: "rest", name: undefined, text: word, column };
  const lead = /^\*(\p{L}\w*)$/u.exec(word);
  if (lead) return { kind: "rest", name: lead[1]!, text: word, column };
  return { kind: "length", length: parseLength(text, word, column), text: word, column };
}

/** Products bind closer than sums; equal ones from the left. */
function parseLength(text: string, word: string, column: number): LengthExpression {
  const tokens = [...word.matchAll(/\d+|\p{L}[\p{L}\d_]*|./gu)];
  let next = 0;
  const fail = (expected: string): never => {
    const token = tokens[next];
    const found = token ? JSON.stringify(token[0]) : "the end of the word";
    throw malformed(text, column + (token?.index ?? word.length), `expected ${expected}, found ${found}`);
  };
  const chain = (operators: string, operand: () => LengthExpression): LengthExpression => {
    let left = operand();
    for (let token = tokens[next]?.[0]; token && operators.includes(token); token = tokens[next]?.[0]) {
      next++;
      left = { kind: "arithmetic", operator: token as Operator, left, right: operand() };
    }
    return left;
  };
  const sum = (): LengthExpression => chain("+-", () => chain("*/", factor));
  const factor = (): LengthExpression => {
    const token = tokens[next]?.[0] ?? "";
    if (/^\d/.test(token)) {
      if (!Number.isSafeInteger(Number(token))) fail("a smaller number");
      next++;
      return { kind: "number", value: Number(token) };
    }
    if (/^\p{L}/u.test(token)) {
      next++;
      return { kind: "name", name: token };
    }
    if (token !== "(") return fail("a number or a name");
    next++;
    const inside = sum();
    if (tokens[next]?.[0] !== ")") fail('")"');
    next++;
    return inside;
  };
  const length = sum();
  if (next < tokens.length) fail("an operator or a blank");
  return length;
}

/** One comparison: which tensor with which contract, and what the names stand for. */
interface Comparison {
  readonly contract: Contract;
  readonly dims: Shape;
  readonly bindings: Bindings;
  readonly op: string;
  readonly name: string;
}

/**
 * Checks a shape against a contract and binds the contract's names; names bound before must agree. Where a symbolic
 * length could be what the contract says, that is taken for granted from here on.
 * @throws ShapeError `contract` naming both, the axis and the two numbers.
 */
export function matchContract(
  contract: Contract,
  dims: Shape,
  bindings: Bindings = new Map(),
  op = "assertShape",
  name = "x",
): Bindings {
  const comparison = { contract, dims, bindings, op, name };
  const pairs = align(comparison);
  // Plain names first, so that arithmetic finds them bound wherever it stands.
  const isPlain = ({ pattern }: Pair): boolean => pattern.kind === "length" && pattern.length.kind === "name";
  for (const pair of [...pairs.filter(isPlain), ...pairs.filter((other) => !isPlain(other))]) {
    const { pattern, dim, axis } = pair;
    if (pattern.kind !== "length" || unify(pattern.length, dim, bindings)) continue;
    const expected = evaluate(pattern.length, bindings);
    const problem = expected === undefined ? `${formatDim(dim)} is no ${pattern.text}` : differ(expected, dim);
    throw mismatch(comparison, `${problem} at axis ${axis}`, {
      axes: [axis],
      numbers: expected === undefined ? undefined : [expected, dim],
      likely: { dims: pairs.map((other) => expectedDim(other, bindings)) },
    });
  }
  return bindings;
}

interface Pair {
  readonly pattern: AxisPattern;
  readonly dim: Dim;
  readonly axis: number;
}

/** Each axis with the word that speaks of it. */
function align(comparison: Comparison): Pair[] {
  const { axes } = comparison.contract;
  const { dims } = comparison;
  const rest = axes.findIndex(({ kind }) => kind === "rest");
  const surplus = dims.length - axes.length;
  if (rest < 0 ? surplus !== 0 : surplus < -1) {
    const count = rest < 0 ? axes.length : axes.length - 1;
    throw mismatch(comparison, `expected ${rest < 0 ? "" : "at least "}${countAxes(count)}, found ${dims.length}`, {
      numbers: [count, dims.length],
      likely: { dims },
    });
  }
  const lead = axes[rest];
  if (lead?.kind === "rest" && lead.name !== undefined) {
    bindLead(comparison, `*${lead.name}`, dims.slice(rest, rest + surplus + 1));
  }
  const patterns = axes.flatMap((pattern): readonly AxisPattern[] =>
    pattern.kind === "rest" ? Array.from({ length: surplus + 1 }, () => pattern) : [pattern],
  );
  return dims.map((dim, axis) => ({ pattern: patterns[axis]!, dim, axis }));
}

function bindLead(comparison: Comparison, key: string, found: Shape): void {
  const before = comparison.bindings.get(key) as Shape | undefined;
  if (before === undefined) {
    comparison.bindings.set(key, found);
    return;
  }
  if (before.length === found.length && before.every((dim, i) => agree(dim, found[i]!))) return;
  const problem = `${key} is ${formatShape(before)} elsewhere and ${formatShape(found)} here`;
  throw mismatch(comparison, problem, { likely: { dims: comparison.dims } });
}

/** Makes `length` equal `dim`, working out the one name in it that is not bound yet. Answers whether that can be. */
function unify(length: LengthExpression, dim: Dim, bindings: Bindings): boolean {
  const value = evaluate(length, bindings);
  if (value !== undefined) return agree(value, dim);
  if (length.kind === "name") bindings.set(length.name, dim);
  if (length.kind !== "arithmetic") return true;
  const right = evaluate(length.right, bindings);
  const known = right ?? evaluate(length.left, bindings);
  // Two unknowns: nothing can be said yet.
  if (known === undefined) return true;
  const isRightKnown = right !== undefined;
  const wanted = invert(length.operator, dim, known, isRightKnown);
  return wanted !== undefined && unify(isRightKnown ? length.left : length.right, wanted, bindings);
}

/** The unknown side of `left operator right = dim`; undefined when there is no such whole number ≥ 0. */
function invert(operator: Operator, dim: Dim, known: Dim, isRightKnown: boolean): Dim | undefined {
  switch (operator) {
    case "+":
      return natural(subDims(dim, known));
    case "-":
      return natural(isRightKnown ? addDims(dim, known) : subDims(known, dim));
    case "*":
      return quotient(dim, known);
    case "/":
      return isRightKnown ? mulDims(dim, known) : quotient(known, dim);
  }
}

function natural(dim: Dim): Dim | undefined {
  return (constantOf(dim) ?? 0) < 0 ? undefined : dim;
}

function quotient(dim: Dim, divisor: Dim): Dim | undefined {
  const certainty = divides(divisor, dim);
  if (certainty === "no") return undefined;
  if (certainty === "unknown") assumeDivides(divisor, dim);
  return exactDivDims(dim, divisor);
}

function evaluate(length: LengthExpression, bindings: Bindings): Dim | undefined {
  switch (length.kind) {
    case "number":
      return length.value;
    case "name":
      return bindings.get(length.name) as Dim | undefined;
    case "arithmetic": {
      const left = evaluate(length.left, bindings);
      const right = evaluate(length.right, bindings);
      if (left === undefined || right === undefined) return undefined;
      return calculate(length.operator, left, right);
    }
  }
}

function calculate(operator: Operator, left: Dim, right: Dim): Dim {
  if (operator === "+") return addDims(left, right);
  if (operator === "-") return subDims(left, right);
  if (operator === "*") return mulDims(left, right);
  return quotient(left, right) ?? NaN;
}

/** What the contract says where it says something, and what is there where it does not. */
function expectedDim({ pattern, dim }: Pair, bindings: Bindings): Dim {
  return (pattern.kind === "length" ? evaluate(pattern.length, bindings) : undefined) ?? dim;
}

function mismatch(comparison: Comparison, problem: string, details: Partial<ShapeErrorDetails>): ShapeError {
  const { contract, dims, bindings, op, name } = comparison;
  const known = [...namesIn(contract)].flatMap((key) => {
    const value = bindings.get(key);
    return value === undefined ? [] : `${key} = ${formatDim(value as Dim)}`;
  });
  const given = known.length > 0 ? ` with ${known.join(", ")}` : "";
  return new ShapeError({
    code: "contract",
    op,
    message: `${name} is ${formatShape(dims)}, not "${contract.text}"${given}: ${problem}.`,
    operands: [{ name, dims }],
    blame: 0,
    ...details,
  });
}

function namesIn(contract: Contract): Set<string> {
  const names = new Set<string>();
  const look = (length: LengthExpression): void => {
    if (length.kind === "name") names.add(length.name);
    if (length.kind !== "arithmetic") return;
    look(length.left);
    look(length.right);
  };
  for (const axis of contract.axes) if (axis.kind === "length") look(axis.length);
  return names;
}
