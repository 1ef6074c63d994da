// Optimizers against their formulas written out for one number, and PyTorch's first steps.

import { Adam, Linear, ones, SGD, tensor, type Tensor } from "@shapelens/engine";
import { withoutData } from "@shapelens/engine/tooling";
import assert from "node:assert/strict";

/** A parameter that starts at 1 with the loss p², whose gradient is 2p. */
function descend(make: (params: Tensor[]) => { step(): void; zeroGrad(): void }, steps: number): number[] {
  const p = tensor([1], { dtype: "float64", requiresGrad: true });
  const optimizer = make([p]);
  return Array.from({ length: steps }, () => {
    optimizer.zeroGrad();
    p.mul(p).backward();
    optimizer.step();
    return p.data[0]!;
  });
}

function near(actual: number[], expected: number[]): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) < 1e-12, `${value} ${expected[i]}`));
}

describe("SGD", () => {
  it("moves against the gradient", () => {
    near(
      descend((p) => new SGD(p, { lr: 0.1 }), 3),
      [0.8, 0.64, 0.512],
    );
  });

  it("keeps momentum as PyTorch does: the first velocity is the gradient", () => {
    // v: 2, 0.9·2 + 1.6 = 3.4, 0.9·3.4 + 0.92 = 3.98
    near(
      descend((p) => new SGD(p, { lr: 0.1, momentum: 0.9 }), 3),
      [0.8, 0.46, 0.062],
    );
  });

  it("looks ahead with nesterov", () => {
    // step: 2 + 0.9·2 = 3.8; g = 1.24, v = 0.9·2 + 1.24 = 3.04, step = 1.24 + 0.9·3.04 = 3.976
    near(
      descend((p) => new SGD(p, { lr: 0.1, momentum: 0.9, nesterov: true }), 2),
      [0.62, 0.2224],
    );
  });

  it("adds weight decay to the gradient", () => {
    // 2 + 0.5 = 2.5; 1.5 + 0.375 = 1.875
    near(
      descend((p) => new SGD(p, { lr: 0.1, weightDecay: 0.5 }), 2),
      [0.75, 0.5625],
    );
  });
});

describe("Adam", () => {
  it("takes steps of lr at first, whatever the size of the gradient", () => {
    const [first] = descend((p) => new Adam(p, { lr: 0.1 }), 1);
    near([first!], [1 - 0.1 * (2 / (2 + 1e-8))]);
  });

  it("follows the paper's formulas, bias correction from the first step", () => {
    const [lr, beta1, beta2, eps, decay] = [0.05, 0.8, 0.95, 1e-6, 0.1];
    let [p, m, v] = [1, 0, 0];
    const expected = [1, 2, 3, 4, 5].map((t) => {
      const g = 2 * p + decay * p;
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g ** 2;
      p -= (lr * (m / (1 - beta1 ** t))) / (Math.sqrt(v / (1 - beta2 ** t)) + eps);
      return p;
    });
    near(
      descend((params) => new Adam(params, { lr, betas: [beta1, beta2], eps, weightDecay: decay }), 5),
      expected,
    );
  });
});

describe("every optimizer", () => {
  const p = (): Tensor => ones([2], { requiresGrad: true });

  it("updates in place, skips parameters without gradient, and forgets gradients when told", () => {
    const [used, idle] = [p(), p()];
    const optimizer = new SGD([used, idle], { lr: 1 });
    const { data } = used;
    used.backward(ones([2]));
    optimizer.step();
    assert.deepEqual([...data], [0, 0]);
    assert.deepEqual([...idle.data], [1, 1]);
    optimizer.zeroGrad();
    assert.equal(used.grad, undefined);
  });

  it("reads lr at every step", () => {
    const x = p();
    const optimizer = new SGD([x], { lr: 1 });
    x.backward(ones([2]));
    optimizer.lr = 0.25;
    optimizer.step();
    assert.deepEqual([...x.data], [0.75, 0.75]);
    optimizer.lr = NaN;
    assert.throws(() => optimizer.step(), /SGD: lr must be a number, found NaN/);
  });

  it("checks at the door", () => {
    const refused = (make: () => unknown, message: RegExp): void => assert.throws(make, message);
    refused(() => new SGD([], { lr: 1 }), /^TypeError: SGD: params is empty; expected at least one tensor/);
    refused(
      () => new SGD(new Linear(1, 1) as never, { lr: 1 }),
      /found an object \(Linear\)\. Pass model\.parameters\(\)\./,
    );
    refused(() => new SGD([ones([2])], { lr: 1 }), /params\[0\], \[2\], gets no gradient; make it with/);
    refused(() => new SGD([p().mul(2)], { lr: 1 }), /because it is the result of mul; call detach\(\)/);
    refused(() => new SGD([1 as never], { lr: 1 }), /params\[0\] must be a tensor, found 1/);
    const twice = p();
    refused(() => new Adam([twice, twice]), /params\[1\] is params\[0\] again/);
    refused(() => new SGD([p()], {} as never), /SGD: lr is missing/);
    refused(() => new SGD([p()], undefined as never), /SGD: lr is missing/);
    refused(() => new SGD([p()], { lr: -1 }), /^RangeError: SGD: lr must be finite and not negative, found -1/);
    refused(() => new SGD([p()], { lr: 0 }), /lr must be above 0/);
    refused(() => new SGD([p()], { lr: 1, nesterov: true }), /nesterov needs a momentum above 0/);
    refused(() => new Adam([p()], { betas: [0.9, 1] }), /betas\[1\] must be below 1, found 1/);
    refused(() => new Adam([p()], { betas: 0.9 as never }), /betas must be two numbers/);
  });

  it("does nothing but check where only shapes are asked for", () => {
    withoutData(() => {
      const layer = new Linear(2, 1);
      const optimizer = new Adam(layer.parameters());
      layer.forward(ones([3, 2])).backward(ones([3, 1]));
      optimizer.step();
      optimizer.zeroGrad();
      assert.throws(() => new Adam([]), TypeError);
    });
    const x = p();
    const optimizer = new SGD([x], { lr: 1 });
    x.backward(ones([2]));
    withoutData(() => optimizer.step());
    assert.deepEqual([...x.data], [1, 1]);
  });
});
