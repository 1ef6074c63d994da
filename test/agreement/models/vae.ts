// A variational autoencoder: mean and spread from one layer, a sample in between, two terms of loss.

import { Adam, batches, binaryCrossEntropyWithLogits, digits, exp, Linear, Module, mul } from "@shapelens/engine";
import { randn, relu, sigmoid, type Tensor } from "@shapelens/engine";

class VAE extends Module {
  enc1: Linear;
  enc2: Linear;
  dec1: Linear;
  dec2: Linear;

  constructor(
    readonly pixels: number,
    readonly hidden: number,
    readonly code: number,
  ) {
    super();
    this.enc1 = new Linear(pixels, hidden);
    this.enc2 = new Linear(hidden, 2 * code);
    this.dec1 = new Linear(code, hidden);
    this.dec2 = new Linear(hidden, pixels);
  }

  encode(x: Tensor): { mean: Tensor; logVariance: Tensor } {
    const [mean, logVariance] = this.enc2.forward(relu(this.enc1.forward(x))).split(2, 1) as [Tensor, Tensor];
    return { mean, logVariance };
  }

  decode(z: Tensor): Tensor {
    return this.dec2.forward(relu(this.dec1.forward(z)));
  }

  override forward(x: Tensor) {
    const { mean, logVariance } = this.encode(x);
    const noise = randn(mean.shape);
    const z = mean.add(mul(exp(logVariance.mul(0.5)), noise));
    return { logits: this.decode(z), mean, logVariance };
  }
}

function divergence({ mean, logVariance }: { mean: Tensor; logVariance: Tensor }): Tensor {
  const each = logVariance.add(1).sub(mean.square()).sub(logVariance.exp());
  return each.sum(1).mean().mul(-0.5);
}

const side = 8;
const { x: images, y: labels } = digits(20, { size: side });
const pixels = images.flatten(1);
const vae = new VAE(side ** 2, 16, 3);
const optimizer = new Adam(vae.parameters(), { lr: 0.01 });
for (const [x] of batches(pixels, labels, 8, { shuffle: true })) {
  const { logits, ...code } = vae.forward(x!);
  const loss = binaryCrossEntropyWithLogits(logits, x!).add(divergence(code));
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
}
const drawn = sigmoid(vae.decode(randn([16, vae.code]))).reshape([4, 4, side, side]);
console.log(drawn.shape);
