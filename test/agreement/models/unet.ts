// A U-Net: every level halves the picture on the way down and doubles it on the way up, with the way down alongside.

import { Adam, BatchNorm2d, binaryCrossEntropyWithLogits, concat, Conv2d, ConvTranspose2d } from "@shapelens/engine";
import { maxPool2d, Module, rand, relu, Sequential, type Tensor, upsample2d } from "@shapelens/engine";

class DoubleConv extends Module {
  private readonly layers: Sequential;

  constructor(inChannels: number, outChannels: number, middle = outChannels) {
    super();
    this.layers = new Sequential(
      new Conv2d(inChannels, middle, 3, { padding: 1, bias: false }),
      new BatchNorm2d(middle),
      new Conv2d(middle, outChannels, 3, { padding: "same" }),
    );
  }

  forward(x: Tensor): Tensor {
    return relu(this.layers.forward(x));
  }
}

class UNet extends Module {
  down: DoubleConv[] = [];
  up: ConvTranspose2d[] = [];
  merge: DoubleConv[] = [];
  bottom: DoubleConv;
  head: Conv2d;

  constructor(
    readonly channels: number,
    widths: readonly number[] = [4, 8, 16],
  ) {
    super();
    let previous = channels;
    for (const width of widths) {
      this.down.push(new DoubleConv(previous, width));
      previous = width;
    }
    this.bottom = new DoubleConv(previous, previous * 2);
    for (const width of [...widths].reverse()) {
      this.up.push(new ConvTranspose2d(width * 2, width, 2, { stride: 2 }));
      this.merge.push(new DoubleConv(width * 2, width));
    }
    this.head = new Conv2d(widths[0]!, 1, 1);
  }

  forward(x: Tensor): Tensor {
    const skips: Tensor[] = [];
    let h = x;
    for (const block of this.down) {
      h = block.forward(h);
      skips.push(h);
      h = maxPool2d(h, 2);
    }
    h = this.bottom.forward(h);
    for (const [i, up] of this.up.entries()) {
      const skip = skips.pop()!;
      h = this.merge[i]!.forward(concat([skip, up.forward(h)], 1));
    }
    return this.head.forward(h);
  }
}

const model = new UNet(3);
const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
for (let step = 0; step < 2; step++) {
  const images = rand([2, 3, 32, 32]);
  const masks = rand([2, 1, 32, 32]).greater(0.5).astype("float32");
  const logits = model.forward(images);
  const loss = binaryCrossEntropyWithLogits(logits, masks);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
}
const half = upsample2d(maxPool2d(rand([1, 3, 16, 16]), 2), 2);
const wide = model.forward(half);
console.log(wide.shape);
