// Polynomials as a person would write them: `B`, `3*H`, `floor((H - 2)/2) + 1`, `D/heads`.

import { type Atom, type Factor, type Polynomial, type Term } from "./polynomial";

export function formatPolynomial(p: Polynomial): string {
  if (p.terms.length === 0) return "0";
  const [first, ...rest] = [...p.terms].sort(compareTerms);
  let text = formatTerm(first!);
  for (const term of rest) {
    text += term.numerator < 0 ? ` - ${formatTerm({ ...term, numerator: -term.numerator })}` : ` + ${formatTerm(term)}`;
  }
  return text;
}

/** Positive terms before negative ones, highest degree first, constants last. */
function compareTerms(a: Term, b: Term): number {
  const degree = (t: Term): number => t.factors.reduce((sum, f) => sum + Math.abs(f.power), 0);
  const sign = Number(a.numerator < 0) - Number(b.numerator < 0);
  const constant = Number(a.factors.length === 0) - Number(b.factors.length === 0);
  return sign || constant || degree(b) - degree(a) || (a.key < b.key ? -1 : 1);
}

function formatTerm(term: Term): string {
  const above = term.factors.filter((f) => f.power > 0).map(formatFactor);
  const below = term.factors.filter((f) => f.power < 0).map((f) => formatFactor({ ...f, power: -f.power }));
  const number = Math.abs(term.numerator);
  if (number !== 1 || above.length === 0) above.unshift(String(number));
  if (term.denominator !== 1) below.unshift(String(term.denominator));
  const sign = term.numerator < 0 ? "-" : "";
  const top = above.join("*");
  if (below.length === 0) return sign + top;
  return `${sign}${top}/${below.length === 1 ? below[0]! : `(${below.join("*")})`}`;
}

function formatFactor({ atom, power }: Factor): string {
  return power === 1 ? formatAtom(atom) : `${formatAtom(atom)}^${power}`;
}

function formatAtom(atom: Atom): string {
  switch (atom.kind) {
    case "symbol":
      return atom.name;
    case "floor":
      return `floor(${grouped(atom.numerator)}/${grouped(atom.denominator)})`;
    case "min":
    case "max":
      return `${atom.kind}(${atom.items.map(formatPolynomial).join(", ")})`;
    case "sum":
      return `(${formatPolynomial(atom.sum)})`;
  }
}

function grouped(p: Polynomial): string {
  const text = formatPolynomial(p);
  return p.terms.length > 1 || /[*/]/.test(text.replace(/\(.*\)/, "")) ? `(${text})` : text;
}
