// Dimensions. At run time a dimension is a plain whole number; in the editor it may be an expression over names
// (`B`, `3*H`, `floor((H - 2)/2) + 1`) and knows where it came from. Shape rules are written once over both.

import { boundsOf } from "./bounds";
import { currentFacts } from "./facts";
import { floorPolynomials } from "./floor";
import { formatPolynomial } from "./format";
import {
  addPolynomials,
  type Atom,
  atomPolynomial,
  constantPolynomial,
  constantValue,
  dividePolynomials,
  isWholeTerm,
  multiplyPolynomials,
  type Polynomial,
  subtractPolynomials,
  type SymbolAtom,
} from "./polynomial";
import { isNeverZero, isZeroOnlyAtOne } from "./separation";

/** The length of one axis: a whole number, or an expression that stands for one. */
export type Dim = number | DimExpr;

/** Thrown when a number is asked of something that has none: a symbolic dimension, the data of a shape-only tensor. */
export class NeedsValue extends Error {
  override readonly name = "NeedsValue";
}

/** How a dimension was computed from others. */
export interface Derivation {
  readonly operator: "+" | "-" | "*" | "/" | "floor" | "min" | "max";
  readonly operands: readonly Dim[];
}

/** A dimension with a normal form and a history. Immutable. */
export class DimExpr {
  /** The number, when there is only one it can be. */
  readonly constant: number | undefined;

  constructor(
    readonly polynomial: Polynomial,
    /** How it was computed; absent for a leaf such as a literal or a symbol. */
    readonly derivation?: Derivation,
    /** Where it came from, in the words of whoever made it; the engine only carries it along. */
    readonly origin?: unknown,
  ) {
    this.constant = constantValue(polynomial);
  }

  static constant(value: number, origin?: unknown): DimExpr {
    return new DimExpr(constantPolynomial(value), undefined, origin);
  }

  /** The same dimension with another origin. */
  withOrigin(origin: unknown): DimExpr {
    return new DimExpr(this.polynomial, this.derivation, origin);
  }

  toString(): string {
    return formatPolynomial(this.polynomial);
  }

  /** Lets plain arithmetic work on a dimension that is a number; throws `NeedsValue` on one that is not. */
  valueOf(): number {
    if (this.constant === undefined) throw new NeedsValue(`The dimension ${this} is not a known number.`);
    return this.constant;
  }
}

let symbolCount = 0;

/**
 * A fresh unknown dimension of at least `min`. Two symbols are never the same, even under one name. `isGuess`: nobody
 * gave it this name; where it turns out to be another one, it goes by that one's name.
 */
export function symbol(name: string, min = 0, origin?: unknown, isGuess = false): DimExpr {
  const atom: Atom = { kind: "symbol", key: `${name}#${symbolCount++}`, name, min, isGuess };
  return new DimExpr(atomPolynomial(atom), undefined, origin);
}

/** The unknown that a dimension is, under the facts that hold here, where it is nothing more than one. */
export function symbolOf(dim: Dim): SymbolAtom | undefined {
  if (typeof dim === "number") return undefined;
  const { terms } = polynomialOf(dim);
  const [term] = terms;
  const [factor] = term?.factors ?? [];
  const isAlone = terms.length === 1 && term!.factors.length === 1 && factor!.power === 1;
  if (!isAlone || term!.numerator !== 1 || term!.denominator !== 1) return undefined;
  return factor!.atom.kind === "symbol" ? factor!.atom : undefined;
}

export function isDim(value: unknown): value is Dim {
  return typeof value === "number" || value instanceof DimExpr;
}

/** The number a dimension is known to be. */
export function constantOf(dim: Dim): number | undefined {
  if (typeof dim === "number") return dim;
  return dim.constant ?? constantValue(polynomialOf(dim));
}

/** The normal form, with the facts that hold here put in. */
export function polynomialOf(dim: Dim): Polynomial {
  return typeof dim === "number" ? constantPolynomial(dim) : currentFacts().simplify(dim.polynomial);
}

export function formatDim(dim: Dim): string {
  return typeof dim === "number" ? String(dim) : formatPolynomial(polynomialOf(dim));
}

function derive(polynomial: Polynomial, operator: Derivation["operator"], operands: readonly Dim[]): DimExpr {
  return new DimExpr(polynomial, { operator, operands });
}

export function addDims(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (b === 0) return a;
  if (a === 0) return b;
  return derive(addPolynomials(polynomialOf(a), polynomialOf(b)), "+", [a, b]);
}

export function subDims(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (b === 0) return a;
  return derive(subtractPolynomials(polynomialOf(a), polynomialOf(b)), "-", [a, b]);
}

export function mulDims(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a * b;
  if (a === 1) return b;
  if (b === 1) return a;
  return derive(multiplyPolynomials(polynomialOf(a), polynomialOf(b)), "*", [a, b]);
}

/** The product of all, 1 for none: the size of a shape. */
export function productOfDims(dims: readonly Dim[]): Dim {
  return dims.reduce(mulDims, 1);
}

/** a / b where b is known or assumed to divide a. For constants that do not divide, the fraction. */
export function exactDivDims(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a / b;
  if (b === 1) return a;
  const quotient = dividePolynomials(polynomialOf(a), polynomialOf(b));
  if (quotient === undefined) throw new NeedsValue(`${formatDim(a)} / 0 is not a number.`);
  return derive(quotient, "/", [a, b]);
}

/** floor(a / b). Whole parts are taken out: floor((2·H + 3)/2) is H + 1. */
export function floorDivDims(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return Math.floor(a / b);
  if (b === 1) return a;
  return derive(floorPolynomials(polynomialOf(a), polynomialOf(b), currentFacts()), "floor", [a, b]);
}

/** ceil(a / b). */
export function ceilDivDims(a: Dim, b: Dim): Dim {
  return floorDivDims(addDims(a, subDims(b, 1)), b);
}

/** a − b · floor(a / b): the remainder with the sign of b. */
export function modDims(a: Dim, b: Dim): Dim {
  return subDims(a, mulDims(b, floorDivDims(a, b)));
}

export function minDims(a: Dim, b: Dim): Dim {
  return extremum("min", a, b);
}

export function maxDims(a: Dim, b: Dim): Dim {
  return extremum("max", a, b);
}

function extremum(kind: "min" | "max", a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return Math[kind](a, b);
  const left = polynomialOf(a);
  const right = polynomialOf(b);
  const difference = boundsOf(subtractPolynomials(left, right), currentFacts());
  if (difference.low >= 0) return kind === "max" ? a : b;
  if (difference.high <= 0) return kind === "max" ? b : a;
  const items = [left, right].sort((x, y) => (x.key < y.key ? -1 : 1));
  const key = `${kind}(${items.map((p) => p.key).join(",")})`;
  return derive(atomPolynomial({ kind, key, items }), kind, [a, b]);
}

export type Certainty = "yes" | "no" | "unknown";

/** Whether two dimensions are the same number, under the facts that hold here. */
export function dimsEqual(a: Dim, b: Dim): Certainty {
  if (typeof a === "number" && typeof b === "number") return a === b ? "yes" : "no";
  if (a === b) return "yes";
  const left = polynomialOf(a);
  const right = polynomialOf(b);
  if (left.key === right.key) return "yes";
  const difference = subtractPolynomials(left, right);
  const value = constantValue(difference);
  if (value !== undefined) return value === 0 ? "yes" : "no";
  return isNeverZero(difference, currentFacts()) ? "no" : "unknown";
}

/**
 * Whether two dimensions, neither of them 0, are equal only where some length is 0 or 1, which no program means: H and
 * 2·H, H and floor((H + 1)/2).
 */
export function equalOnlyAtOne(a: Dim, b: Dim): boolean {
  if (constantOf(a) === 0 || constantOf(b) === 0) return false;
  const difference = subtractPolynomials(polynomialOf(a), polynomialOf(b));
  const { terms } = difference;
  const isProduct =
    terms.length === 1 && terms[0]!.factors.every(({ atom, power }) => atom.kind === "symbol" && power > 0);
  return isProduct || isZeroOnlyAtOne(difference, currentFacts());
}

/** Whether a ≤ b. */
export function dimsAtMost(a: Dim, b: Dim): Certainty {
  if (typeof a === "number" && typeof b === "number") return a <= b ? "yes" : "no";
  const { low, high } = boundsOf(subtractPolynomials(polynomialOf(a), polynomialOf(b)), currentFacts());
  return high <= 0 ? "yes" : low > 0 ? "no" : "unknown";
}

/** Whether b divides a. */
export function divides(b: Dim, a: Dim): Certainty {
  const divisor = constantOf(b);
  const value = constantOf(a);
  if (divisor === 0) return "no";
  if (divisor !== undefined && value !== undefined) return value % divisor === 0 ? "yes" : "no";
  const p = polynomialOf(a);
  const q = polynomialOf(b);
  if (currentFacts().divides(q, p)) return "yes";
  const quotient = dividePolynomials(p, q);
  if (quotient?.terms.every(isWholeTerm)) return "yes";
  if (divisor !== undefined) {
    const varying = p.terms.filter((t) => t.factors.length > 0);
    const constant = p.terms.find((t) => t.factors.length === 0)?.numerator ?? 0;
    if (varying.every((t) => isWholeTerm(t) && t.numerator % divisor === 0) && constant % divisor !== 0) return "no";
  }
  return "unknown";
}
