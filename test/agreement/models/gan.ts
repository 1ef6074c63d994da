// A GAN on pictures of 16 by 16: a generator of transposed convolutions against a convolutional critic.

import { Adam, BatchNorm2d, binaryCrossEntropy, Conv2d, ConvTranspose2d, Flatten, LeakyReLU } from "@shapelens/engine";
import {
  Linear,
  Module,
  ones,
  rand,
  randn,
  ReLU,
  Sequential,
  Sigmoid,
  Tanh,
  type Tensor,
  zeros,
} from "@shapelens/engine";

const latent = 8;

class Generator extends Module {
  dense = new Linear(latent, 32 * 4 * 4);
  body = new Sequential(
    new BatchNorm2d(32),
    new ConvTranspose2d(32, 16, 4, { stride: 2, padding: 1 }),
    new BatchNorm2d(16),
    new ReLU(),
    new ConvTranspose2d(16, 1, 4, { stride: 2, padding: 1 }),
    new Tanh(),
  );

  forward(z: Tensor): Tensor {
    const [count] = z.shape as [number, number];
    return this.body.forward(this.dense.forward(z).reshape([count, 32, 4, 4]));
  }
}

const discriminator = new Sequential(
  new Conv2d(1, 16, 4, { stride: 2, padding: 1 }),
  new LeakyReLU(0.2),
  new Conv2d(16, 32, 4, { stride: 2, padding: 1 }),
  new LeakyReLU(0.2),
  new Flatten(),
  new Linear(32 * 4 * 4, 1),
  new Sigmoid(),
);
const generator = new Generator();
const [forG, forD] = [generator, discriminator].map((each) => new Adam(each.parameters(), { lr: 2e-4 }));
const history: { d: number; g: number }[] = [];

for (let epoch = 0; epoch < 2; epoch++) {
  for (const size of [4, 4, 3]) {
    const real = rand([size, 1, 16, 16]).mul(2).sub(1);
    const fake = generator.forward(randn([size, latent]));
    const lossD = binaryCrossEntropy(discriminator.forward(real), ones([size, 1])).add(
      binaryCrossEntropy(discriminator.forward(fake.detach()), zeros([size, 1])),
    );
    forD!.zeroGrad();
    lossD.backward();
    forD!.step();

    const verdict = discriminator.forward(fake);
    const lossG = binaryCrossEntropy(verdict, ones(verdict.shape));
    forG!.zeroGrad();
    lossG.backward();
    forG!.step();
    history.push({ d: lossD.item(), g: lossG.item() });
  }
}
const sheet = generator
  .forward(randn([9, latent]))
  .reshape([3, 3, 16, 16])
  .transpose([0, 2, 1, 3])
  .reshape([48, 48]);
console.log(sheet.shape);
