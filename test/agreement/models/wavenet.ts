// Dilated causal convolutions over sound: each layer sees twice as far back; gated units, residuals and skips.

import {
  Conv1d,
  crossEntropy,
  Module,
  oneHot,
  pad,
  randint,
  relu,
  sigmoid,
  tanh,
  type Tensor,
} from "@shapelens/engine";

class CausalConv extends Module {
  readonly conv: Conv1d;
  readonly #left: number;
  constructor(from: number, to: number, kernel: number, dilation = 1) {
    super();
    this.#left = (kernel - 1) * dilation;
    this.conv = new Conv1d(from, to, kernel, { dilation });
  }
  forward(x: Tensor): Tensor {
    return this.conv.forward(
      pad(x, [
        [0, 0],
        [0, 0],
        [this.#left, 0],
      ]),
    );
  }
}

class GatedBlock extends Module {
  gate: CausalConv;
  residual: Conv1d;
  skip: Conv1d;
  constructor(channels: number, skips: number, dilation: number) {
    super();
    this.gate = new CausalConv(channels, channels * 2, 2, dilation);
    this.residual = new Conv1d(channels, channels, 1);
    this.skip = new Conv1d(channels, skips, 1);
  }
  override forward(x: Tensor): readonly [Tensor, Tensor] {
    const [a, b] = this.gate.forward(x).split(2, 1);
    const z = tanh(a!).mul(sigmoid(b!));
    return [x.add(this.residual.forward(z)), this.skip.forward(z)] as const;
  }
}

class WaveNet extends Module {
  input: CausalConv;
  blocks: GatedBlock[] = [];
  out1: Conv1d;
  out2: Conv1d;
  constructor(levels: number, channels = 6, skips = 8, depth = 3, stacks = 2) {
    super();
    this.input = new CausalConv(levels, channels, 1);
    for (let s = 0; s < stacks; s++) {
      for (let i = 0; i < depth; i++) this.blocks.push(new GatedBlock(channels, skips, 2 ** i));
    }
    this.out1 = new Conv1d(skips, skips, 1);
    this.out2 = new Conv1d(skips, levels, 1);
  }
  forward(x: Tensor): Tensor {
    let h = this.input.forward(x);
    let total: Tensor | undefined;
    for (const block of this.blocks) {
      const [next, skip] = block.forward(h);
      h = next;
      total = total ? total.add(skip) : skip;
    }
    return this.out2.forward(relu(this.out1.forward(relu(total!))));
  }
}

const levels = 16;
const sound = randint(0, levels, [2, 33]);
const inputs = oneHot(sound.slice(null, [0, -1]), levels).transpose([0, 2, 1]);
const net = new WaveNet(levels);
const logits = net.forward(inputs);
const loss = crossEntropy(logits, sound.slice(null, [1, null]));
loss.backward();
console.log(logits.shape, loss.shape);
