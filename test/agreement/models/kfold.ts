// Linear regression with a closed form and with steps, held against each other over five folds.

import { concat, eye, mse, randn, tensor, type Tensor, arange, take } from "@shapelens/engine";

type Fold = Readonly<{ train: Tensor; test: Tensor }>;

function* folds(n: number, k: number): Generator<Fold> {
  const ids = [...Array(n).keys()];
  const size = Math.ceil(n / k);
  for (let i = 0; i < k; i++) {
    const [from, to] = [i * size, Math.min(n, (i + 1) * size)];
    const test = ids.slice(from, to);
    const train = ids.filter((id) => id < from || id >= to);
    yield { train: tensor(train, { dtype: "int32" }), test: tensor(test, { dtype: "int32" }) };
  }
}

function withBias(x: Tensor): Tensor {
  const [n] = x.shape as [number, number];
  return concat([x, x.sum(1, { keepDims: true }).mul(0).add(1)], 1).reshape([n, -1]);
}

function solve(a: Tensor, b: Tensor, steps = 30): Tensor {
  let w = a.T.matmul(b).mul(0);
  const rate = 0.1 / a.shape[0]!;
  while (steps-- > 0) w = w.sub(a.T.matmul(a.matmul(w).sub(b)).mul(rate));
  return w;
}

const n = 23;
const X = randn([n, 3]);
const truth = tensor([[1], [-2], [0.5]]);
const y = X.matmul(truth).add(randn([n, 1]).mul(0.1));

const errors: number[] = [];
const weights: Tensor[] = [];
for (const { train, test } of folds(n, 5)) {
  const [a, b] = [withBias(take(X, train)), take(y, train)];
  const w = solve(a, b);
  weights.push(w.squeeze(1));
  const guess = withBias(take(X, test)).matmul(w);
  errors.push(mse(guess, take(y, test)).item());
}
const ridge = eye(3).mul(0.1).add(X.T.matmul(X));
const mean = weights.reduce((sum, w) => sum.add(w)).div(weights.length);
const worst = Math.max(...errors);
const line = arange(5)
  .expandDims(1)
  .matmul(mean.slice([0, 1]).expandDims(0));
console.log(worst, mean.shape, ridge.shape, line.shape);
