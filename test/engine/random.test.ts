// The generator against numbers recorded with NumPy 2.4.6 (`numpy.random.RandomState`).

import { permutation, rand, randint, randn, RandomState, seed, tensor, type Tensor } from "@shapelens/engine";
import { symbol, withoutData } from "@shapelens/engine/tooling";
import assert from "node:assert/strict";

const exact = (actual: Tensor, expected: number[]): void => {
  assert.deepEqual([...actual.data], expected);
};
const close = (actual: Tensor, expected: number[]): void => {
  assert.equal(actual.size, expected.length);
  expected.forEach((value, i) =>
    assert.ok(Math.abs(actual.data[i]! / value - 1) < 1e-15, `${actual.data[i]} ${value}`),
  );
};

describe("RandomState", () => {
  it("rand gives NumPy's doubles, bit for bit", () => {
    exact(
      new RandomState(0).rand(2, 2),
      [0.5488135039273248, 0.7151893663724195, 0.6027633760716439, 0.5448831829968969],
    );
    exact(new RandomState(42).rand(3), [0.3745401188473625, 0.9507143064099162, 0.7319939418114051]);
    exact(new RandomState(4294967295).rand(2), [0.0976320289940138, 0.9123828453026218]);
  });

  it("stays right when the state has been used up", () => {
    const { data } = new RandomState(2024).rand(2000);
    const picked = [data[623], data[624], data[1247], data[1999]];
    assert.deepEqual(picked, [0.01698567192458844, 0.5946715711813174, 0.5812117430421919, 0.9803378227056961]);
  });

  it("randn gives NumPy's normal numbers", () => {
    close(
      new RandomState(0).randn(6),
      [
        1.764052345967664, 0.4001572083672233, 0.9787379841057392, 2.240893199201458, 1.8675579901499675,
        -0.977277879876411,
      ],
    );
    close(
      new RandomState(42).randn(5),
      [0.4967141530112327, -0.13826430117118466, 0.6476885381006925, 1.5230298564080254, -0.23415337472333597],
    );
  });

  it("randint, permutation, uniform and normal follow NumPy", () => {
    exact(new RandomState(1).randint(0, 10, [10]), [5, 8, 9, 5, 0, 0, 1, 7, 6, 9]);
    exact(new RandomState(7).randint(-5, 1000, [6]), [170, 191, 532, 497, 574, 206]);
    exact(new RandomState(0).randint(0, 2 ** 31 - 1, [3]), [209652396, 398764591, 924231285]);
    exact(new RandomState(9).randint(-(2 ** 31), 2 ** 31, [3]), [-2102926978, -582135460, 8051326]);
    exact(new RandomState(42).permutation(10), [8, 1, 5, 0, 7, 2, 9, 4, 3, 6]);
    close(
      new RandomState(3).uniform(-2, 3, [4]),
      [0.7539895128728773, 1.540739113090524, -0.5454763054352783, 0.5541380259883151],
    );
    close(
      new RandomState(3).normal(10, 2, [4]),
      [13.577256946860636, 10.87301970102398, 10.192994936144018, 6.273014593271018],
    );
  });

  it("keeps the second normal number for the next call, whatever is drawn between", () => {
    const rng = new RandomState(12);
    close(rng.randn(3), [0.47298583148997897, -0.6814258794394451, 0.24243949669047796]);
    exact(rng.rand(2), [0.014574962485419674, 0.918747008099885]);
    close(rng.randn(2), [-1.7007356340383315, 0.7531428339492002]);
    exact(rng.randint(5, undefined, [4]), [2, 1, 3, 4]);
    exact(rng.permutation(4), [2, 0, 1, 3]);
  });

  it("permutes and shuffles rows", () => {
    const x = tensor([
      [0, 1],
      [2, 3],
      [4, 5],
      [6, 7],
    ]);
    assert.deepEqual(new RandomState(1).permutation(x).toArray(), [
      [6, 7],
      [4, 5],
      [0, 1],
      [2, 3],
    ]);
    assert.equal(x.data[0], 0);
    new RandomState(1).shuffle(x);
    exact(x, [6, 7, 4, 5, 0, 1, 2, 3]);
  });

  it("takes shapes as arguments or as one list, and none for a scalar", () => {
    assert.deepEqual(new RandomState(0).rand([2, 3]).shape, [2, 3]);
    assert.deepEqual(new RandomState(0).rand().shape, []);
    assert.deepEqual(new RandomState(0).randn(0, 3).shape, [0, 3]);
    assert.equal(new RandomState(0).randn(2).dtype, "float64");
    assert.equal(new RandomState(0).randint(3).dtype, "int32");
  });

  it("refuses what is no seed, no range and no size", () => {
    assert.throws(() => new RandomState(-1), /^TypeError: RandomState: seed must be a whole number ≥ 0, found -1\.$/);
    assert.throws(() => new RandomState(2 ** 32), /^RangeError: RandomState: seed must be at most 4294967295/);
    assert.throws(
      () => new RandomState(0).randint(5, 5),
      /^RangeError: randint: low must be below high, found 5 and 5\.$/,
    );
    assert.throws(() => new RandomState(0).rand(2.5), /rand: shape\[0\] is 2\.5; expected a whole number ≥ 0/);
    assert.throws(() => new RandomState(0).rand(NaN), /rand: shape\[0\] is NaN/);
    assert.throws(() => new RandomState(0).normal(0, -1), /^RangeError: normal: deviation must not be negative/);
  });

  it("gives shapes without numbers where only shapes are asked for", () => {
    const n = symbol("n") as unknown as number;
    withoutData(() => {
      const x = new RandomState(n).uniform(n, 1, [n, 3]);
      assert.ok(x.isAbstract);
      assert.equal(String(x.dims[0]), "n");
      assert.equal(String(new RandomState(0).randint(0, n, [n]).dims[0]), "n");
    });
    assert.ok(new RandomState(0).rand(n).isAbstract);
  });
});

describe("the shared generator", () => {
  it("repeats after seed, in float32, with NumPy's digits", () => {
    seed(0);
    const first = rand([3]);
    assert.equal(first.dtype, "float32");
    exact(first, [0.5488135039273248, 0.7151893663724195, 0.6027633760716439].map(Math.fround));
    seed(0);
    exact(randn([1], { dtype: "float64" }), [1.764052345967664]);
    seed(42);
    exact(permutation(10), [8, 1, 5, 0, 7, 2, 9, 4, 3, 6]);
    seed(1);
    exact(randint(0, 10, [3]), [5, 8, 9]);
  });

  it("makes parameters, and nothing but floats", () => {
    assert.equal(randn([2], { requiresGrad: true }).requiresGrad, true);
    assert.throws(() => rand([2], { dtype: "int32" }), /rand: dtype must be "float32" or "float64", found "int32"/);
    assert.throws(() => rand([2, "x" as never]), /rand: shape\[1\] must be a whole number, found "x"/);
  });

  it("has the moments it should", () => {
    seed(7);
    const data = randn([100_000], { dtype: "float64" }).data as Float64Array;
    const mean = data.reduce((a, b) => a + b, 0) / data.length;
    const square = data.reduce((a, b) => a + b * b, 0) / data.length;
    assert.ok(Math.abs(mean) < 0.02 && Math.abs(square - 1) < 0.02, `${mean} ${square}`);
  });
});
