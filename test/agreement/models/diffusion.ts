// Denoising diffusion on small pictures: noise by a schedule, a time embedding of sines, a network that guesses the noise.

import { Adam, arange, concat, Conv2d, cos, GroupNorm, Linear, linspace, Module, mse, noGrad } from "@shapelens/engine";
import { rand, randint, randn, silu, sin, take, type Tensor, upsample2d, avgPool2d } from "@shapelens/engine";

const steps = 20;
const betas = linspace(1e-4, 0.02, steps);
const alphas = betas.mul(-1).add(1);
const products = alphas.log().cumsum(0).exp();

function timeEmbedding(t: Tensor, dim: number): Tensor {
  const half = dim >> 1;
  const frequencies = arange(half)
    .mul(-Math.log(10_000) / (half - 1))
    .exp();
  const angles = t.astype("float32").expandDims(1).mul(frequencies.expandDims(0));
  return concat([sin(angles), cos(angles)], -1);
}

class ResidualBlock extends Module {
  norm1: GroupNorm;
  norm2: GroupNorm;
  conv1: Conv2d;
  conv2: Conv2d;
  time: Linear;
  skip: Conv2d | undefined;

  constructor(inChannels: number, outChannels: number, timeDim: number, groups = 4) {
    super();
    this.norm1 = new GroupNorm(Math.min(groups, inChannels), inChannels);
    this.norm2 = new GroupNorm(groups, outChannels);
    this.conv1 = new Conv2d(inChannels, outChannels, 3, { padding: 1 });
    this.conv2 = new Conv2d(outChannels, outChannels, 3, { padding: 1 });
    this.time = new Linear(timeDim, outChannels);
    if (inChannels !== outChannels) this.skip = new Conv2d(inChannels, outChannels, 1);
  }

  forward(x: Tensor, t: Tensor): Tensor {
    let h = this.conv1.forward(silu(this.norm1.forward(x)));
    h = h.add(this.time.forward(silu(t)).reshape([t.shape[0]!, -1, 1, 1]));
    h = this.conv2.forward(silu(this.norm2.forward(h)));
    return h.add(this.skip === undefined ? x : this.skip.forward(x));
  }
}

class Denoiser extends Module {
  stem = new Conv2d(1, 8, 3, { padding: 1 });
  down = new ResidualBlock(8, 16, 32);
  middle = new ResidualBlock(16, 16, 32);
  up = new ResidualBlock(16 + 8, 8, 32);
  head = new Conv2d(8, 1, 1);
  time = new Linear(16, 32);

  forward(x: Tensor, t: Tensor): Tensor {
    const embedded = this.time.forward(timeEmbedding(t, 16));
    const first = this.stem.forward(x);
    const low = this.middle.forward(this.down.forward(avgPool2d(first, 2), embedded), embedded);
    const merged = concat([upsample2d(low, 2), first], 1);
    return this.head.forward(this.up.forward(merged, embedded));
  }
}

const extract = (table: Tensor, t: Tensor, like: Tensor): Tensor =>
  take(table, t).reshape([t.shape[0]!, ...Array<number>(like.rank - 1).fill(1)]);

const model = new Denoiser();
const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
for (let epoch = 0; epoch < 2; epoch++) {
  const clean = rand([4, 1, 8, 8]);
  const t = randint(0, steps, [4]);
  const noise = randn(clean.shape);
  const kept = extract(products, t, clean);
  const noisy = kept.sqrt().mul(clean).add(kept.mul(-1).add(1).sqrt().mul(noise));
  const loss = mse(model.forward(noisy, t), noise);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
}

let sample = randn([2, 1, 8, 8]);
noGrad(() => {
  for (let i = steps - 1; i >= 0; i--) {
    const t = randint(i, i + 1, [2]);
    const guess = model.forward(sample, t);
    const beta = extract(betas, t, sample);
    const left = extract(products, t, sample).mul(-1).add(1).sqrt();
    sample = sample.sub(beta.div(left).mul(guess)).div(extract(alphas, t, sample).sqrt());
    if (i > 0) sample = sample.add(beta.sqrt().mul(randn(sample.shape)));
  }
});
