// What is certain about the size of a symbolic expression: a lower and an upper bound that hold for every legal value.

import { addPolynomials, type Atom, type Polynomial, subtractPolynomials, type Term } from "./polynomial";

/** An interval of integers; the ends may be infinite. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** What is known besides of how large things are. */
export interface KnownBounds {
  /** Of the unknown with this key. */
  rangeOf(key: string): Bounds | undefined;
  /** Expressions that are at least 0. */
  readonly nonNegative: readonly Polynomial[];
}

const nothing: KnownBounds = { rangeOf: () => undefined, nonNegative: [] };

export function boundsOf(p: Polynomial, known = nothing): Bounds {
  let { low, high } = ownBounds(p, known);
  for (const other of known.nonNegative) {
    low = Math.max(low, ownBounds(subtractPolynomials(p, other), known).low);
    high = Math.min(high, ownBounds(addPolynomials(p, other), known).high);
  }
  return { low, high };
}

/** What the ranges of the unknowns in an expression say of it. */
function ownBounds(p: Polynomial, known: KnownBounds): Bounds {
  let low = 0;
  let high = 0;
  for (const term of p.terms) {
    const bounds = termBounds(term, known);
    low += bounds.low;
    high += bounds.high;
  }
  return { low, high };
}

function termBounds(term: Term, known: KnownBounds): Bounds {
  const scale = term.numerator / term.denominator;
  let bounds: Bounds = { low: 1, high: 1 };
  for (const { atom, power } of term.factors) {
    const base = atomBounds(atom, known);
    for (let i = 0; i < Math.abs(power); i++) bounds = times(bounds, power > 0 ? base : reciprocal(base));
  }
  return times(bounds, { low: scale, high: scale });
}

function times(a: Bounds, b: Bounds): Bounds {
  const product = (x: number, y: number): number => (x === 0 || y === 0 ? 0 : x * y);
  const ends = [product(a.low, b.low), product(a.low, b.high), product(a.high, b.low), product(a.high, b.high)];
  return { low: Math.min(...ends), high: Math.max(...ends) };
}

/** A divisor is a positive whole number: whoever divided by it saw to that. */
function reciprocal(b: Bounds): Bounds {
  const low = Math.max(b.low, 1);
  return { low: b.high === Infinity ? 0 : 1 / Math.max(b.high, 1), high: 1 / low };
}

function atomBounds(atom: Atom, known: KnownBounds): Bounds {
  switch (atom.kind) {
    case "symbol": {
      const { low, high } = known.rangeOf(atom.key) ?? { low: -Infinity, high: Infinity };
      return { low: Math.max(atom.min, low), high };
    }
    case "floor": {
      const top = ownBounds(atom.numerator, known);
      const bottom = ownBounds(atom.denominator, known);
      if (bottom.low <= 0) return { low: -Infinity, high: Infinity };
      const low = Math.min(top.low / bottom.low, top.low / bottom.high);
      const high = Math.max(top.high / bottom.low, bottom.high === Infinity ? -1 : top.high / bottom.high);
      return { low: Number.isNaN(low) ? -Infinity : Math.floor(low), high: Number.isNaN(high) ? Infinity : high };
    }
    case "min":
    case "max": {
      const items = atom.items.map((item) => ownBounds(item, known));
      const pick = atom.kind === "min" ? Math.min : Math.max;
      return { low: pick(...items.map((b) => b.low)), high: pick(...items.map((b) => b.high)) };
    }
    case "sum":
      return ownBounds(atom.sum, known);
  }
}
