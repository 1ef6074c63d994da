// Carrying over a style: the correlations between channels of several layers, and a picture that is itself trained.

import { Adam, avgPool2d, Conv2d, einsum, Module, mse, rand, relu, type Tensor, noGrad } from "@shapelens/engine";

type Features = Map<string, Tensor>;

class Eyes extends Module {
  private readonly stages: Record<string, Conv2d> = {};
  static readonly widths = [3, 6, 12] as const;

  constructor() {
    super();
    for (const [i, width] of Eyes.widths.slice(0, -1).entries()) {
      this.stages[`stage${i + 1}`] = new Conv2d(width, Eyes.widths[i + 1]!, 3, { padding: 1 });
    }
  }

  override forward(image: Tensor): Features {
    const seen: Features = new Map();
    let h = image;
    for (const [name, conv] of Object.entries(this.stages)) {
      h = relu(conv.forward(h));
      seen.set(name, h);
      h = avgPool2d(h, 2);
    }
    return seen;
  }
}

const gram = (f: Tensor): Tensor => {
  const { shape } = f;
  const [n, c, h, w] = shape as readonly [number, number, number, number];
  const flat = f.reshape([n, c, h * w]);
  return einsum("n i p, n j p -> n i j", flat, flat).div(c * h * w);
};

const eyes = new Eyes();
const content = eyes.forward(rand([1, 3, 16, 16]));
const style = new Map([...eyes.forward(rand([1, 3, 24, 20]))].map(([name, f]) => [name, gram(f).detach()] as const));
const picture = rand([1, 3, 16, 16], { requiresGrad: true });
const optimizer = new Adam([picture], { lr: 0.05 });
const weights: Partial<Record<string, number>> = { stage1: 1, stage2: 0.5 };

let step = 0;
do {
  const seen = eyes.forward(picture);
  let loss = mse(seen.get("stage2")!, content.get("stage2")!.detach());
  seen.forEach((f, name) => {
    const target = style.get(name);
    if (!target) return;
    loss = loss.add(mse(gram(f), target).mul(weights[name] ?? 0));
  });
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  noGrad(() => picture.clip(0, 1));
} while (++step < 3);
console.log(
  picture.shape,
  [...style.values()].map((g) => g.shape),
);
