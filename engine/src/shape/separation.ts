// Whether an expression can be 0 at all: what tells that two dimensions never are the same number. Floors and extrema are
// looked into, so that H and floor(H/2) are known to differ.

import { boundsOf, type KnownBounds } from "./bounds";
import {
  addPolynomials,
  type Atom,
  constantPolynomial,
  constantValue,
  gcd,
  isWholeTerm,
  mapAtoms,
  type Polynomial,
  scalePolynomial,
  subtractPolynomials,
  symbolsIn,
  type Term,
} from "./polynomial";

/** More extrema than these are not looked into. */
const mostSplits = 3;

/** Certain that no legal value of what is unknown makes p zero. */
export function isNeverZero(p: Polynomial, known: KnownBounds, splits = mostSplits): boolean {
  if (isApart(p, known) || hasRemainder(p)) return true;
  const extremum = splits > 0 ? soleFactors(p).find(({ kind }) => kind === "min" || kind === "max") : undefined;
  if (extremum?.kind === "min" || extremum?.kind === "max") {
    return extremum.items.every((item) => isNeverZero(replaceAtom(p, extremum, item), known, splits - 1));
  }
  if (!soleFactors(p).some(({ kind }) => kind === "floor")) return false;
  return boundsOf(withoutFloors(p, "low"), known).low > 0 || boundsOf(withoutFloors(p, "high"), known).high < 0;
}

/** H and floor((H + 1)/2) are the same where H is 0 or 1 and nowhere else, which no program means. */
export function isZeroOnlyAtOne(p: Polynomial, known: KnownBounds): boolean {
  if (symbolsIn(p).size !== 1 || !soleFactors(p).some(({ kind }) => kind === "floor")) return false;
  const rangeOf: KnownBounds["rangeOf"] = (key) => {
    const { low, high } = known.rangeOf(key) ?? { low: -Infinity, high: Infinity };
    return { low: Math.max(low, 2), high };
  };
  return isNeverZero(p, { rangeOf, nonNegative: known.nonNegative });
}

function isApart(p: Polynomial, known: KnownBounds): boolean {
  const { low, high } = boundsOf(p, known);
  return low > 0 || high < 0;
}

/** 2·H − 2·K − 1 is never 0: the constant is no multiple of what divides everything else. */
function hasRemainder({ terms }: Polynomial): boolean {
  if (!terms.every(isWholeTerm)) return false;
  let divisor = 0;
  let constant = 0;
  for (const term of terms) {
    if (term.factors.length === 0) constant = term.numerator;
    else divisor = gcd(divisor, term.numerator);
  }
  return divisor > 1 && constant % divisor !== 0;
}

/** The atoms that are a term by themselves, but for a number in front. */
function soleFactors({ terms }: Polynomial): Atom[] {
  return terms.flatMap((term) => soleFactor(term) ?? []);
}

function soleFactor({ factors }: Term): Atom | undefined {
  const [factor] = factors;
  return factors.length === 1 && factor!.power === 1 ? factor!.atom : undefined;
}

function replaceAtom(p: Polynomial, atom: Atom, by: Polynomial): Polynomial {
  return mapAtoms(p, (each) => (each.key === atom.key ? by : undefined));
}

/** A bound of p in which x/q stands for floor(x/q), which is at most that and more than (q − 1)/q below it never. */
function withoutFloors(p: Polynomial, side: "low" | "high"): Polynomial {
  let result = constantPolynomial(0);
  for (const term of p.terms) {
    const atom = soleFactor(term);
    const divisor = atom?.kind === "floor" ? constantValue(atom.denominator) : undefined;
    if (atom?.kind !== "floor" || divisor === undefined || divisor < 1) {
      result = addPolynomials(result, { key: `${term.numerator}/${term.denominator}·${term.key}`, terms: [term] });
      continue;
    }
    const isLeast = (side === "low") === term.numerator > 0;
    const numerator = isLeast ? subtractPolynomials(atom.numerator, constantPolynomial(divisor - 1)) : atom.numerator;
    result = addPolynomials(result, scalePolynomial(numerator, term.numerator, term.denominator * divisor));
  }
  return result;
}
