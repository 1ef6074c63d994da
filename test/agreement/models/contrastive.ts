// Two towers that learn which picture belongs to which sentence, with a symmetric loss over all pairs.

import {
  Adam,
  arange,
  Conv2d,
  crossEntropy,
  einsum,
  Embedding,
  Linear,
  Module,
  randint,
  randn,
} from "@shapelens/engine";
import { relu, scalar, Sequential, Flatten, ReLU, type Tensor } from "@shapelens/engine";

abstract class Tower extends Module {
  protected abstract features(x: Tensor): Tensor;
  readonly projection: Linear;
  constructor(width: number, shared: number) {
    super();
    this.projection = new Linear(width, shared, { bias: false });
  }
  forward(x: Tensor): Tensor {
    const projected = this.projection.forward(this.features(x));
    return projected.div(projected.norm(-1, { keepDims: true }).add(1e-8));
  }
}

class PictureTower extends Tower {
  private readonly body: Sequential;
  constructor(shared: number) {
    super(8 * 4 * 4, shared);
    this.body = new Sequential(new Conv2d(3, 8, 4, { stride: 4 }), new ReLU(), new Flatten());
  }
  protected override features(x: Tensor): Tensor {
    return this.body.forward(x);
  }
}

class TextTower extends Tower {
  private readonly words: Embedding;
  private readonly hidden: Linear;
  constructor(vocabulary: number, shared: number, width = 12) {
    super(width, shared);
    this.words = new Embedding(vocabulary, width);
    this.hidden = new Linear(width, width);
  }
  protected override features(ids: Tensor): Tensor {
    return relu(this.hidden.forward(this.words.forward(ids).mean(1)));
  }
}

class TwoTowers {
  readonly picture = new PictureTower(10);
  readonly text = new TextTower(100, 10);
  readonly temperature = scalar(0.07);

  get parameters(): Tensor[] {
    return [...this.picture.parameters(), ...this.text.parameters()];
  }

  loss(pictures: Tensor, texts: Tensor): Tensor {
    const [a, b] = [this.picture.forward(pictures), this.text.forward(texts)];
    const similarity = einsum("i d, j d -> i j", a, b).div(this.temperature);
    const labels = arange(similarity.shape[0]!).astype("int32");
    return crossEntropy(similarity, labels).add(crossEntropy(similarity.T, labels)).div(2);
  }
}

const towers = new TwoTowers();
const optimizer = new Adam(towers.parameters, { lr: 1e-3 });
const pictures = randn([6, 3, 16, 16]);
const texts = randint(0, 100, [6, 9]);
for (let i = 0; i < 2; i++) {
  const loss = towers.loss(pictures, texts);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
}
const nearest = towers.text.forward(texts).matmul(towers.picture.forward(pictures).T).argmax(-1);
console.log(nearest.shape);
