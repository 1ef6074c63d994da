// The normal form under symbolic dimensions: sums of terms c · a₁^p₁ · a₂^p₂ … with rational coefficients over atoms.
// Powers may be negative: an exact quotient N / D is the term N · D⁻¹, so that D · (N / D) is N again.
// Two polynomials are equal exactly when their keys are.

/** An unknown. Its key tells it from all others; its name is only how it is shown, and may change. */
export interface SymbolAtom {
  readonly kind: "symbol";
  readonly key: string;
  name: string;
  readonly min: number;
  /** Nobody gave it its name. */
  readonly isGuess: boolean;
}

/** Something a polynomial cannot look into. Atoms with the same key are the same integer. */
export type Atom =
  | SymbolAtom
  | { readonly kind: "floor"; readonly key: string; readonly numerator: Polynomial; readonly denominator: Polynomial }
  | { readonly kind: "min" | "max"; readonly key: string; readonly items: readonly Polynomial[] }
  /** A sum that is divided by; occurs with negative powers only. */
  | { readonly kind: "sum"; readonly key: string; readonly sum: Polynomial };

export interface Factor {
  readonly atom: Atom;
  readonly power: number;
}

/** `numerator / denominator · factors`; the fraction is in lowest terms with a positive denominator. */
export interface Term {
  readonly key: string;
  readonly numerator: number;
  readonly denominator: number;
  readonly factors: readonly Factor[];
}

/** Terms sorted by key, no two with the same factors, none of them zero. */
export interface Polynomial {
  readonly key: string;
  readonly terms: readonly Term[];
}

export function gcd(a: number, b: number): number {
  a = Math.abs(a);
  b = Math.abs(b);
  // Beyond the largest number the remainder is none, and never becomes 0.
  while (b > 0) [a, b] = [b, a % b];
  return a;
}

export function lcm(a: number, b: number): number {
  return (a / gcd(a, b)) * b;
}

function makeTerm(numerator: number, denominator: number, factors: readonly Factor[], key = factorsKey(factors)): Term {
  const divisor = gcd(numerator, denominator) * Math.sign(denominator);
  return { key, numerator: numerator / divisor, denominator: denominator / divisor, factors };
}

function factorsKey(factors: readonly Factor[]): string {
  return factors.map(({ atom, power }) => (power === 1 ? atom.key : `${atom.key}^${power}`)).join("*");
}

function fromTerms(terms: Iterable<Term>): Polynomial {
  const byKey = new Map<string, Term>();
  for (const term of terms) {
    const other = byKey.get(term.key);
    const sum = other
      ? makeTerm(
          term.numerator * other.denominator + other.numerator * term.denominator,
          term.denominator * other.denominator,
          term.factors,
          term.key,
        )
      : term;
    if (sum.numerator === 0) byKey.delete(term.key);
    else byKey.set(term.key, sum);
  }
  const sorted = [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const key = sorted.map((t) => `${t.numerator}${t.denominator === 1 ? "" : `/${t.denominator}`}·${t.key}`).join("+");
  return { key, terms: sorted };
}

export function constantPolynomial(value: number): Polynomial {
  return value === 0 ? { key: "", terms: [] } : { key: `${value}·`, terms: [makeTerm(value, 1, [], "")] };
}

export function atomPolynomial(atom: Atom, power = 1): Polynomial {
  return fromTerms([makeTerm(1, 1, [{ atom, power }])]);
}

/** The value of a polynomial without atoms, which may be a fraction. */
export function constantValue(p: Polynomial): number | undefined {
  const [first] = p.terms;
  if (first === undefined) return 0;
  return p.terms.length === 1 && first.factors.length === 0 ? first.numerator / first.denominator : undefined;
}

export function addPolynomials(a: Polynomial, b: Polynomial): Polynomial {
  return fromTerms([...a.terms, ...b.terms]);
}

export function scalePolynomial(p: Polynomial, numerator: number, denominator = 1): Polynomial {
  return fromTerms(
    p.terms.map((t) => makeTerm(t.numerator * numerator, t.denominator * denominator, t.factors, t.key)),
  );
}

export function subtractPolynomials(a: Polynomial, b: Polynomial): Polynomial {
  return addPolynomials(a, scalePolynomial(b, -1));
}

function multiplyTerms(a: Term, b: Term): Term {
  const powers = new Map<string, Factor>();
  for (const factor of [...a.factors, ...b.factors]) {
    const power = (powers.get(factor.atom.key)?.power ?? 0) + factor.power;
    powers.set(factor.atom.key, { atom: factor.atom, power });
  }
  const factors = [...powers.values()]
    .filter((f) => f.power !== 0)
    .sort((x, y) => (x.atom.key < y.atom.key ? -1 : x.atom.key > y.atom.key ? 1 : 0));
  return makeTerm(a.numerator * b.numerator, a.denominator * b.denominator, factors);
}

export function multiplyPolynomials(a: Polynomial, b: Polynomial): Polynomial {
  const cancelled = cancelSum(a, b) ?? cancelSum(b, a);
  if (cancelled) return cancelled;
  return fromTerms(a.terms.flatMap((x) => b.terms.map((y) => multiplyTerms(x, y))));
}

/** (x + y) · (c · (x + y)⁻¹) = c: expanding it would hide that. */
function cancelSum(sum: Polynomial, other: Polynomial): Polynomial | undefined {
  const [only] = other.terms;
  if (sum.terms.length < 2 || other.terms.length !== 1 || only === undefined) return undefined;
  const group = only.factors.find((f) => f.atom.kind === "sum" && f.atom.sum.key === sum.key && f.power < 0);
  return group && fromTerms([multiplyTerms(only, makeTerm(1, 1, [{ atom: group.atom, power: 1 }]))]);
}

/** a / b where the caller knows that b divides a; `undefined` for a zero divisor. */
export function dividePolynomials(a: Polynomial, b: Polynomial): Polynomial | undefined {
  const [first] = b.terms;
  if (first === undefined) return undefined;
  if (a.key === b.key) return constantPolynomial(1);
  if (b.terms.length === 1) return fromTerms(a.terms.map((t) => multiplyTerms(t, inverse(first))));
  const quotient = longDivision(a, b);
  if (quotient) return quotient;
  const atom: Atom = { kind: "sum", key: `(${b.key})`, sum: b };
  return multiplyPolynomials(a, atomPolynomial(atom, -1));
}

function inverse(term: Term): Term {
  const factors = term.factors.map(({ atom, power }) => ({ atom, power: -power }));
  return makeTerm(term.denominator, term.numerator, factors);
}

/** Division by the leading term, over and over; succeeds only when nothing is left. */
function longDivision(a: Polynomial, b: Polynomial): Polynomial | undefined {
  const lead = leadingTerm(b);
  let rest = a;
  let quotient = constantPolynomial(0);
  for (let round = 0; round < 16 && rest.terms.length > 0; round++) {
    const step = multiplyTerms(leadingTerm(rest), inverse(lead));
    if (step.factors.some((f) => f.power < 0)) return undefined;
    quotient = addPolynomials(quotient, fromTerms([step]));
    rest = subtractPolynomials(rest, fromTerms(b.terms.map((t) => multiplyTerms(t, step))));
  }
  return rest.terms.length === 0 ? quotient : undefined;
}

function leadingTerm(p: Polynomial): Term {
  const degree = (t: Term): number => t.factors.reduce((sum, f) => sum + f.power, 0);
  return p.terms.reduce((best, t) => (degree(t) > degree(best) ? t : best));
}

/** Whether every value of this term is a whole number, as far as its form tells. */
export function isWholeTerm(term: Term): boolean {
  return term.denominator === 1 && term.factors.every((f) => f.power > 0);
}

/** Rewrites every atom; used to put facts into an expression that was made before they were known. */
export function mapAtoms(p: Polynomial, rewrite: (atom: Atom) => Polynomial | undefined): Polynomial {
  if (p.terms.every((t) => t.factors.length === 0)) return p;
  let result = constantPolynomial(0);
  for (const term of p.terms) {
    let product = fromTerms([makeTerm(term.numerator, term.denominator, [])]);
    for (const { atom, power } of term.factors) {
      const base = rewrite(atom) ?? atomPolynomial(atom);
      for (let i = 0; i < Math.abs(power); i++) {
        const next = power > 0 ? multiplyPolynomials(product, base) : dividePolynomials(product, base);
        if (next === undefined) return p;
        product = next;
      }
    }
    result = addPolynomials(result, product);
  }
  return result;
}

/** The unknowns in an expression, by their keys. */
export function symbolsIn(p: Polynomial, found = new Map<string, SymbolAtom>()): Map<string, SymbolAtom> {
  for (const { factors } of p.terms) {
    for (const { atom } of factors) {
      if (atom.kind === "symbol") found.set(atom.key, atom);
      else for (const part of partsOf(atom)) symbolsIn(part, found);
    }
  }
  return found;
}

function partsOf(atom: Exclude<Atom, SymbolAtom>): readonly Polynomial[] {
  switch (atom.kind) {
    case "floor":
      return [atom.numerator, atom.denominator];
    case "sum":
      return [atom.sum];
    default:
      return atom.items;
  }
}
