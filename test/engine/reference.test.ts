// Matrix products, broadcasting and reductions against loops over indices, on random shapes with lengths of 0 and 1.

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  add,
  matmul,
  max,
  mean,
  mse,
  mul,
  prod,
  RandomState,
  sigmoid,
  std,
  sub,
  sum,
  Tensor,
  tensor,
  variance,
} from "@shapelens/engine";
import { close, randomNumbers } from "./support";

type Numbers = readonly number[];

const sizeOf = (shape: Numbers): number => shape.reduce((a, b) => a * b, 1);

/** Every index of the shape, in row-major order. */
function indicesOf(shape: Numbers): number[][] {
  if (shape.length === 0) return [[]];
  const rest = indicesOf(shape.slice(1));
  return Array.from({ length: shape[0]! }, (_, i) => rest.map((index) => [i, ...index])).flat();
}

function read(x: Tensor, index: Numbers): number {
  let offset = 0;
  x.shape.forEach((length, axis) => (offset = offset * length + (length === 1 ? 0 : index[axis]!)));
  return x.data[offset]!;
}

/** Reads with the axes aligned at the end, as broadcasting does. */
const readBroadcast = (x: Tensor, index: Numbers): number => read(x, index.slice(index.length - x.rank));

function random(shape: Numbers, seed: number): Tensor {
  const next = randomNumbers(seed);
  return tensor(
    Float64Array.from({ length: sizeOf(shape) }, () => next() * 4 - 2),
    { shape, dtype: "float64" },
  );
}

const length = fc.integer({ min: 0, max: 4 });
const shapes = fc.array(length, { maxLength: 4 });
const seeds = fc.integer({ min: 1, max: 1e6 });

/** Two shapes that broadcast, with their common shape. */
const broadcasting = shapes.chain((shape) => {
  const operand = fc
    .tuple(fc.integer({ min: 0, max: shape.length }), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
    .map(([drop, ones]) => shape.map((dim, axis) => (ones[axis] ? 1 : dim)).slice(drop));
  return fc.record({ a: operand, b: operand });
});

const common = (a: Numbers, b: Numbers): number[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, i, rank = Math.max(a.length, b.length)) => {
    const [left, right] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1];
    return left === 1 ? right : left;
  });

describe("against loops over indices", () => {
  it("broadcasting adds, subtracts and multiplies the right pairs", () => {
    fc.assert(
      fc.property(broadcasting, seeds, ({ a, b }, seed) => {
        const [x, y] = [random(a, seed), random(b, seed + 1)];
        const shape = common(a, b);
        for (const [op, value] of [
          [add, (p: number, q: number) => p + q],
          [sub, (p: number, q: number) => p - q],
          [mul, (p: number, q: number) => p * q],
        ] as const) {
          const result = op(x, y);
          assert.deepEqual(result.shape, shape);
          close(
            result.data,
            indicesOf(shape).map((i) => value(readBroadcast(x, i), readBroadcast(y, i))),
            0,
          );
        }
      }),
    );
  });

  it("the gradient of a broadcast operand adds up all its uses", () => {
    fc.assert(
      fc.property(broadcasting, seeds, ({ a, b }, seed) => {
        const x = tensor(random(a, seed).data, { shape: a, dtype: "float64", requiresGrad: true });
        const y = random(b, seed + 1);
        sum(mul(x, y)).backward();
        const expected = new Map<number, number>();
        const position = new Tensor(
          a,
          "float64",
          Float64Array.from({ length: sizeOf(a) }, (_, i) => i),
        );
        for (const index of indicesOf(common(a, b))) {
          const place = readBroadcast(position, index);
          expected.set(place, (expected.get(place) ?? 0) + readBroadcast(y, index));
        }
        close(
          x.grad!.data,
          Array.from({ length: sizeOf(a) }, (_, i) => expected.get(i) ?? 0),
          1e-12,
          1e-12,
        );
      }),
    );
  });

  it("matmul multiplies rows by columns for every rank", () => {
    const ranks = fc.record({
      n: fc.option(length),
      k: length,
      m: fc.option(length),
      lead: broadcasting,
      seed: seeds,
    });
    fc.assert(
      fc.property(ranks, ({ n, k, m, lead, seed }) => {
        const aShape = n === null ? [k] : [...lead.a, n, k];
        const bShape = m === null ? [k] : [...lead.b, k, m];
        const [a, b] = [random(aShape, seed), random(bShape, seed + 1)];
        const batch = common(n === null ? [] : lead.a, m === null ? [] : lead.b);
        const shape = [...batch, ...(n === null ? [] : [n]), ...(m === null ? [] : [m])];
        const expected = indicesOf(shape).map((index) => {
          const outer = index.slice(0, batch.length);
          const row = n === null ? [] : [index[batch.length]!];
          const column = m === null ? [] : [index[index.length - 1]!];
          const onA = n === null ? [] : outer.slice(batch.length - lead.a.length);
          const onB = m === null ? [] : outer.slice(batch.length - lead.b.length);
          let total = 0;
          for (let i = 0; i < k; i++) total += read(a, [...onA, ...row, i]) * read(b, [...onB, i, ...column]);
          return total;
        });
        const result = matmul(a, b);
        assert.deepEqual(result.shape, shape);
        close(result.data, expected, 1e-12, 1e-12);
      }),
    );
  });

  it("reductions see exactly the numbers along their axes", () => {
    const cases = shapes.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        axes: fc.subarray(shape.map((_, axis) => axis)),
        negative: fc.boolean(),
        keepDims: fc.boolean(),
        seed: seeds,
      }),
    );
    const average = (v: Numbers): number => v.reduce((p, q) => p + q, 0) / v.length;
    const spread = (v: Numbers): number => average(v.map((x) => (x - average(v)) ** 2));
    fc.assert(
      fc.property(cases, ({ shape, axes, negative, keepDims, seed }) => {
        const x = random(shape, seed);
        const kept = shape.flatMap((dim, axis) => (axes.includes(axis) ? [] : [dim]));
        const lanes = indicesOf(kept).map((index) => {
          const rest = [...index];
          const fixed = shape.map((_, axis) => (axes.includes(axis) ? undefined : rest.shift()!));
          return indicesOf(axes.map((axis) => shape[axis]!)).map((inner) => {
            const along = [...inner];
            return read(
              x,
              fixed.map((i) => i ?? along.shift()!),
            );
          });
        });
        const given = negative ? axes.map((axis) => axis - shape.length) : axes;
        const wanted = keepDims ? shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim)) : kept;
        const compare = (result: Tensor, value: (lane: Numbers) => number): void => {
          assert.deepEqual(result.shape, wanted);
          close(result.data, lanes.map(value), 1e-12, 1e-12);
        };
        compare(sum(x, given, { keepDims }), (v) => v.reduce((p, q) => p + q, 0));
        compare(prod(x, given, { keepDims }), (v) => v.reduce((p, q) => p * q, 1));
        compare(mean(x, given, { keepDims }), average);
        compare(variance(x, given, { keepDims }), spread);
        compare(std(x, given, { keepDims }), (v) => Math.sqrt(spread(v)));
        if (lanes.every((lane) => lane.length > 0)) compare(max(x, given, { keepDims }), (v) => Math.max(...v));
      }),
    );
  });
});

describe("the lesson's network", () => {
  // Recorded with NumPy 2.4 after np.random.seed(0); the gradients follow the chain rule and were confirmed by central
  // differences.
  const X = [
    [0.5488135039273248, 0.7151893663724195, 0.6027633760716439],
    [0.5448831829968969, 0.4236547993389047, 0.6458941130666561],
    [0.4375872112626925, 0.8917730007820798, 0.9636627605010293],
    [0.3834415188257777, 0.7917250380826646, 0.5288949197529045],
    [0.5680445610939323, 0.925596638292661, 0.07103605819788694],
  ];
  const W1 = [
    [0.08712929970154071, 0.02021839744032572, 0.832619845547938, 0.7781567509498505],
    [0.8700121482468192, 0.978618342232764, 0.7991585642167236, 0.46147936225293185],
    [0.7805291762864555, 0.11827442586893322, 0.6399210213275238, 0.1433532874090464],
  ];
  const b1 = [0.9446689170495839, 0.5218483217500717, 0.4146619399905236, 0.26455561210462697];
  const W2 = [[0.7742336894342167], [0.45615033221654855], [0.5684339488686485], [0.018789800436355142]];
  const b2 = [0.6176354970758771];
  const expected = [
    [0.8974274517544016],
    [0.8920457582503387],
    [0.9028237064161657],
    [0.8969811818337995],
    [0.8956000538179465],
  ];
  const y = [[0.0], [1.0], [0.0], [1.0], [1.0]];
  const dW1 = [
    [0.0016098796486271733, 0.0018570304395991786, 0.001536620568233474, 8.957245118671523e-5],
    [0.002602314416194295, 0.0030780622918605, 0.0025179551304194098, 0.0001494580146738737],
    [0.002737652340846949, 0.003173316266190692, 0.0026452070080677263, 0.00015595693135947314],
  ];
  const db1 = [0.003200706516572257, 0.003738015898084039, 0.0030754756703982675, 0.00018132329126131959];
  const dW2 = [[0.04833272098237353], [0.04271973477271411], [0.046742402284268424], [0.04016343150041636]];
  const db2 = [0.05285597784377468];

  const rng = new RandomState(0);
  const x = rng.rand(5, 3);
  const parameters = [rng.rand(3, 4), rng.rand(4), rng.rand(4, 1), rng.rand(1)] as const;

  it("draws NumPy's own numbers", () => {
    for (const [found, wanted] of [[x, X], ...parameters.map((p, i) => [p, [W1, b1, W2, b2][i]!] as const)] as const) {
      assert.deepEqual(found.toArray(), wanted);
    }
  });

  const leaves = parameters.map((p) => tensor(p.data, { shape: p.shape, dtype: "float64", requiresGrad: true }));
  const [w1, c1, w2, c2] = leaves as [Tensor, Tensor, Tensor, Tensor];
  const a1 = sigmoid(x.matmul(w1).add(c1));
  const output = sigmoid(a1.matmul(w2).add(c2));

  it("prints NumPy's own output", () => {
    assert.deepEqual(
      [a1.shape, output.shape],
      [
        [5, 4],
        [5, 1],
      ],
    );
    close(output.data, expected.flat());
  });

  it("has the gradients of the chain rule", () => {
    const loss = mse(output, tensor(y, { dtype: "float64" }));
    close([loss.item()], [0.33072660400006854]);
    loss.backward();
    [dW1, db1, dW2, db2].forEach((wanted, i) => close(leaves[i]!.grad!.data, wanted.flat()));
  });
});
