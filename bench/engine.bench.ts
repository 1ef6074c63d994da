// How long the engine's ops and a training step take.

import {
  Adam,
  add,
  concat,
  conv2d,
  crossEntropy,
  digits,
  Linear,
  matmul,
  max,
  mse,
  mul,
  rand,
  randn,
  ReLU,
  seed,
  Sequential,
  SGD,
  Sigmoid,
  softmax,
  sum,
  type Tensor,
  tensor,
  transpose,
} from "@shapelens/engine";
import { type Benchmark } from "./benchmark";

const square = (size: number): [Tensor, Tensor] => [randn([size, size]), randn([size, size])];

/** A product of n × n matrices takes 2n³ operations. */
const product = (size: number): Benchmark => {
  const [a, b] = square(size);
  return { name: `matmul ${size} × ${size}`, run: () => matmul(a, b), operations: 2 * size ** 3 };
};

function training(batch: number): Benchmark {
  const model = new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 64), new ReLU(), new Linear(64, 10));
  const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
  const { x, y } = digits(batch);
  const rows = x.flatten(1);
  return {
    name: `train 784-128-64-10, batch ${batch}`,
    run: () => {
      optimizer.zeroGrad();
      crossEntropy(model.forward(rows), y).backward();
      optimizer.step();
    },
  };
}

/** The smallest lesson: every microsecond is the engine's own. */
function tinyTraining(): Benchmark {
  const model = new Sequential(new Linear(3, 4), new Sigmoid(), new Linear(4, 1), new Sigmoid());
  const optimizer = new SGD(model.parameters(), { lr: 0.1 });
  const [x, y] = [rand([5, 3]), rand([5, 1])];
  return {
    name: "train 3-4-1, batch 5",
    run: () => {
      optimizer.zeroGrad();
      mse(model.forward(x), y).backward();
      optimizer.step();
    },
  };
}

/** 3 × 3, 32 → 32 channels, 28 × 28, batch 32: once forwards, once with both gradients. */
function convolutions(): Benchmark[] {
  const operations = 2 * 32 * 32 * 32 * 9 * 28 * 28;
  const [x, w] = [randn([32, 32, 28, 28]), randn([32, 32, 3, 3])];
  const [leaf, weight] = [x, w].map(({ data, shape }) => tensor(data, { shape, requiresGrad: true })) as [
    Tensor,
    Tensor,
  ];
  return [
    { name: "conv2d forward", run: () => conv2d(x, w, { padding: 1 }), operations },
    {
      name: "conv2d forward and backward",
      run: () => sum(conv2d(leaf, weight, { padding: 1 })).backward(),
      operations: 3 * operations,
    },
  ];
}

/** As in the gradient of a dense layer's weights; the transposition itself is timed too. */
function transposedProduct(): Benchmark {
  const [x, grad] = [randn([64, 784]), randn([64, 128])];
  return { name: "matmul (64 × 784)ᵀ · 64 × 128", run: () => matmul(x.T, grad), operations: 2 * 784 * 64 * 128 };
}

export function benchmarks(): Benchmark[] {
  seed(0);
  const [a, b] = square(512);
  const row = randn([512]);
  const leaf = tensor(a.data, { shape: a.shape, requiresGrad: true });
  return [
    ...[64, 128, 256, 512, 1024].map(product),
    transposedProduct(),
    ...convolutions(),
    { name: "add [512, 512] + [512, 512]", run: () => add(a, b), operations: a.size },
    { name: "mul [512, 512] · [512]", run: () => mul(a, row), operations: a.size },
    { name: "sum of [512, 512]", run: () => sum(a), operations: a.size },
    { name: "sum along axis 0", run: () => sum(a, 0), operations: a.size },
    { name: "max along axis 1", run: () => max(a, 1), operations: a.size },
    { name: "softmax along axis 1", run: () => softmax(a) },
    { name: "transpose [512, 512]", run: () => transpose(a) },
    { name: "concat two [512, 512]", run: () => concat([a, b], 1) },
    { name: "softmax forward and backward", run: () => sum(mul(softmax(leaf), b)).backward() },
    tinyTraining(),
    // The cost of a step should grow no faster than the batch.
    ...[1, 16, 64, 256].map(training),
  ];
}
