// The digits again, read by a convolutional network. Change a number below and see which line no longer fits, and why.

import { Conv2d, crossEntropy, digits, Linear, MaxPool2d, Module, relu, type Tensor } from "@shapelens/engine";

class Reader extends Module {
  conv1 = new Conv2d(1, 8, 3, { padding: 1 }); // 1 grey channel in, 8 filters out
  conv2 = new Conv2d(8, 16, 3, { padding: 1 });
  pool = new MaxPool2d(2); // halves height and width
  head = new Linear(16 * 7 * 7, 10); // 28 → 14 → 7

  forward(images: Tensor): Tensor {
    const edges = this.pool.forward(relu(this.conv1.forward(images)));
    const parts = this.pool.forward(relu(this.conv2.forward(edges)));
    return this.head.forward(parts.flatten(1));
  }
}

export const model = new Reader();

const train = digits(1000, { seed: 1 });
const test = digits(200, { seed: 2 });

export const inputs = train.x; // [1000, 1, 28, 28]
export const targets = train.y;
export const testInputs = test.x;
export const testTargets = test.y;
export const loss = crossEntropy;
