// A network that learns to read digits. Run it, press Train, and watch it get better on digits it has never seen.

import { crossEntropy, digits, Linear, Module, relu, type Tensor } from "@shapelens/engine";

class Reader extends Module {
  fc1 = new Linear(784, 128); // 784 pixels in
  fc2 = new Linear(128, 64);
  fc3 = new Linear(64, 10); // one score for each digit out

  forward(images: Tensor): Tensor {
    const x = images.flatten(1); // [batch, 1, 28, 28] → [batch, 784]
    const h1 = relu(this.fc1.forward(x));
    const h2 = relu(this.fc2.forward(h1));
    return this.fc3.forward(h2);
  }
}

export const model = new Reader();

// 3000 drawn digits to learn from, and 500 others that it never learns from: they tell whether it has understood.
const train = digits(3000, { seed: 1 });
const test = digits(500, { seed: 2 });

export const inputs = train.x;
export const targets = train.y;
export const testInputs = test.x;
export const testTargets = test.y;
export const loss = crossEntropy;
