// The engine learns: each task from a fixed seed to a stated accuracy or loss, on examples that were held back where the
// task has any.

import assert from "node:assert/strict";
import {
  Adam,
  AdamW,
  argmax,
  batches,
  binaryCrossEntropyWithLogits,
  circles,
  clipGradNorm,
  Conv2d,
  CosineLR,
  crossEntropy,
  digits,
  equal,
  Flatten,
  type Labelled,
  type Layer,
  Linear,
  LSTM,
  MaxPool2d,
  mean,
  mse,
  noGrad,
  randint,
  ReLU,
  seed,
  Sequential,
  SGD,
  sin,
  spirals,
  sum,
  Tanh,
  moons,
  rand,
  type Tensor,
  xor,
} from "@shapelens/engine";
import { alphabet, CharacterTransformer, passage, stretches } from "./characterTransformer";

interface Training {
  readonly epochs: number;
  readonly batch: number;
  readonly lr: number;
}

function learnClasses(model: Layer, { x, y }: Labelled, { epochs, batch, lr }: Training): void {
  const optimizer = new Adam(model.parameters(), { lr });
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const [xb, yb] of batches(x, y, batch, { shuffle: true })) {
      optimizer.zeroGrad();
      crossEntropy(model.forward(xb), yb).backward();
      optimizer.step();
    }
  }
}

function accuracy(model: Layer, { x, y }: Labelled): number {
  return noGrad(() => mean(equal(argmax(model.eval().forward(x), 1), y).astype("float32")).item());
}

const dense = (...widths: readonly number[]): Sequential =>
  new Sequential(
    ...widths.slice(1).flatMap((width, i) => {
      const layer = new Linear(widths[i]!, width);
      return i < widths.length - 2 ? [layer, new ReLU()] : [layer];
    }),
  );

describe("training", () => {
  beforeEach(() => {
    seed(1);
  });

  it("tells the four cases of exclusive or apart", () => {
    const model = new Sequential(new Linear(2, 8), new Tanh(), new Linear(8, 1));
    const optimizer = new SGD(model.parameters(), { lr: 0.5, momentum: 0.9 });
    const { x, y } = xor();
    for (let step = 0; step < 500; step++) {
      optimizer.zeroGrad();
      binaryCrossEntropyWithLogits(model.forward(x), y).backward();
      optimizer.step();
    }
    const answers = noGrad(() => model.forward(x).sigmoid());
    assert.ok(noGrad(() => mse(answers, y)).item() < 1e-3, String(answers));
  });

  const points: [name: string, make: (seed: number) => Labelled, classes: number, least: number][] = [
    ["two half moons", (s) => moons(300, { seed: s }), 2, 0.98],
    ["a circle in a circle", (s) => circles(300, { seed: s }), 2, 0.98],
    ["three spirals", (s) => spirals(600, { seed: s }), 3, 0.93],
  ];
  for (const [name, make, classes, least] of points) {
    it(`tells ${name} apart, ${least * 100} % of unseen points`, () => {
      const model = dense(2, 32, 32, classes);
      learnClasses(model, make(1), { epochs: 80, batch: 32, lr: 0.01 });
      const found = accuracy(model, make(2));
      assert.ok(found >= least, `${(found * 100).toFixed(1)} %`);
    });
  }

  it("reads 95 % of unseen digits with dense layers", () => {
    const [train, unseen] = [digits(1500, { seed: 1 }), digits(300, { seed: 2 })];
    const model = new Sequential(new Flatten(), dense(784, 64, 10));
    learnClasses(model, train, { epochs: 6, batch: 50, lr: 0.003 });
    const found = accuracy(model, unseen);
    assert.ok(found >= 0.95, `${(found * 100).toFixed(1)} %`);
  });

  it("reads 97 % of unseen digits with convolutions", () => {
    const [train, unseen] = [digits(800, { seed: 1, size: 16 }), digits(300, { seed: 2, size: 16 })];
    const model = new Sequential(
      ...[new Conv2d(1, 8, 3, { padding: 1 }), new ReLU(), new MaxPool2d(2)],
      ...[new Conv2d(8, 16, 3, { padding: 1 }), new ReLU(), new MaxPool2d(2)],
      ...[new Flatten(), new Linear(16 * 4 * 4, 10)],
    );
    learnClasses(model, train, { epochs: 5, batch: 32, lr: 0.005 });
    const found = accuracy(model, unseen);
    assert.ok(found >= 0.97, `${(found * 100).toFixed(1)} %`);
  });

  it("goes on with a sine wave by an LSTM, to an error below 0.003", () => {
    const lstm = new LSTM(1, 16);
    const head = new Linear(16, 1);
    const optimizer = new Adam([...lstm.parameters(), ...head.parameters()], { lr: 0.01 });
    const waves = (count: number): [Tensor, Tensor] => {
      const phase = rand([count, 1]).mul(2 * Math.PI);
      const at = (t: number) => sin(phase.add(0.4 * t));
      const steps = Array.from({ length: 12 }, (_, t) => at(t).data);
      const x = phase.broadcastTo([count, 12]).clone();
      steps.forEach((values, t) => values.forEach((value, i) => (x.data[i * 12 + t] = value)));
      return [x.expandDims(2), at(12)];
    };
    const predict = (x: Tensor): Tensor => head.forward(lstm.forward(x).slice(null, -1));
    for (let step = 0; step < 150; step++) {
      const [x, next] = waves(32);
      optimizer.zeroGrad();
      mse(predict(x), next).backward();
      clipGradNorm(lstm.parameters(), 1);
      optimizer.step();
    }
    const [x, next] = waves(200);
    const error = noGrad(() => mse(predict(x), next)).item();
    assert.ok(error < 0.003, String(error));
  });

  it("spells a passage with a small transformer, to 0.35 nats a letter", function () {
    this.timeout(60_000);
    const context = 24;
    const model = new CharacterTransformer({ letters: alphabet.length, context, dim: 32, heads: 4, blocks: 2 });
    const { x, y } = stretches(passage, context);
    const optimizer = new AdamW(model.parameters(), { lr: 0.01, weightDecay: 0.01 });
    const steps = 400;
    const schedule = new CosineLR(optimizer, steps);
    const loss = (rows: Tensor): Tensor => crossEntropy(model.forward(x.take(rows)).swapAxes(1, 2), y.take(rows));
    const before = noGrad(() => loss(randint(0, x.shape[0]!, [16]))).item();
    assert.ok(Math.abs(before - Math.log(alphabet.length)) < 0.6, `a fresh model guesses: ${before}`);
    for (let step = 0; step < steps; step++) {
      optimizer.zeroGrad();
      loss(randint(0, x.shape[0]!, [8])).backward();
      clipGradNorm(model.parameters(), 1);
      optimizer.step();
      schedule.step();
    }
    const after = noGrad(() => loss(randint(0, x.shape[0]!, [32]))).item();
    assert.ok(after < 0.35, String(after));

    // It has learnt the passage, and not only its letters: what it goes on with is what stands there.
    let text = passage.slice(0, context);
    for (let i = 0; i < 20; i++) text += model.next(text.slice(-context));
    const right = [...text.slice(context)].filter((letter, i) => letter === passage[context + i]).length;
    assert.ok(right >= 15, text);
  });

  it("fits a line to noisy points as least squares does", () => {
    const x = rand([200, 1], { dtype: "float64" });
    const y = x
      .mul(3)
      .add(-1)
      .add(rand([200, 1], { dtype: "float64" }).sub(0.5));
    const model = new Linear(1, 1);
    const optimizer = new SGD(model.parameters(), { lr: 0.5 });
    for (let step = 0; step < 2000; step++) {
      optimizer.zeroGrad();
      mse(model.forward(x.astype("float32")), y.astype("float32")).backward();
      optimizer.step();
    }
    // The closed solution: slope = cov(x, y) / var(x).
    const [mx, my] = [mean(x), mean(y)];
    const slope = sum(x.sub(mx).mul(y.sub(my))).item() / sum(x.sub(mx).square()).item();
    const offset = my.item() - slope * mx.item();
    assert.ok(Math.abs(model.weight.item() - slope) < 1e-3, `${model.weight.item()} for ${slope}`);
    assert.ok(Math.abs(model.bias!.item() - offset) < 1e-3, `${model.bias!.item()} for ${offset}`);
  });
});
