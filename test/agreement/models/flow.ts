// A normalising flow: invertible coupling layers, the logarithm of the change of volume, samples by going backwards.

import { Adam, concat, exp, Linear, Module, moons, randn, tanh, type Tensor, batches } from "@shapelens/engine";

interface Step {
  readonly z: Tensor;
  readonly logDet: Tensor;
}

class Coupling extends Module {
  readonly net: Linear[];
  constructor(
    readonly dim: number,
    hidden: number,
    readonly isFlipped: boolean,
  ) {
    super();
    const half = dim / 2;
    this.net = [new Linear(half, hidden), new Linear(hidden, hidden), new Linear(hidden, dim)];
  }
  private shiftAndScale(x: Tensor): readonly [Tensor, Tensor] {
    let h = x;
    for (let i = 0; i < this.net.length - 1; i++) h = tanh(this.net[i]!.forward(h));
    const [shift, scale] = this.net.at(-1)!.forward(h).split(2, 1);
    return [shift!, tanh(scale!)];
  }
  private halves(x: Tensor): [Tensor, Tensor] {
    const parts = x.split(2, 1) as [Tensor, Tensor];
    return this.isFlipped ? (parts.reverse() as [Tensor, Tensor]) : parts;
  }
  private whole(a: Tensor, b: Tensor): Tensor {
    return concat(this.isFlipped ? [b, a] : [a, b], 1);
  }
  override forward(x: Tensor): Step {
    const [a, b] = this.halves(x);
    const [shift, scale] = this.shiftAndScale(a);
    return { z: this.whole(a, b.mul(exp(scale)).add(shift)), logDet: scale.sum(1) };
  }
  inverse(z: Tensor): Tensor {
    const [a, b] = this.halves(z);
    const [shift, scale] = this.shiftAndScale(a);
    return this.whole(a, b.sub(shift).mul(exp(scale.neg())));
  }
}

class Flow extends Module {
  readonly layers: readonly Coupling[];
  constructor(dim: number, count = 4) {
    super();
    this.layers = [...Array(count)].map((_, i) => new Coupling(dim, 8, i % 2 === 1));
  }
  override forward(x: Tensor): Tensor {
    let z = x;
    let total: Tensor | null = null;
    for (const layer of this.layers) {
      const next: Step = layer.forward(z);
      z = next.z;
      total = total === null ? next.logDet : total.add(next.logDet);
    }
    const prior = z
      .square()
      .sum(1)
      .mul(-0.5)
      .sub(z.shape[1]! * 0.5 * Math.log(2 * Math.PI));
    return prior.add(total!);
  }
  sample(count: number): Tensor {
    return this.layers.reduceRight((z, layer) => layer.inverse(z), randn([count, this.layers[0]!.dim]));
  }
}

const { x, y } = moons(64);
const flow = new Flow(2);
const optimizer = new Adam(flow.parameters(), { lr: 0.01 });
for (const [xb] of batches(x, y, 20, { dropLast: true })) {
  const loss = flow.forward(xb!).mean().neg();
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
}
const drawn = flow.sample(7);
console.log(drawn.shape);
