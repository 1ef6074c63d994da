// AdamW, RMSProp, schedules and clipping against their formulas, step by step in plain numbers.

import assert from "node:assert/strict";
import { AdamW, clipGradNorm, CosineLR, RMSProp, SGD, StepLR, type Tensor, tensor } from "@shapelens/engine";
import { close, refusesType } from "../support";

const begin = 0.7;
const parameter = (): Tensor => tensor([begin], { dtype: "float64", requiresGrad: true });

/** Moves p down p² so many times. */
function descend(p: Tensor, step: () => void, times: number): void {
  for (let i = 0; i < times; i++) {
    p.grad = undefined;
    p.mul(p).sum().backward();
    step();
  }
}

describe("AdamW", () => {
  it("decays the parameter and not the gradient", () => {
    const p = parameter();
    const [lr, decay] = [0.05, 0.1];
    const optimizer = new AdamW([p], { lr, weightDecay: decay });
    descend(p, () => optimizer.step(), 5);
    let [x, m, v] = [begin, 0, 0];
    for (let t = 1; t <= 5; t++) {
      const g = 2 * x;
      x -= lr * decay * x;
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      x -= (lr * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
    }
    close(p.data, [x], 1e-12);
    assert.equal(new AdamW([parameter()]).weightDecay, 0.01);
  });
});

describe("RMSProp", () => {
  for (const centered of [false, true]) {
    it(`divides by the running ${centered ? "spread" : "size"} of the gradient`, () => {
      const p = parameter();
      const optimizer = new RMSProp([p], { lr: 0.02, alpha: 0.9, momentum: 0.5, weightDecay: 0.1, centered });
      descend(p, () => optimizer.step(), 5);
      let [x, square, mean, velocity] = [begin, 0, 0, 0];
      for (let t = 1; t <= 5; t++) {
        const g = 2 * x + 0.1 * x;
        square = 0.9 * square + 0.1 * g * g;
        mean = 0.9 * mean + 0.1 * g;
        velocity = 0.5 * velocity + g / (Math.sqrt(square - (centered ? mean * mean : 0)) + 1e-8);
        x -= 0.02 * velocity;
      }
      close(p.data, [x], 1e-10);
    });
  }

  it("refuses an alpha above 1", () => {
    assert.throws(
      () => new RMSProp([parameter()], { alpha: 2 }),
      new RangeError("RMSProp: alpha must be at most 1, found 2."),
    );
  });
});

describe("schedules", () => {
  const rates = (make: (optimizer: SGD) => { step(): void }, steps: number): number[] => {
    const optimizer = new SGD([parameter()], { lr: 0.8 });
    const schedule = make(optimizer);
    return Array.from({ length: steps }, () => {
      schedule.step();
      return optimizer.lr;
    });
  };

  it("StepLR multiplies by gamma every so many steps", () => {
    close(
      rates((optimizer) => new StepLR(optimizer, 2, { gamma: 0.5 }), 5),
      [0.8, 0.4, 0.4, 0.2, 0.2],
      1e-12,
    );
  });

  it("CosineLR goes down half a wave and stays there", () => {
    const half = 0.2 + 0.6 * 0.5;
    const found = rates((optimizer) => new CosineLR(optimizer, 4, { min: 0.2 }), 6);
    close([found[1]!, found[3]!, found[4]!, found[5]!], [half, 0.2, 0.2, 0.2], 1e-12);
    assert.ok(found[0]! < 0.8 && found[0]! > half);
  });

  it("refuse what makes no sense", () => {
    refusesType(
      () => new StepLR({} as SGD, 2),
      "StepLR: optimizer must be an optimizer such as new SGD(…), found an object (Object).",
    );
    assert.throws(
      () => rates((optimizer) => new CosineLR(optimizer, 4, { min: 1 }), 1),
      /min must be from 0 to the initial rate 0.8/,
    );
    assert.throws(
      () => rates((optimizer) => new StepLR(optimizer, 0), 1),
      /stepSize must be a whole number ≥ 1, found 0/,
    );
  });
});

describe("clipGradNorm", () => {
  it("scales all gradients by one factor, and only down", () => {
    const [a, b] = [parameter(), parameter()];
    a.grad = tensor([3], { dtype: "float64" });
    b.grad = tensor([4], { dtype: "float64" });
    assert.equal(clipGradNorm([a, b], 10), 5);
    assert.deepEqual([a.grad.item(), b.grad.item()], [3, 4]);
    assert.equal(clipGradNorm([a, b], 1), 5);
    close([a.grad.item(), b.grad.item()], [0.6, 0.8], 1e-12);
    assert.equal(clipGradNorm([parameter()], 1), 0);
  });

  it("refuses a limit that is none", () => {
    assert.throws(() => clipGradNorm([parameter()], 0), new RangeError("clipGradNorm: max must be above 0, found 0."));
    refusesType(
      () => clipGradNorm(parameter() as never, 1),
      "clipGradNorm: params must be a list of tensors, found an object (Tensor).",
    );
  });
});
