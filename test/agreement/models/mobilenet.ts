// Inverted residuals with depthwise convolutions and squeeze-and-excitation.

import { AdaptiveAvgPool2d, BatchNorm2d, Conv2d, Dropout, Flatten, type Layer, Linear } from "@shapelens/engine";
import { clip, Module, randn, ReLU, Sequential, sigmoid, type Tensor, Lambda } from "@shapelens/engine";

const hardSwish = (x: Tensor) => x.mul(clip(x.add(3), 0, 6)).div(6);
const makeDivisible = (value: number, divisor = 8) =>
  Math.max(divisor, (((value + divisor / 2) / divisor) | 0) * divisor);

class SqueezeExcite extends Module {
  down: Conv2d;
  up: Conv2d;
  constructor(channels: number, ratio = 4) {
    super();
    const few = makeDivisible(channels / ratio);
    this.down = new Conv2d(channels, few, 1);
    this.up = new Conv2d(few, channels, 1);
  }
  forward(x: Tensor): Tensor {
    const summary = x.mean([2, 3], { keepDims: true });
    return x.mul(sigmoid(this.up.forward(this.down.forward(summary).relu())));
  }
}

function convBnAct(
  from: number,
  to: number,
  kernel = 3,
  stride = 1,
  groups = 1,
  act: Layer | null = new Lambda(hardSwish),
) {
  const padding = (kernel - 1) / 2;
  const layers: Layer[] = [new Conv2d(from, to, kernel, { stride, padding, groups, bias: false }), new BatchNorm2d(to)];
  if (act) layers.push(act);
  return new Sequential(...layers);
}

class InvertedResidual extends Module {
  private readonly block: Sequential;
  private readonly isResidual: boolean;
  constructor(from: number, to: number, { stride = 1, expand = 6, kernel = 3, se = false } = {}) {
    super();
    const hidden = Math.round(from * expand);
    this.isResidual = stride === 1 && from === to;
    const parts: Layer[] = [];
    if (expand !== 1) parts.push(convBnAct(from, hidden, 1));
    parts.push(convBnAct(hidden, hidden, kernel, stride, hidden));
    if (se) parts.push(new SqueezeExcite(hidden));
    parts.push(convBnAct(hidden, to, 1, 1, 1, null));
    this.block = new Sequential(...parts);
  }
  forward(x: Tensor): Tensor {
    return this.isResidual ? x.add(this.block.forward(x)) : this.block.forward(x);
  }
}

const settings: readonly [expand: number, channels: number, count: number, stride: number][] = [
  [1, 8, 1, 1],
  [3, 16, 2, 2],
  [3, 24, 2, 2],
];

export class MobileNet extends Module {
  features: Sequential;
  classifier: Sequential;
  constructor(classes: number, width = 1) {
    super();
    let channels = makeDivisible(8 * width);
    const layers: Layer[] = [convBnAct(3, channels, 3, 2, 1, new ReLU())];
    for (const [expand, c, n, s] of settings) {
      const out = makeDivisible(c * width);
      for (let i = 0; i < n; i++) {
        layers.push(
          new InvertedResidual(channels, out, { stride: i === 0 ? s : 1, expand, se: c > 16, kernel: i ? 5 : 3 }),
        );
        channels = out;
      }
    }
    this.features = new Sequential(...layers);
    this.classifier = new Sequential(
      new AdaptiveAvgPool2d([1, 1]),
      new Flatten(),
      new Dropout(0.2),
      new Linear(channels, classes),
    );
  }
  forward(x: Tensor): Tensor {
    return this.classifier.forward(this.features.forward(x));
  }
}

const net = new MobileNet(5);
const logits = net.forward(randn([2, 3, 32, 32]));
const thin = new MobileNet(3, 0.5).forward(randn([1, 3, 40, 24]));
console.log(logits.shape, thin.shape);
