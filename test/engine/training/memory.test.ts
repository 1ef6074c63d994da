// Training for as long as one likes takes no more memory: nobody has to free anything.

import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  Adam,
  clipGradNorm,
  crossEntropy,
  Dropout,
  GRU,
  LayerNorm,
  Linear,
  Module,
  MultiHeadAttention,
  randint,
  randn,
  relu,
  seed,
  SGD,
  type Tensor,
} from "@shapelens/engine";

/** A little of everything that remembers something from the way forward for the way back. */
class Model extends Module {
  readonly recurrent = new GRU(4, 4);
  readonly attention = new MultiHeadAttention(4, 2, { dropout: 0.1 });
  readonly norm = new LayerNorm(4);
  readonly dropout = new Dropout(0.1);
  readonly output = new Linear(4, 3);

  override forward(x: Tensor): Tensor {
    const h = this.norm.forward(this.attention.forward(this.recurrent.forward(x)));
    return this.output.forward(this.dropout.forward(relu(h)).mean(1));
  }
}

/** Bytes in use after everything that can be collected was: objects, and the numbers of tensors. */
function bytesInUse(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe("memory", () => {
  it("is the same after 10,000 steps of training as after 4,000", function () {
    this.timeout(120_000);
    seed(0);
    const model = new Model();
    const optimizers = [new Adam(model.parameters()), new SGD(model.parameters(), { lr: 1e-3, momentum: 0.9 })];
    const [x, y] = [randn([2, 2, 4]), randint(0, 3, [2])];
    let losses = 0;
    const train = (steps: number): void => {
      for (let step = 0; step < steps; step++) {
        optimizers[0]!.zeroGrad();
        const loss = crossEntropy(model.forward(x), y);
        loss.backward();
        clipGradNorm(model.parameters(), 1);
        optimizers[step % 2]!.step();
        losses += loss.item();
      }
    };
    // By then the host has compiled what it compiles.
    train(4000);
    const before = bytesInUse();
    train(6000);
    const growth = bytesInUse() - before;
    assert.ok(Number.isFinite(losses));
    // A single array of 4 numbers kept from each step would be 1 MB.
    assert.ok(growth < 500_000, `${growth} bytes more are in use`);
  });
});
