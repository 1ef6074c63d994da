// Attention within windows that shift by half: partition, roll, merge; patches are joined in fours on the way down.

import { concat, LayerNorm, Linear, Module, MultiHeadAttention, randn, roll, type Tensor } from "@shapelens/engine";

function partition(x: Tensor, size: number): Tensor {
  const [b, h, w, c] = x.shape as [number, number, number, number];
  const cut = x.reshape([b, Math.floor(h / size), size, Math.floor(w / size), size, c]);
  return cut.transpose([0, 1, 3, 2, 4, 5]).reshape([-1, size * size, c]);
}

function merge(windows: Tensor, size: number, h: number, w: number): Tensor {
  const [rows, columns] = [h / size, w / size];
  const b = windows.shape[0]! / (rows * columns);
  return windows.reshape([b, rows, columns, size, size, -1]).transpose([0, 1, 3, 2, 4, 5]).reshape([b, h, w, -1]);
}

class WindowBlock extends Module {
  norm: LayerNorm;
  attention: MultiHeadAttention;
  constructor(
    readonly dim: number,
    heads: number,
    readonly size = 4,
    readonly shift = 0,
  ) {
    super();
    this.norm = new LayerNorm(dim);
    this.attention = new MultiHeadAttention(dim, heads);
  }
  forward(x: Tensor): Tensor {
    const [, h, w] = x.shape as [number, number, number, number];
    const { size, shift } = this;
    const normed = this.norm.forward(x);
    const shifted = shift > 0 ? roll(roll(normed, -shift, 1), -shift, 2) : normed;
    const windows = this.attention.forward(partition(shifted, size));
    const joined = merge(windows, size, h, w);
    const back = shift > 0 ? roll(roll(joined, shift, 1), shift, 2) : joined;
    return x.add(back);
  }
}

class PatchMerging extends Module {
  readonly reduction: Linear;
  constructor(dim: number) {
    super();
    this.reduction = new Linear(4 * dim, 2 * dim, { bias: false });
  }
  forward(x: Tensor): Tensor {
    const parts = [0, 1].flatMap((i) => [0, 1].map((j) => x.slice(null, [i, null, 2], [j, null, 2])));
    return this.reduction.forward(concat(parts, -1));
  }
}

const stages = [8, 16].map((dim, i) => ({
  blocks: [0, 2].map((shift) => new WindowBlock(dim, 2 << i, 4, shift)),
  down: i === 0 ? new PatchMerging(dim) : undefined,
}));
let x = randn([2, 16, 16, 8]);
for (const { blocks, down } of stages) {
  for (const block of blocks) x = block.forward(x);
  x = down?.forward(x) ?? x;
}
const pooled = x.mean([1, 2]);
console.log(x.shape, pooled.shape);
