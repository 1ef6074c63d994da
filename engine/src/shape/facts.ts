// What is known about symbolic dimensions at this point of the program: equalities, divisibilities and bounds, taught by
// guards, contracts and the needs of ops. Facts are ambient, because every shape rule asks them and none should
// have to pass them on.

import { type Bounds, boundsOf } from "./bounds";
import { type Dim } from "./dim";
import { floorPolynomials } from "./floor";
import {
  type Atom,
  atomPolynomial,
  constantPolynomial,
  constantValue,
  dividePolynomials,
  isWholeTerm,
  mapAtoms,
  multiplyPolynomials,
  type Polynomial,
  scalePolynomial,
  subtractPolynomials,
  symbolsIn,
} from "./polynomial";

/** Something an op needed that nothing proves or contradicts. */
export type Assumption =
  | { readonly kind: "equal"; readonly left: Dim; readonly right: Dim }
  | { readonly kind: "divides"; readonly divisor: Dim; readonly dim: Dim }
  | { readonly kind: "at-most"; readonly left: Dim; readonly right: Dim };

/** `divisor` divides `of`. */
export interface Multiple {
  readonly divisor: Polynomial;
  readonly of: Polynomial;
}

/** A growing set of facts; `copy` before a branch. */
export class Facts {
  #solved = new Map<string, Polynomial>();
  #multiples: Multiple[] = [];
  #ranges = new Map<string, Bounds>();
  #nonNegative: readonly Polynomial[] = [];
  #cache = new Map<string, Polynomial>();
  #learned = 0;
  /** Everything that was assumed rather than proved, in order. */
  readonly assumptions: Assumption[] = [];

  copy(): Facts {
    const facts = new Facts();
    facts.#solved = new Map(this.#solved);
    facts.#multiples = [...this.#multiples];
    facts.#ranges = new Map(this.#ranges);
    facts.#nonNegative = this.#nonNegative;
    facts.assumptions.push(...this.assumptions);
    return facts;
  }

  /** Grows with everything that is learned or assumed. */
  get revision(): number {
    return this.#learned + this.assumptions.length;
  }

  get isEmpty(): boolean {
    return this.#solved.size === 0 && this.#multiples.length === 0 && this.#hasNoBounds;
  }

  get #hasNoBounds(): boolean {
    return this.#ranges.size === 0 && this.#nonNegative.length === 0;
  }

  /** What is known of the size of the unknown with this key, apart from what it is from the start. */
  rangeOf(key: string): Bounds | undefined {
    return this.#ranges.get(key);
  }

  /** Expressions in several unknowns that are at least 0. */
  get nonNegative(): readonly Polynomial[] {
    return this.#nonNegative;
  }

  /** What is known to divide what, in the order in which it was learned. */
  get multiples(): readonly Multiple[] {
    return this.#multiples;
  }

  /** Learns left = right. Answers whether it could be used to replace a symbol. */
  learnEqual(left: Polynomial, right: Polynomial): boolean {
    const difference = withoutSharedFactors(subtractPolynomials(this.simplify(left), this.simplify(right)));
    const found = solveForSymbol(difference, true) ?? solveForSymbol(difference, false) ?? solveForFactor(difference);
    if (!found) {
      const multiple = roundsNothing(difference, this) ?? roundsNothing(scalePolynomial(difference, -1), this);
      if (multiple) this.learnDivides(multiple.divisor, multiple.of);
      return false;
    }
    this.#learned++;
    this.#cache.clear();
    this.#solved.set(found.key, found.solution);
    for (const [key, value] of this.#solved) this.#solved.set(key, this.simplify(value));
    this.#restate(found.key);
    return true;
  }

  /** Puts what was learned into what was known before. `solved`: the unknown that is no more, if one is. */
  #restate(solved?: string): void {
    this.#cache.clear();
    // What is under a floor may divide without remainder now: 2 | floor(H/2) and 2 | H say 4 | H.
    this.#multiples = this.#multiples.map((known) => ({ ...known, of: this.simplify(known.of) }));
    const bounds = this.#nonNegative;
    const range = solved === undefined ? undefined : this.#ranges.get(solved);
    const solution = solved === undefined ? undefined : this.#solved.get(solved);
    this.#nonNegative = [];
    if (solved !== undefined) this.#ranges.delete(solved);
    for (const known of bounds) this.#bound(this.simplify(known));
    if (range && solution) {
      if (range.low > -Infinity) this.#bound(subtractPolynomials(solution, constantPolynomial(range.low)));
      if (range.high < Infinity) this.#bound(subtractPolynomials(constantPolynomial(range.high), solution));
    }
    this.#cache.clear();
  }

  /** Learns left ≤ right. Two numbers teach nothing. */
  learnAtMost(left: Polynomial, right: Polynomial): void {
    const difference = subtractPolynomials(this.simplify(right), this.simplify(left));
    if (constantValue(difference) !== undefined) return;
    this.#learned++;
    this.#bound(difference);
    this.#cache.clear();
  }

  /** p ≥ 0: a bound of the one unknown in it, or something to remember as it is. */
  #bound(p: Polynomial): void {
    const [term, ...others] = p.terms.filter(({ factors }) => factors.length > 0);
    const [factor] = term?.factors ?? [];
    if (!term || !factor) return;
    const isLone = others.length === 0 && term.factors.length === 1 && factor.power === 1;
    if (!isLone || factor.atom.kind !== "symbol") {
      this.#nonNegative = [...this.#nonNegative, p];
      return;
    }
    const constant = p.terms.find(({ factors }) => factors.length === 0);
    const limit = -((constant?.numerator ?? 0) / (constant?.denominator ?? 1)) / (term.numerator / term.denominator);
    const { low, high } = this.#ranges.get(factor.atom.key) ?? { low: -Infinity, high: Infinity };
    const range =
      term.numerator > 0
        ? { low: Math.max(low, Math.ceil(limit)), high }
        : { low, high: Math.min(high, Math.floor(limit)) };
    this.#ranges.set(factor.atom.key, range);
  }

  /** Learns that `divisor` divides `of`. Two numbers teach nothing. */
  learnDivides(divisor: Polynomial, of: Polynomial): void {
    if (constantValue(divisor) !== undefined && constantValue(of) !== undefined) return;
    this.#learned++;
    this.#multiples.push({ divisor, of });
    this.#restate();
  }

  /** Whether it is certain that q divides p: p/q is p/of · of/divisor · divisor/q, and of/divisor is whole. */
  divides(q: Polynomial, p: Polynomial): boolean {
    return this.#multiples.some(({ divisor, of }) => {
      const times = dividePolynomials(p, of);
      const share = dividePolynomials(divisor, q);
      return times && share && multiplyPolynomials(times, share).terms.every(isWholeTerm);
    });
  }

  /** The same polynomial with everything known put in. */
  simplify(p: Polynomial): Polynomial {
    if (this.isEmpty || constantValue(p) !== undefined) return p;
    const known = this.#cache.get(p.key);
    if (known) return known;
    const result = mapAtoms(p, (atom) => this.#rewrite(atom));
    this.#cache.set(p.key, result);
    return result;
  }

  #isExtreme(kind: "min" | "max", item: Polynomial, items: readonly Polynomial[]): boolean {
    return items.every((other) => {
      const [less, more] = kind === "min" ? [item, other] : [other, item];
      return boundsOf(subtractPolynomials(more, less), this).low >= 0;
    });
  }

  #rewrite(atom: Atom): Polynomial | undefined {
    switch (atom.kind) {
      case "symbol":
        return this.#solved.get(atom.key);
      case "floor":
        return floorPolynomials(this.simplify(atom.numerator), this.simplify(atom.denominator), this);
      case "sum":
        return this.simplify(atom.sum);
      case "min":
      case "max": {
        const items = atom.items.map((item) => this.simplify(item));
        const values = items.map(constantValue);
        if (values.every((v) => v !== undefined)) return constantPolynomial(Math[atom.kind](...values));
        const chosen = items.find((item) => this.#isExtreme(atom.kind, item, items));
        if (chosen) return chosen;
        return atomPolynomial({ ...atom, items, key: `${atom.kind}(${items.map((i) => i.key).join(",")})` });
      }
    }
  }
}

interface Solution {
  /** The symbol that is replaced. */
  readonly key: string;
  readonly solution: Polynomial;
}

/** p²·c − 3·p² says of c what c − 3 says, for a p that is not zero. */
function withoutSharedFactors(difference: Polynomial): Polynomial {
  const [first, ...others] = difference.terms;
  // p = 0 is about p.
  if (others.length === 0) return difference;
  let result = difference;
  for (const { atom, power } of first?.factors ?? []) {
    const powers = others.map((term) => term.factors.find((factor) => factor.atom.key === atom.key)?.power ?? 0);
    for (let shared = Math.min(power, ...powers); shared > 0; shared--)
      result = dividePolynomials(result, atomPolynomial(atom)) ?? result;
  }
  return result;
}

/** difference = 0 solved for a symbol that stands alone in a term, when what it equals is whole. */
function solveForSymbol(difference: Polynomial, isGuess: boolean): Solution | undefined {
  for (const term of [...difference.terms].reverse()) {
    const [factor] = term.factors;
    if (factor?.atom.kind !== "symbol" || term.factors.length !== 1 || factor.power !== 1) continue;
    if (term.denominator !== 1 || factor.atom.isGuess !== isGuess) continue;
    const { key } = factor.atom;
    const own = scalePolynomial(atomPolynomial(factor.atom), term.numerator);
    const solution = scalePolynomial(subtractPolynomials(difference, own), -1, term.numerator);
    // 784·B = 50176 says what B is; 2·B = C leaves open whether C/2 is whole, so that C is the one to replace.
    if (Math.abs(term.numerator) !== 1 && !solution.terms.every(isWholeTerm)) continue;
    if (!mentions(solution, key)) return { key, solution };
  }
  return undefined;
}

/** C·H·W = 784 solved for C: 784 / (H·W), so that the product is known to be 784 wherever it occurs; B·C = 8·B for C: 8. */
function solveForFactor(difference: Polynomial): Solution | undefined {
  for (const term of difference.terms) {
    if (term.factors.length < 2 || !term.factors.every((f) => f.atom.kind === "symbol" && f.power === 1)) continue;
    const atoms = term.factors.map(({ atom }) => atom);
    const product: Polynomial = { key: `${term.numerator}/${term.denominator}·${term.key}`, terms: [term] };
    const rest = scalePolynomial(subtractPolynomials(difference, product), -term.denominator, term.numerator);
    for (const { key } of atoms) {
      const solution = atoms
        .filter((atom) => atom.key !== key)
        .reduce<Polynomial | undefined>(
          (quotient, atom) => quotient && dividePolynomials(quotient, atomPolynomial(atom)),
          rest,
        );
      if (solution && !mentions(solution, key)) return { key, solution };
    }
  }
  return undefined;
}

/** k·floor(p/k) − p = 0 says that k divides p. */
function roundsNothing(difference: Polynomial, facts: Facts): Multiple | undefined {
  for (const term of difference.terms) {
    const [factor] = term.factors;
    if (factor?.atom.kind !== "floor" || term.factors.length !== 1 || factor.power !== 1) continue;
    if (term.numerator < 2 || term.denominator !== 1) continue;
    const divisor = constantPolynomial(term.numerator);
    const rounded = scalePolynomial(atomPolynomial(factor.atom), term.numerator);
    const of = subtractPolynomials(rounded, difference);
    if (floorPolynomials(of, divisor, facts).key === atomPolynomial(factor.atom).key) return { divisor, of };
  }
  return undefined;
}

/** Whether the unknown with this key occurs in an expression. */
export function mentions(p: Polynomial, key: string): boolean {
  return symbolsIn(p).has(key);
}

let current = new Facts();

/** The facts that hold here. */
export function currentFacts(): Facts {
  return current;
}

/** Runs with these facts in force; what is learned meanwhile stays in them. */
export function withFacts<T>(facts: Facts, run: () => T): T {
  const before = current;
  current = facts;
  try {
    return run();
  } finally {
    current = before;
  }
}

/** Puts these facts in force until others are; answers those that were. For whoever cannot nest, as `withFacts` does. */
export function enterFacts(facts: Facts): Facts {
  const before = current;
  current = facts;
  return before;
}

/** Takes left = right for granted and remembers that it did. */
export function assumeEqual(left: Dim, right: Dim): void {
  assume({ kind: "equal", left, right });
}

/** Takes for granted that divisor divides dim and remembers that it did. */
export function assumeDivides(divisor: Dim, dim: Dim): void {
  assume({ kind: "divides", divisor, dim });
}

/** Remembers that left ≤ right is needed. */
export function assumeAtMost(left: Dim, right: Dim): void {
  assume({ kind: "at-most", left, right });
}

/** Takes something for granted and remembers that it did. */
export function assume(assumption: Assumption): void {
  if (assumption.kind === "equal") current.learnEqual(asPolynomial(assumption.left), asPolynomial(assumption.right));
  if (assumption.kind === "divides")
    current.learnDivides(asPolynomial(assumption.divisor), asPolynomial(assumption.dim));
  current.assumptions.push(assumption);
}

function asPolynomial(dim: Dim): Polynomial {
  return typeof dim === "number" ? constantPolynomial(dim) : current.simplify(dim.polynomial);
}
