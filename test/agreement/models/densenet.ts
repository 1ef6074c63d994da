// DenseNet: every layer sees all layers before it; transitions halve both the channels and the picture.

import {
  AvgPool2d,
  BatchNorm2d,
  concat,
  Conv2d,
  Linear,
  Module,
  randn,
  relu,
  Sequential,
  type Tensor,
} from "@shapelens/engine";

class DenseLayer extends Module {
  readonly norm: BatchNorm2d;
  readonly conv: Conv2d;
  constructor(channels: number, growth: number) {
    super();
    this.norm = new BatchNorm2d(channels);
    this.conv = new Conv2d(channels, growth, 3, { padding: 1 });
  }
  forward(x: Tensor): Tensor {
    return concat([x, this.conv.forward(relu(this.norm.forward(x)))], 1);
  }
}

class DenseNet extends Module {
  readonly features = new Sequential();
  readonly classifier: Linear;
  constructor({ growth = 4, blocks = [2, 3, 2], classes = 10 } = {}) {
    const stem = 2 * growth;
    super();
    const layers: Module[] = [new Conv2d(3, stem, 3, { padding: 1 })];
    let channels = stem;
    blocks.forEach((count, i) => {
      for (let j = 0; j < count; j++) {
        layers.push(new DenseLayer(channels, growth));
        channels += growth;
      }
      if (i !== blocks.length - 1) {
        const narrower = channels >> 1;
        layers.push(new Conv2d(channels, narrower, 1), new AvgPool2d(2));
        channels = narrower;
      }
    });
    this.features = new Sequential(...layers);
    this.classifier = new Linear(channels, classes);
  }
  forward(x: Tensor): Tensor {
    const h = relu(this.features.forward(x));
    return this.classifier.forward(h.mean([2, 3]));
  }
}

const net = new DenseNet();
const logits = net.forward(randn([2, 3, 16, 16]));
const narrow = new DenseNet({ growth: 3, blocks: [1, 1], classes: 4 }).forward(randn([1, 3, 8, 12]));
console.log(logits.shape, narrow.shape);
