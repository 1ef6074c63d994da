// What a function needs of the lengths that it is given: that some number divides them. It comes from ops, from
// quotients that have to be whole, and from guards.

import { formatPolynomial, lcm, type Polynomial } from "@shapelens/engine/tooling";
import { constantOf, DimExpr, DimFacts, formatDim, mulDims, polynomialOf, symbolOf, withFacts } from "../../values";

/** `divisor` divides `of`. */
export interface Need {
  readonly divisor: number;
  readonly of: Polynomial;
}

/** What was found to be needed since `before`; of several needs of one length one that says all of them. */
export function needsOf(facts: DimFacts, before: DimFacts): Need[] {
  const needs = new Map<string, Need>();
  withFacts(facts, () => {
    for (const { divisor, of } of facts.multiples.slice(before.multiples.length)) {
      const need = wholeNeed(new DimExpr(divisor), new DimExpr(of));
      if (!need) continue;
      const { key } = need.of;
      needs.set(key, { ...need, divisor: lcm(need.divisor, needs.get(key)?.divisor ?? 1) });
    }
  });
  return [...needs.values()];
}

/** 2 | H/2 is 4 | H. Nothing where the length is a number, or the divisor is none. */
function wholeNeed(divisor: DimExpr, of: DimExpr): Need | undefined {
  const number = constantOf(divisor);
  const length = polynomialOf(of);
  if (number === undefined || number < 2 || constantOf(of) !== undefined) return undefined;
  const factor = length.terms.reduce((all, { denominator }) => lcm(all, denominator), 1);
  return { divisor: number * factor, of: polynomialOf(mulDims(of, factor)) };
}

/** The number that an expression is when the lengths have these values. */
export function valueOf(expression: Polynomial, lengths: readonly (readonly [DimExpr, number])[]): number | undefined {
  const facts = new DimFacts();
  for (const [{ polynomial }, length] of lengths) facts.learnEqual(polynomial, DimExpr.constant(length).polynomial);
  return withFacts(facts, () => constantOf(new DimExpr(expression)));
}

/** `32 | height`, and `heads | width` where the divisor is no number either. */
export function wordsOfNeeds(facts: DimFacts, before: DimFacts): string[] {
  const numbers = needsOf(facts, before).map(({ divisor, of }) => `${divisor} | ${formatPolynomial(of)}`);
  return withFacts(facts, () => {
    const lengths = facts.multiples.slice(before.multiples.length).flatMap(({ divisor, of }) => {
      const by = new DimExpr(divisor);
      return constantOf(by) === undefined ? [`${formatDim(by)} | ${formatDim(new DimExpr(of))}`] : [];
    });
    return [...new Set([...numbers, ...lengths, ...limitsOf(facts, before)])];
  });
}

/** `length ≤ 512`: how long something may be at most, such as a sequence whose positions have a table. */
function limitsOf(facts: DimFacts, before: DimFacts): string[] {
  const limits = new Map<string, number>();
  for (const assumption of facts.assumptions.slice(before.assumptions.length)) {
    if (assumption.kind !== "at-most") continue;
    const [symbol, limit] = [symbolOf(assumption.left), constantOf(assumption.right)];
    if (symbol && limit !== undefined) limits.set(symbol.name, Math.min(limit, limits.get(symbol.name) ?? Infinity));
  }
  return [...limits].map(([name, limit]) => `${name} ≤ ${limit}`);
}
