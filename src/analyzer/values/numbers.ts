// Abstract numbers: a known number, a symbolic whole number, a quotient of whole numbers, or just some number.

import { assumeDivides, constantOf, type Dim, DimExpr, divides, exactDivDims } from "./dims";
import { type ValueOrigin } from "./site";

/** How a number was computed; kept a few steps deep so that a message can tell. */
export interface NumberDerivation {
  readonly operator: "+" | "-" | "*" | "/" | "floor" | "min" | "max";
  readonly operands: readonly NumberValue[];
  readonly depth: number;
}

/** A quotient of whole numbers of which nobody knows that it is whole. */
export interface Ratio {
  readonly numerator: Dim;
  readonly denominator: Dim;
}

const deepestDerivation = 6;

/** A number. Immutable; the dimension of a known number is made only when asked for. */
export class NumberValue {
  readonly kind = "number";
  #dim: DimExpr | undefined;

  constructor(
    /** The number when it is known. */
    readonly value: number | undefined,
    /** The expression of a symbolic whole number; absent for a known one. */
    readonly symbolic: DimExpr | undefined = undefined,
    readonly ratio: Ratio | undefined = undefined,
    readonly origin: ValueOrigin | undefined = undefined,
    readonly derivation: NumberDerivation | undefined = undefined,
  ) {}

  /** The number as a dimension: for symbolic and for known whole numbers, with its origin; else `undefined`. */
  get dim(): DimExpr | undefined {
    if (this.#dim) return this.#dim;
    if (this.symbolic) return (this.#dim = this.symbolic);
    if (this.value === undefined || !Number.isSafeInteger(this.value)) return undefined;
    const { polynomial } = DimExpr.constant(this.value);
    const operands = this.derivation?.operands.map((operand) => operand.dim ?? operand.value ?? NaN);
    const derivation =
      this.derivation && operands?.every((operand) => typeof operand !== "number")
        ? { operator: this.derivation.operator, operands }
        : undefined;
    return (this.#dim = new DimExpr(polynomial, derivation, this.origin));
  }

  /** The same number with an origin. */
  from(origin: ValueOrigin): NumberValue {
    return new NumberValue(this.value, this.symbolic?.withOrigin(origin), this.ratio, origin, this.derivation);
  }
}

/** A number of which nothing is known. */
export const unknownNumber = new NumberValue(undefined);

export function numberValue(value: number, origin?: ValueOrigin): NumberValue {
  return new NumberValue(value, undefined, undefined, origin);
}

/** A known number that was computed from others. */
export function derivedNumber(
  value: number,
  operator: NumberDerivation["operator"],
  operands: readonly NumberValue[],
): NumberValue {
  let depth = 0;
  for (const operand of operands) depth = Math.max(depth, operand.derivation?.depth ?? 0);
  const derivation = depth < deepestDerivation ? { operator, operands, depth: depth + 1 } : undefined;
  return new NumberValue(value, undefined, undefined, undefined, derivation);
}

/** The number a dimension stands for. */
export function numberOfDim(dim: Dim): NumberValue {
  if (typeof dim === "number") return new NumberValue(dim);
  const constant = constantOf(dim);
  if (constant === undefined) return new NumberValue(undefined, dim);
  return new NumberValue(constant, dim, undefined, dim.origin as ValueOrigin | undefined);
}

/** a / b of whole numbers: whole when b is known to divide a, else a `Ratio`. */
export function quotient(numerator: Dim, denominator: Dim): NumberValue {
  if (divides(denominator, numerator) === "yes") return numberOfDim(exactDivDims(numerator, denominator));
  return new NumberValue(undefined, undefined, { numerator, denominator });
}

/** The number where a dimension is needed: a quotient is taken to be whole and that is noted as a need. */
export function dimOf(number: NumberValue): Dim | undefined {
  if (number.dim) return number.dim;
  if (!number.ratio) return undefined;
  const { numerator, denominator } = number.ratio;
  const certainty = divides(denominator, numerator);
  if (certainty === "no") return undefined;
  if (certainty === "unknown") assumeDivides(denominator, numerator);
  return exactDivDims(numerator, denominator);
}
