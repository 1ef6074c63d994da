// Arithmetic on abstract numbers: on known ones as JavaScript does it, on symbolic ones through the dimension algebra.

import { ts } from "ts-morph";
import {
  addDims,
  derivedNumber,
  type Dim,
  dimsAtMost,
  dimsEqual,
  floorDivDims,
  modDims,
  mulDims,
  numberOfDim,
  type NumberDerivation,
  type NumberValue,
  numberValue,
  quotient,
  type Ratio,
  subDims,
  unknownNumber,
} from "../../values";

const derivations: Partial<Record<ts.SyntaxKind, NumberDerivation["operator"]>> = {
  [ts.SyntaxKind.PlusToken]: "+",
  [ts.SyntaxKind.MinusToken]: "-",
  [ts.SyntaxKind.AsteriskToken]: "*",
  [ts.SyntaxKind.SlashToken]: "/",
};

export function arithmetic(operator: ts.SyntaxKind, a: NumberValue, b: NumberValue): NumberValue {
  if (a.value !== undefined && b.value !== undefined) {
    const value = known(operator, a.value, b.value);
    const derivation = derivations[operator];
    return derivation ? derivedNumber(value, derivation, [a, b]) : numberValue(value, a.origin);
  }
  // A length that is not there spoils whatever is computed from it.
  if (derivations[operator] && (Number.isNaN(a.value) || Number.isNaN(b.value))) return numberValue(NaN);
  return symbolic(operator, a, b);
}

function known(operator: ts.SyntaxKind, a: number, b: number): number {
  switch (operator) {
    case ts.SyntaxKind.PlusToken:
      return a + b;
    case ts.SyntaxKind.MinusToken:
      return a - b;
    case ts.SyntaxKind.AsteriskToken:
      return a * b;
    case ts.SyntaxKind.SlashToken:
      return a / b;
    case ts.SyntaxKind.PercentToken:
      return a % b;
    case ts.SyntaxKind.AsteriskAsteriskToken:
      return a ** b;
    case ts.SyntaxKind.LessThanLessThanToken:
      return a << b;
    case ts.SyntaxKind.GreaterThanGreaterThanToken:
      return a >> b;
    case ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken:
      return a >>> b;
    case ts.SyntaxKind.AmpersandToken:
      return a & b;
    case ts.SyntaxKind.BarToken:
      return a | b;
    case ts.SyntaxKind.CaretToken:
      return a ^ b;
    default:
      return NaN;
  }
}

function symbolic(operator: ts.SyntaxKind, a: NumberValue, b: NumberValue): NumberValue {
  switch (operator) {
    case ts.SyntaxKind.PlusToken:
    case ts.SyntaxKind.MinusToken:
      return sum(operator === ts.SyntaxKind.PlusToken ? addDims : subDims, a, b);
    case ts.SyntaxKind.AsteriskToken: {
      const [left, right] = [fractionOf(a), fractionOf(b)];
      if (!left || !right) return unknownNumber;
      return fraction(mulDims(left.numerator, right.numerator), mulDims(left.denominator, right.denominator));
    }
    case ts.SyntaxKind.SlashToken: {
      const [left, right] = [fractionOf(a), fractionOf(b)];
      if (!left || !right || right.numerator === 0) return unknownNumber;
      return fraction(mulDims(left.numerator, right.denominator), mulDims(left.denominator, right.numerator));
    }
    case ts.SyntaxKind.PercentToken:
      return a.dim && b.dim ? numberOfDim(modDims(a.dim, b.dim)) : unknownNumber;
    case ts.SyntaxKind.AsteriskAsteriskToken:
      return power(a, b.value);
    case ts.SyntaxKind.LessThanLessThanToken:
      return isShift(b.value) && a.dim ? numberOfDim(mulDims(a.dim, 2 ** b.value)) : unknownNumber;
    case ts.SyntaxKind.GreaterThanGreaterThanToken:
    case ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken:
      return isShift(b.value) ? floorOf(a, 2 ** b.value) : unknownNumber;
    case ts.SyntaxKind.BarToken:
      return b.value === 0 ? floorOf(a, 1) : unknownNumber;
    default:
      return unknownNumber;
  }
}

function isShift(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value < 31;
}

function sum(operation: (a: Dim, b: Dim) => Dim, a: NumberValue, b: NumberValue): NumberValue {
  if (a.dim && b.dim) return numberOfDim(operation(a.dim, b.dim));
  const [left, right] = [fractionOf(a), fractionOf(b)];
  if (!left || !right) return unknownNumber;
  const numerator = operation(mulDims(left.numerator, right.denominator), mulDims(right.numerator, left.denominator));
  return fraction(numerator, mulDims(left.denominator, right.denominator));
}

function power(base: NumberValue, exponent: number | undefined): NumberValue {
  const whole = fractionOf(base);
  if (!whole || exponent === undefined || !Number.isInteger(exponent) || exponent < 0 || exponent > 8)
    return unknownNumber;
  let numerator: Dim = 1;
  let denominator: Dim = 1;
  for (let i = 0; i < exponent; i++) {
    numerator = mulDims(numerator, whole.numerator);
    denominator = mulDims(denominator, whole.denominator);
  }
  return fraction(numerator, denominator);
}

/** The number as a quotient of whole numbers: 0.5 is 1/2. */
function fractionOf(number: NumberValue): Ratio | undefined {
  if (number.dim) return { numerator: number.dim, denominator: 1 };
  if (number.ratio) return number.ratio;
  const inverse = number.value === undefined ? NaN : 1 / number.value;
  return Number.isSafeInteger(inverse) && inverse > 0 ? { numerator: 1, denominator: inverse } : undefined;
}

function fraction(numerator: Dim, denominator: Dim): NumberValue {
  return denominator === 1 ? numberOfDim(numerator) : quotient(numerator, denominator);
}

/** floor(a / by), for numbers that are not negative. */
function floorOf(a: NumberValue, by: number): NumberValue {
  const whole = fractionOf(a);
  return whole ? numberOfDim(floorDivDims(whole.numerator, mulDims(whole.denominator, by))) : unknownNumber;
}

/** `a < b` and the like, when it is certain. */
export function compareNumbers(operator: ts.SyntaxKind, a: NumberValue, b: NumberValue): boolean | undefined {
  switch (operator) {
    case ts.SyntaxKind.LessThanToken:
      return isLess(a, b);
    case ts.SyntaxKind.GreaterThanToken:
      return isLess(b, a);
    case ts.SyntaxKind.LessThanEqualsToken:
      return isAtMost(a, b);
    default:
      return isAtMost(b, a);
  }
}

function isLess(a: NumberValue, b: NumberValue): boolean | undefined {
  if (a.value !== undefined && b.value !== undefined) return a.value < b.value;
  const atLeast = isAtMost(b, a);
  if (atLeast !== false) return atLeast === true ? false : undefined;
  return true;
}

function isAtMost(a: NumberValue, b: NumberValue): boolean | undefined {
  if (a.value !== undefined && b.value !== undefined) return a.value <= b.value;
  if (!a.dim || !b.dim) return undefined;
  if (dimsEqual(a.dim, b.dim) === "yes") return true;
  const certainty = dimsAtMost(a.dim, b.dim);
  return certainty === "unknown" ? undefined : certainty === "yes";
}

export function negated(number: NumberValue): NumberValue {
  if (number.value !== undefined) return numberValue(-number.value, number.origin);
  return number.dim ? numberOfDim(subDims(0, number.dim)) : unknownNumber;
}
