// How long the engine's ops and a training step take.

import {
  Adam,
  add,
  concat,
  crossEntropy,
  digits,
  Linear,
  matmul,
  max,
  mul,
  randn,
  ReLU,
  seed,
  Sequential,
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

export function benchmarks(): Benchmark[] {
  seed(0);
  const [a, b] = square(512);
  const row = randn([512]);
  const leaf = tensor(a.data, { shape: a.shape, requiresGrad: true });
  return [
    ...[64, 256, 512].map(product),
    { name: "add [512, 512] + [512, 512]", run: () => add(a, b), operations: a.size },
    { name: "mul [512, 512] · [512]", run: () => mul(a, row), operations: a.size },
    { name: "sum of [512, 512]", run: () => sum(a), operations: a.size },
    { name: "sum along axis 0", run: () => sum(a, 0), operations: a.size },
    { name: "max along axis 1", run: () => max(a, 1), operations: a.size },
    { name: "softmax along axis 1", run: () => softmax(a) },
    { name: "transpose [512, 512]", run: () => transpose(a) },
    { name: "concat two [512, 512]", run: () => concat([a, b], 1) },
    { name: "softmax forward and backward", run: () => sum(mul(softmax(leaf), b)).backward() },
    training(64),
  ];
}
