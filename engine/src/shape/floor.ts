// Floor division of polynomials: whatever is certainly whole leaves the floor, so that equal expressions look equal.

import {
  addPolynomials,
  type Atom,
  atomPolynomial,
  constantPolynomial,
  constantValue,
  dividePolynomials,
  gcd,
  isWholeTerm,
  multiplyPolynomials,
  type Polynomial,
  subtractPolynomials,
} from "./polynomial";

type FloorAtom = Extract<Atom, { kind: "floor" }>;

/** Answers whether q is known to divide p. */
export interface KnownMultiples {
  divides(q: Polynomial, p: Polynomial): boolean;
}

/** floor(p / q) in normal form: terms that q divides leave the floor; floor((floor(x/a) + c)/b) is floor((x + a·c)/(a·b)). */
export function floorPolynomials(p: Polynomial, q: Polynomial, known: KnownMultiples): Polynomial {
  const divisor = constantValue(q);
  if (known.divides(q, p)) return dividePolynomials(p, q) ?? p;
  let whole = constantPolynomial(0);
  let rest = constantPolynomial(0);
  for (const term of p.terms) {
    const single: Polynomial = { key: `${term.numerator}/${term.denominator}·${term.key}`, terms: [term] };
    const alone = addPolynomials(single, constantPolynomial(0));
    const quotient = dividePolynomials(alone, q);
    const isWhole = quotient !== undefined && (quotient.terms.every(isWholeTerm) || known.divides(q, alone));
    if (isWhole) whole = addPolynomials(whole, quotient);
    else rest = addPolynomials(rest, alone);
  }
  if (rest.terms.length === 0) return whole;
  if (divisor !== undefined && divisor > 0) {
    const constantTerm = rest.terms.find((t) => t.factors.length === 0);
    const loose = constantTerm ? constantTerm.numerator / constantTerm.denominator : 0;
    const carried = Math.floor(loose / divisor);
    whole = addPolynomials(whole, constantPolynomial(carried));
    rest = subtractPolynomials(rest, constantPolynomial(carried * divisor));
    const value = constantValue(rest);
    if (value !== undefined) return addPolynomials(whole, constantPolynomial(Math.floor(value / divisor)));
    const common = rest.terms.every((t) => t.denominator === 1)
      ? rest.terms.filter((t) => t.factors.length > 0).reduce((g, t) => gcd(g, t.numerator), divisor)
      : 1;
    if (common > 1) return addPolynomials(whole, reducedFloor(rest, divisor, common, known));
    const inner = loneFloor(rest);
    if (inner) {
      const { atom, plus } = inner;
      const numerator = addPolynomials(atom.numerator, multiplyPolynomials(atom.denominator, plus));
      return addPolynomials(whole, floorPolynomials(numerator, multiplyPolynomials(atom.denominator, q), known));
    }
  }
  const key = `floor(${rest.key} | ${q.key})`;
  return addPolynomials(whole, atomPolynomial({ kind: "floor", key, numerator: rest, denominator: q }));
}

/** The one floor of `floor(x/a) + c`, for a number c. */
function loneFloor({ terms }: Polynomial): { atom: FloorAtom; plus: Polynomial } | undefined {
  const [term, ...others] = terms.filter(({ factors }) => factors.length > 0);
  const [factor] = term?.factors ?? [];
  if (!term || others.length > 0 || factor?.atom.kind !== "floor" || term.factors.length > 1 || factor.power !== 1)
    return undefined;
  if (term.numerator !== 1 || term.denominator !== 1) return undefined;
  const constant = terms.find(({ factors }) => factors.length === 0);
  if (constant && constant.denominator !== 1) return undefined;
  return { atom: factor.atom, plus: constantPolynomial(constant?.numerator ?? 0) };
}

/** floor((g·x + r) / (g·d)) = floor((x + floor(r/g)) / d) for whole x. */
function reducedFloor(rest: Polynomial, divisor: number, common: number, known: KnownMultiples): Polynomial {
  let reduced = constantPolynomial(0);
  for (const term of rest.terms) {
    const value = term.factors.length === 0 ? Math.floor(term.numerator / common) : undefined;
    const part =
      value !== undefined
        ? constantPolynomial(value)
        : dividePolynomials({ key: "", terms: [term] }, constantPolynomial(common));
    reduced = addPolynomials(reduced, part ?? constantPolynomial(0));
  }
  return floorPolynomials(reduced, constantPolynomial(divisor / common), known);
}
