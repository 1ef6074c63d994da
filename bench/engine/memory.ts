// Trains for 10,000 steps and prints the memory in use after the first and the last thousand, in MB; run in a process of
// its own.

import { Adam, crossEntropy, Linear, randint, randn, ReLU, seed, Sequential } from "@shapelens/engine";

const STEPS = 10_000;

seed(0);
const model = new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 64), new ReLU(), new Linear(64, 10));
const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
const [x, y] = [randn([64, 784]), randint(0, 10, [64])];

const megabytes = (): number => process.memoryUsage.rss() / 2 ** 20;
const seen: number[] = [];
for (let step = 1; step <= STEPS; step++) {
  optimizer.zeroGrad();
  crossEntropy(model.forward(x), y).backward();
  optimizer.step();
  if (step === STEPS / 10 || step === STEPS) seen.push(megabytes());
}
console.log(JSON.stringify(seen));
