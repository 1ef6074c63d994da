// A residual network in JavaScript: the shortcut is a convolution where the width or the stride changes.

import { AdaptiveAvgPool2d, BatchNorm2d, Conv2d, crossEntropy, Linear, MaxPool2d, Module } from "@shapelens/engine";
import { randint, randn, relu, Sequential, SGD, StepLR } from "@shapelens/engine";

class BasicBlock extends Module {
  static expansion = 1;

  constructor(inPlanes, planes, stride = 1) {
    super();
    this.conv1 = new Conv2d(inPlanes, planes, 3, { stride, padding: 1, bias: false });
    this.bn1 = new BatchNorm2d(planes);
    this.conv2 = new Conv2d(planes, planes * BasicBlock.expansion, 3, { padding: 1, bias: false });
    this.bn2 = new BatchNorm2d(planes * BasicBlock.expansion);
    this.shortcut =
      stride !== 1 || inPlanes !== planes * BasicBlock.expansion
        ? new Sequential(
            new Conv2d(inPlanes, planes * BasicBlock.expansion, 1, { stride, bias: false }),
            new BatchNorm2d(planes * BasicBlock.expansion),
          )
        : null;
  }

  forward(x) {
    let out = relu(this.bn1.forward(this.conv1.forward(x)));
    out = this.bn2.forward(this.conv2.forward(out));
    out = out.add(this.shortcut ? this.shortcut.forward(x) : x);
    return relu(out);
  }
}

class Bottleneck extends Module {
  constructor(inPlanes, planes, stride = 1) {
    super();
    const wide = planes * Bottleneck.expansion;
    this.reduce = new Conv2d(inPlanes, planes, 1);
    this.conv = new Conv2d(planes, planes, 3, { stride, padding: 1 });
    this.widen = new Conv2d(planes, wide, 1);
    if (stride !== 1 || inPlanes !== wide) this.down = new Conv2d(inPlanes, wide, 1, { stride });
  }

  forward(x) {
    const y = this.widen.forward(relu(this.conv.forward(relu(this.reduce.forward(x)))));
    return relu(y.add(this.down?.forward(x) ?? x));
  }
}
Bottleneck.expansion = 4;

class ResNet extends Module {
  constructor(Block, counts, classes) {
    super();
    this.inPlanes = 8;
    this.stem = new Sequential(
      new Conv2d(3, 8, 7, { stride: 2, padding: 3 }),
      new MaxPool2d(3, { stride: 2, padding: 1 }),
    );
    this.stages = counts.map((count, i) => this.makeStage(Block, 8 << i, count, i === 0 ? 1 : 2));
    this.pool = new AdaptiveAvgPool2d(1);
    this.fc = new Linear((8 << (counts.length - 1)) * Block.expansion, classes);
  }

  makeStage(Block, planes, count, stride) {
    const blocks = [];
    for (const s of [stride, ...Array(count - 1).fill(1)]) {
      blocks.push(new Block(this.inPlanes, planes, s));
      this.inPlanes = planes * Block.expansion;
    }
    return new Sequential(...blocks);
  }

  forward(x) {
    let h = this.stem.forward(x);
    for (const stage of this.stages) h = stage.forward(h);
    return this.fc.forward(this.pool.forward(h).flatten(1));
  }
}

const small = new ResNet(BasicBlock, [1, 2, 1], 10);
const deep = new ResNet(Bottleneck, [1, 1], 5);
const optimizer = new SGD(small.parameters(), { lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 5e-4 });
const scheduler = new StepLR(optimizer, 30, { gamma: 0.1 });
const x = randn([2, 3, 64, 48]);
const logits = small.forward(x);
const loss = crossEntropy(logits, randint(0, 10, [2]));
loss.backward();
optimizer.step();
scheduler.step();
const features = deep.forward(randn([1, 3, 32, 32]));
