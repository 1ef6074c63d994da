// A mixture of experts: a gate picks two experts for each token, and their answers are weighed.

import {
  einsum,
  gather,
  gelu,
  Linear,
  Module,
  oneHot,
  randn,
  softmax,
  stack,
  topk,
  type Tensor,
} from "@shapelens/engine";

abstract class Feed extends Module {
  abstract readonly dim: number;
  abstract override forward(x: Tensor): Tensor;
}

class Expert extends Feed {
  readonly up: Linear;
  readonly down: Linear;
  constructor(
    readonly dim: number,
    hidden: number = dim * 2,
  ) {
    super();
    [this.up, this.down] = [new Linear(dim, hidden), new Linear(hidden, dim)];
  }
  override forward(x: Tensor): Tensor {
    return this.down.forward(gelu(this.up.forward(x)));
  }
}

class Mixture<E extends Feed> extends Module {
  readonly gate: Linear;
  readonly experts: E[];
  constructor(
    make: (index: number) => E,
    count: number,
    readonly used = 2,
  ) {
    super();
    this.experts = Array.from({ length: count }, (_, index) => make(index));
    this.gate = new Linear(this.experts[0]!.dim, count);
  }
  override forward(x: Tensor): Tensor {
    const [batch, time, dim] = x.shape as [number, number, number];
    const tokens = x.reshape([batch * time, dim]);
    const odds = this.gate.forward(tokens);
    const { values, indices } = topk(odds, this.used);
    const shares = softmax(values, -1);
    const answers = stack(
      this.experts.map((expert) => expert.forward(tokens)),
      1,
    );
    const ids = indices.expandDims(2).repeat(dim, 2);
    const picked = gather(answers, ids, 1);
    const mixed = einsum("n k d, n k -> n d", picked, shares);
    return mixed.reshape([batch, time, dim]);
  }
  balance(x: Tensor): Tensor {
    const odds = softmax(this.gate.forward(x.reshape([-1, x.shape.at(-1)!])));
    const hits = oneHot(odds.argmax(1), this.experts.length).mean(0);
    return odds.mean(0).mul(hits).sum().mul(this.experts.length);
  }
}

const layer = new Mixture((i) => new Expert(12, 24 + 8 * i), 4);
const x = randn([2, 5, 12]);
const y = layer.forward(x);
const penalty = layer.balance(x);
y.mean().add(penalty).backward();
console.log(y.shape, penalty.shape);
