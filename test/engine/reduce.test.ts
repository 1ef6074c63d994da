// Reductions: NumPy's numbers, types and edge cases, PyTorch's gradients at ties, and every way to be refused.

import assert from "node:assert/strict";
import {
  all,
  any,
  argmax,
  argmin,
  cumsum,
  logSumExp,
  max,
  mean,
  min,
  norm,
  ones,
  prod,
  std,
  sum,
  type Tensor,
  tensor,
  variance,
  zeros,
} from "@shapelens/engine";
import { close, refuses, refusesType } from "./support";

const x = tensor([
  [3, -1, 2],
  [0, 5, 5],
]);

const gradientOf = (f: (x: Tensor) => Tensor, values: readonly number[]): unknown => {
  const leaf = tensor(values, { dtype: "float64", requiresGrad: true });
  f(leaf).backward();
  return leaf.grad!.toArray();
};

describe("reductions", () => {
  it("reduce all axes, one, or several, and keep them on demand", () => {
    assert.equal(sum(x).item(), 14);
    assert.deepEqual(sum(x, 0).toArray(), [3, 4, 7]);
    assert.deepEqual(sum(x, -1).toArray(), [4, 10]);
    assert.deepEqual(sum(x, 1, { keepDims: true }).toArray(), [[4], [10]]);
    assert.deepEqual(sum(x, undefined, { keepDims: true }).toArray(), [[14]]);
    assert.deepEqual(sum(ones([2, 3, 4]), [0, -1]).toArray(), [8, 8, 8]);
    assert.deepEqual(sum(x, []).toArray(), x.toArray());
    assert.deepEqual(mean(x, 1).toArray(), [Math.fround(4 / 3), Math.fround(10 / 3)]);
    assert.deepEqual(
      [prod(x, 0).toArray(), max(x, 0).toArray(), min(x, 1).toArray()],
      [
        [0, -5, 10],
        [3, 5, 5],
        [-1, 0],
      ],
    );
    assert.equal(x.sum(0).rank, 1);
  });

  it("measure spread with n or n − correction", () => {
    const v = tensor([1, 2, 3, 4], { dtype: "float64" });
    assert.equal(variance(v).item(), 1.25);
    close([variance(v, 0, { correction: 1 }).item()], [5 / 3]);
    close([std(v).item(), std(v, undefined, { correction: 1 }).item()], [Math.sqrt(1.25), Math.sqrt(5 / 3)]);
    assert.ok(Number.isNaN(variance(tensor([7]), 0, { correction: 1 }).item()));
    assert.equal(norm(tensor([3, 4])).item(), 5);
    assert.deepEqual(
      norm(
        tensor([
          [3, 4],
          [6, 8],
        ]),
        1,
      ).toArray(),
      [5, 10],
    );
  });

  it("find places, the first of several, and NaN before everything", () => {
    assert.deepEqual(argmax(x, 1).toArray(), [0, 1]);
    assert.deepEqual([argmax(x).item(), argmin(x).item(), argmax(x).dtype], [4, 1, "int32"]);
    assert.deepEqual(argmin(x, 0, { keepDims: true }).toArray(), [[1, 0, 0]]);
    assert.equal(argmax(tensor([1, NaN, 9])).item(), 1);
    assert.ok(Number.isNaN(max(tensor([1, NaN, 9])).item()));
    assert.ok(Number.isNaN(min(tensor([NaN, 1])).item()));
  });

  it("run sums along an axis, or over all in row-major order", () => {
    assert.deepEqual(cumsum(x, 0).toArray(), [
      [3, -1, 2],
      [3, 4, 7],
    ]);
    assert.deepEqual(cumsum(x, -1).toArray(), [
      [3, 2, 4],
      [0, 5, 10],
    ]);
    assert.deepEqual(cumsum(x).toArray(), [3, 2, 4, 4, 9, 14]);
  });

  it("ask whether, with NaN counting as not 0", () => {
    const flags = tensor([
      [true, false],
      [true, true],
    ]);
    assert.deepEqual(
      [all(flags, 0).toArray(), any(flags, 1).toArray()],
      [
        [true, false],
        [true, true],
      ],
    );
    assert.deepEqual([all(flags).item(), any(tensor([0, NaN])).item(), all(flags).dtype], [0, 1, "bool"]);
  });

  it("have NumPy's answers for nothing at all", () => {
    const none = zeros([0, 3]);
    assert.deepEqual(
      [sum(none, 0).toArray(), prod(none, 0).toArray()],
      [
        [0, 0, 0],
        [1, 1, 1],
      ],
    );
    assert.deepEqual(
      [mean(none, 0).toArray(), variance(none, 0).toArray()],
      [
        [NaN, NaN, NaN],
        [NaN, NaN, NaN],
      ],
    );
    assert.deepEqual([all(none).item(), any(none).item(), logSumExp(none).item()], [1, 0, -Infinity]);
    assert.deepEqual([max(none, 1).shape, argmax(none, 1).shape, cumsum(none, 0).shape], [[0], [0], [0, 3]]);
    assert.deepEqual(max(zeros([0, 0]), 0).shape, [0]);
  });

  it("count in int32, which wraps around, and average in floats", () => {
    const whole = tensor([2147483647, 1], { dtype: "int32" });
    assert.deepEqual([sum(whole).dtype, sum(whole).item()], ["int32", -2147483648]);
    assert.equal(prod(tensor([65537, 65537, 3], { dtype: "int32" })).item(), Math.imul(Math.imul(65537, 65537), 3));
    assert.deepEqual([sum(tensor([true, true])).dtype, sum(tensor([true, true])).item()], ["int32", 2]);
    assert.deepEqual([mean(whole).dtype, max(whole).dtype, max(whole).item()], ["float32", "int32", 2147483647]);
    assert.equal(sum(tensor([1], { dtype: "float64" })).dtype, "float64");
  });

  it("add float32 up without losing small numbers", () => {
    const many = tensor(new Float32Array(1 << 20).fill(0.1));
    assert.equal(sum(many).item(), Math.fround(Math.fround(0.1) * (1 << 20)));
    assert.equal(mean(many).item(), Math.fround(0.1));
  });

  it("take logSumExp of numbers of any size", () => {
    const big = tensor([1e4, 1e4], { dtype: "float64" });
    close([logSumExp(big).item(), logSumExp(big.neg()).item()], [1e4 + Math.LN2, -1e4 + Math.LN2]);
    assert.equal(logSumExp(tensor([-Infinity, -Infinity])).item(), -Infinity);
    assert.equal(logSumExp(tensor([Infinity, 0])).item(), Infinity);
  });
});

describe("the gradient where it is not obvious", () => {
  it("is shared equally among ties", () => {
    assert.deepEqual(
      gradientOf((v) => max(v), [1, 4, 4, 2]),
      [0, 0.5, 0.5, 0],
    );
    assert.deepEqual(
      gradientOf((v) => min(v), [1, 1, 1, 1]),
      [0.25, 0.25, 0.25, 0.25],
    );
  });

  it("of a product with zeros is the product of the others", () => {
    assert.deepEqual(
      gradientOf((v) => prod(v), [2, 0, 3]),
      [0, 6, 0],
    );
    assert.deepEqual(
      gradientOf((v) => prod(v), [2, 0, 0]),
      [0, 0, 0],
    );
  });

  it("is 0, not NaN, where std and norm are 0 and where logSumExp sees only −∞", () => {
    assert.deepEqual(
      gradientOf((v) => std(v), [2, 2]),
      [0, 0],
    );
    assert.deepEqual(
      gradientOf((v) => norm(v), [0, 0]),
      [0, 0],
    );
    assert.deepEqual(
      gradientOf((v) => logSumExp(v), [-Infinity, -Infinity]),
      [0, 0],
    );
  });
});

describe("a reduction refuses", () => {
  const reductions = { sum, mean, prod, max, min, variance, std, norm, logSumExp, all, any, argmax, argmin };

  for (const [name, reduce] of Object.entries(reductions)) {
    it(`${name} along an axis that does not exist`, () => {
      refuses(() => reduce(x, 2), {
        code: "axis-range",
        message: "x is [2, 3]: axis 2 does not exist: expected -2 to 1 for 2 axes.",
        fix: "the last axis is 1, or -1.",
        numbers: [2, 2],
        likely: "[2]",
      });
      refuses(() => reduce(tensor(1), 0), {
        code: "axis-range",
        message: "x is []: axis 0 does not exist: a scalar has no axes.",
      });
    });

    it(`${name} with arguments of the wrong kind`, () => {
      const call = reduce as (...args: unknown[]) => unknown;
      refusesType(() => call(x, 0.5), `${name}: axis must be a whole number, found 0.5.`);
      refusesType(() => call(x, "0"), `${name}: axis must be a whole number or a list of them, found "0".`);
      refusesType(
        () => call(x, { keepDims: true }),
        `${name}: axis must be a whole number or a list of them, found an object (Object). Options come third: ${name}(x, undefined, { … }).`,
      );
      refusesType(() => call(x, 0, true), `${name}: options must be an object such as { keepDims }, found true.`);
      refusesType(() => call(x, 0, { keepDims: 1 }), `${name}: keepDims must be true or false, found 1.`);
      assert.throws(() => call(x, 0, { keepdims: true }), /unknown option "keepdims"; expected keepDims/);
      refusesType(
        () => call([1, 2]),
        `${name}: argument 1 must be a tensor or a number, found an array of 2. Wrap it: tensor(…).`,
      );
    });
  }

  for (const [name, reduce] of Object.entries({ max, argmax, min, argmin })) {
    it(`${name} of nothing`, () => {
      refuses(() => reduce(zeros([0, 3]), 0), {
        code: "axis-range",
        message: `axis 0 of [0, 3] has length 0: expected at least 1, as an empty axis has no ${name.includes("max") ? "maximum" : "minimum"}.`,
        numbers: [1, 0],
        axes: [0],
        likely: "[3]",
      });
    });
  }

  it("the same axis twice, lists where one axis is meant, options of others", () => {
    refuses(() => sum(x, [0, -2]), { code: "axis-range", message: "x is [2, 3]: axis 0 is given twice." });
    refusesType(() => argmax(x, [0] as never), "argmax: axis must be one whole number, found an array of 1.");
    refusesType(() => variance(x, 0, { correction: NaN }), "variance: correction must be a number, found NaN.");
    refusesType(() => sum(x, 0, { correction: 1 } as never), 'sum: unknown option "correction"; expected keepDims.');
    refuses(() => cumsum(x, -3), {
      code: "axis-range",
      message: "x is [2, 3]: axis -3 does not exist: expected -2 to 1 for 2 axes.",
      fix: "the last axis is 1, or -1.",
      likely: "[2, 3]",
    });
    refusesType(() => cumsum(x, "0" as never), 'cumsum: axis must be a whole number, found "0".');
  });
});
