// Trains for 10,000 steps and prints how many steps were done and the memory then in use in MB, now and then; run in a
// process of its own.

import { Adam, crossEntropy, Linear, randint, randn, ReLU, seed, Sequential } from "@shapelens/engine";

const STEPS = [1000, 2000, 5000, 10_000];

seed(0);
const model = new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 64), new ReLU(), new Linear(64, 10));
const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
const [x, y] = [randn([64, 784]), randint(0, 10, [64])];

const seen: [step: number, megabytes: number][] = [];
for (let step = 1; step <= STEPS.at(-1)!; step++) {
  optimizer.zeroGrad();
  crossEntropy(model.forward(x), y).backward();
  optimizer.step();
  if (STEPS.includes(step)) seen.push([step, process.memoryUsage.rss() / 2 ** 20]);
}
console.log(JSON.stringify(seen));
