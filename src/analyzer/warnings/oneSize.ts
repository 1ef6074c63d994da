// `[n, H]` beside `[n, H − 2]`: they broadcast where one of the lengths happens to be 1, and for no other H.

import { type Tensor } from "@shapelens/engine";
import {
  atomPolynomial,
  constantOf,
  currentFacts,
  type Dim,
  DimExpr,
  dimsEqual,
  equalOnlyAtOne,
  type Facts,
  formatDim,
  formatShape,
  polynomialOf,
  type SymbolAtom,
  symbolsIn,
  withFacts,
} from "@shapelens/engine/tooling";
import { arithmetic } from "./lineage";
import { type WarningRule } from "./rule";

export const oneSize: WarningRule = {
  code: "one-size",
  ops: [...arithmetic, "logicalAnd", "logicalOr", "where", "matmul"],
  check({ op, inputs, output }) {
    // The last two axes of matrices do not broadcast.
    const least = op === "matmul" ? 3 : 1;
    for (let fromEnd = output.rank; fromEnd >= least; fromEnd--) {
      const pair = strangers(inputs, fromEnd);
      if (!pair) continue;
      const { first, second, numbers } = pair;
      const lengths = numbers.map(formatDim).join(" and ");
      return {
        message: `${formatShape(first.dims)} and ${formatShape(second.dims)} fit only where ${whereTheyFit(...numbers)}: at axis ${-fromEnd} ${lengths} are different lengths.`,
        suggestion: "crop or pad one of them, or make both of the same length.",
        blame: second,
        about: [first, second],
        numbers,
      };
    }
    return undefined;
  },
};

/** Two of the tensors whose lengths along an axis, counted from the end, never meet. */
function strangers(
  inputs: readonly Tensor[],
  fromEnd: number,
): { readonly first: Tensor; readonly second: Tensor; readonly numbers: readonly [Dim, Dim] } | undefined {
  const having = inputs.filter(({ rank }) => rank >= fromEnd);
  const lengthOf = ({ dims, rank }: Tensor): Dim => dims[rank - fromEnd]!;
  for (const [i, second] of having.entries()) {
    const first = having.slice(0, i).find((other) => neverMeet(lengthOf(other), lengthOf(second)));
    if (first) return { first, second, numbers: [lengthOf(first), lengthOf(second)] };
  }
  return undefined;
}

/** Neither is a number, and they are different numbers whatever the sizes are. */
function neverMeet(a: Dim, b: Dim): boolean {
  if (constantOf(a) !== undefined || constantOf(b) !== undefined || isUnknown(a) || isUnknown(b)) return false;
  return dimsEqual(a, b) === "no" || equalOnlyAtOne(a, b);
}

/** What nobody has a word for is a number that the analyzer lost. */
function isUnknown(dim: Dim): boolean {
  return symbolsOf(dim).some(({ name }) => name === "?");
}

function symbolsOf(dim: Dim): SymbolAtom[] {
  return [...symbolsIn(polynomialOf(dim)).values()];
}

const largestTried = 64;
/** More sizes than these are not listed. */
const mostListed = 3;

/** "height is 1 or 3": the sizes at which the lengths are equal, or one of them is 1. */
function whereTheyFit(a: Dim, b: Dim): string {
  const generally = `${formatDim(a)} or ${formatDim(b)} is 1`;
  const [symbol, ...others] = new Set([...symbolsOf(a), ...symbolsOf(b)]);
  if (!symbol || others.length > 0) return generally;
  const sizes = sizesThatFit(symbol, a, b);
  return sizes.length > 0 && sizes.length <= mostListed ? `${symbol.name} is ${sizes.join(" or ")}` : generally;
}

function sizesThatFit(symbol: SymbolAtom, a: Dim, b: Dim): number[] {
  const sizes: number[] = [];
  const { low, high } = currentFacts().rangeOf(symbol.key) ?? { low: 1, high: largestTried };
  for (let size = Math.max(symbol.min, low, 1); size <= Math.min(largestTried, high); size++) {
    const [left, right] = withFacts(withSize(symbol, size), () => [constantOf(a), constantOf(b)]);
    if (left === undefined || right === undefined || left < 1 || right < 1) continue;
    if (left === right || left === 1 || right === 1) sizes.push(size);
  }
  return sizes;
}

function withSize(symbol: SymbolAtom, size: number): Facts {
  const facts = currentFacts().copy();
  facts.learnEqual(atomPolynomial(symbol), DimExpr.constant(size).polynomial);
  return facts;
}
