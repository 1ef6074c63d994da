// The error function against its series and continued fraction, which need many terms but no table of coefficients.

import assert from "node:assert/strict";
import { erf, normalCdf } from "../../../engine/src/kernels/errorFunction";
import { close } from "../support";

/** 2 / √π · Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)) (Abramowitz and Stegun, 7.1.5). */
function erfBySeries(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** 1 − erf x for x > 0 by a continued fraction (Abramowitz and Stegun, 7.1.14). */
function tailByFraction(x: number): number {
  let fraction = 0;
  for (let n = 200; n >= 1; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * (x + fraction));
}

const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);

describe("kernels: the error function", () => {
  it("is its series near 0, and the opposite on the other side", () => {
    for (const x of range(0, 1.6, 0.0037)) {
      close([erf(x)], [erfBySeries(x)], 2e-15);
      assert.equal(erf(-x), -erf(x));
    }
  });

  it("is its continued fraction away from 0", () => {
    for (const x of range(1.6, 8, 0.0037)) close([erf(x)], [1 - tailByFraction(x)], 2e-15);
  });

  it("gives the tails of the normal distribution to the last digits", () => {
    for (const x of range(2, 37, 0.037)) close([normalCdf(-x)], [tailByFraction(x / Math.SQRT2) / 2], 2e-13);
  });

  it("has its limits", () => {
    assert.deepEqual([Infinity, -Infinity, NaN, 0, -0].map(erf), [1, -1, NaN, 0, -0]);
    assert.deepEqual([Infinity, -Infinity, NaN, 0].map(normalCdf), [1, 0, NaN, 0.5]);
  });
});
