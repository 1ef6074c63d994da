// A vision transformer: the picture in patches, a token for the class, learned positions.

import { concat, crossEntropy, LayerNorm, Linear, Module, randint, randn, tensor } from "@shapelens/engine";
import { type Tensor, TransformerEncoderLayer, zeros } from "@shapelens/engine";

interface Options {
  image: number;
  patch: number;
  channels?: number;
  dim: number;
  depth: number;
  heads: number;
  classes: number;
}

function patchify(images: Tensor, p: number): Tensor {
  const [n, c, h, w] = images.shape as [number, number, number, number];
  if (h % p !== 0 || w % p !== 0) throw new Error(`${h}×${w} cannot be cut into patches of ${p}`);
  return images
    .reshape([n, c, h / p, p, w / p, p])
    .transpose([0, 2, 4, 3, 5, 1])
    .reshape([n, (h / p) * (w / p), p * p * c]);
}

class ViT extends Module {
  readonly embed: Linear;
  readonly classToken: Tensor;
  readonly positions: Tensor;
  readonly encoder: TransformerEncoderLayer[];
  readonly norm: LayerNorm;
  readonly head: Linear;
  readonly #patch: number;

  constructor({ image, patch, channels = 3, dim, depth, heads, classes }: Options) {
    super();
    const count = (image / patch) ** 2;
    this.#patch = patch;
    this.embed = new Linear(channels * patch ** 2, dim);
    this.classToken = tensor(new Float32Array(dim), { shape: [1, 1, dim], requiresGrad: true });
    this.positions = randn([1, count + 1, dim])
      .mul(0.02)
      .detach();
    this.encoder = new Array(depth)
      .fill(0)
      .map(() => new TransformerEncoderLayer(dim, heads, dim * 4, { preNorm: true }));
    this.norm = new LayerNorm([dim]);
    this.head = new Linear(dim, classes);
  }

  forward(images: Tensor): Tensor {
    const patches = this.embed.forward(patchify(images, this.#patch));
    const [batch, , dim] = patches.shape as [number, number, number];
    const token = this.classToken.broadcastTo([batch, 1, dim]);
    const x = concat([token, patches], 1).add(this.positions);
    const encoded = this.encoder.reduce((h, layer) => layer.forward(h), x);
    return this.head.forward(this.norm.forward(encoded).slice(null, 0));
  }
}

const vit = new ViT({ image: 16, patch: 4, dim: 12, depth: 2, heads: 3, classes: 7 });
const logits = vit.forward(randn([2, 3, 16, 16]));
const loss = crossEntropy(logits, randint(0, 7, [2]));
const grey = new ViT({ image: 8, patch: 2, channels: 1, dim: 8, depth: 1, heads: 2, classes: 3 });
const answer = grey.forward(zeros([5, 1, 8, 8])).argmax(1);
console.log(loss.shape, answer.shape);
