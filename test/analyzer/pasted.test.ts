// Models that are pasted into a file and that nothing calls yet: what the editor shows of them.

import assert from "node:assert/strict";
import { check } from "./check";

interface Pasted {
  readonly title: string;
  readonly code: string;
  /** The last shape of each name. */
  readonly shapes: Readonly<Record<string, string>>;
}

const pasted: readonly Pasted[] = [
  {
    title: "attention that takes its numbers from a configuration and checks them",
    code: `
interface Config { readonly width: number; readonly heads: number; }
class Attention extends Module {
  readonly qkv: Linear;
  readonly out: Linear;
  constructor(readonly cfg: Config) {
    super();
    if (cfg.width % cfg.heads !== 0) throw new Error("no");
    this.qkv = new Linear(cfg.width, 3 * cfg.width);
    this.out = new Linear(cfg.width, cfg.width);
  }
  forward(x: Tensor): Tensor {
    const { heads, width } = this.cfg;
    const [B, T] = x.shape as [number, number, number];
    const [q, k, v] = this.qkv
      .forward(x)
      .split(3, -1)
      .map((part) => part.reshape([B, T, heads, width / heads]).transpose([0, 2, 1, 3])) as [Tensor, Tensor, Tensor];
    const scores = q.matmul(k.swapAxes(-1, -2)).mul((width / heads) ** -0.5);
    const heard = softmax(scores).matmul(v).transpose([0, 2, 1, 3]).reshape([B, T, width]);
    return this.out.forward(heard);
  }
}
class Block extends Module {
  readonly attention: Attention;
  readonly norm: LayerNorm;
  constructor(cfg: Config) {
    super();
    this.attention = new Attention(cfg);
    this.norm = new LayerNorm(cfg.width);
  }
  forward(y: Tensor): Tensor {
    const z = y.add(this.attention.forward(this.norm.forward(y)));
    return z;
  }
}`,
    shapes: {
      x: "[B, T, width]",
      q: "[B, heads, T, width/heads]",
      scores: "[B, heads, T, T]",
      heard: "[B, T, width]",
      z: "[batch, T, width]",
    },
  },
  {
    title: "a residual block in JavaScript, whose parameters have no types",
    code: `
class Block extends Module {
  constructor(inPlanes, planes, stride = 1) {
    super();
    this.conv1 = new Conv2d(inPlanes, planes, 3, { stride, padding: 1 });
    this.conv2 = new Conv2d(planes, planes * 2, 3, { padding: 1 });
    this.shortcut = stride !== 1 || inPlanes !== planes * 2 ? new Conv2d(inPlanes, planes * 2, 1, { stride }) : null;
  }
  forward(x) {
    const inner = relu(this.conv1.forward(x));
    const out = this.conv2.forward(inner).add(this.shortcut ? this.shortcut.forward(x) : x);
    return relu(out);
  }
}`,
    shapes: {
      x: "[batch, inPlanes, height, width]",
      inner: "[batch, planes, height, width]",
      out: "[batch, 2*planes, height, width]",
    },
  },
  {
    title: "options with defaults, in the parameter and in the body",
    code: `
interface Options { vocabulary: number; dim: number; longest?: number; heads?: number; }
class Embeddings extends Module {
  words: Embedding;
  places: Embedding;
  readonly heads: number;
  constructor({ vocabulary, dim, longest = 32, ...rest }: Options) {
    super();
    const { heads = 2 } = rest;
    this.heads = heads;
    this.words = new Embedding(vocabulary, dim);
    this.places = new Embedding(longest, dim);
  }
  forward(ids: Tensor): Tensor {
    const [batch, time] = ids.shape as [number, number];
    const sum = this.words.forward(ids).add(this.places.forward(arange(time).astype("int32")));
    const split = sum.reshape([batch, time, this.heads, -1]);
    return split;
  }
}`,
    shapes: { ids: "[batch, time]", sum: "[batch, time, dim]" },
  },
  {
    title: "patches of a picture with a token in front",
    code: `
class Patches extends Module {
  embed: Linear;
  token: Tensor;
  positions: Tensor;
  constructor(readonly image: number, readonly patch: number, dim: number) {
    super();
    const count = (image / patch) ** 2;
    this.embed = new Linear(3 * patch ** 2, dim);
    this.token = zeros([1, 1, dim]);
    this.positions = zeros([1, count + 1, dim]);
  }
  forward(images: Tensor): Tensor {
    const [n, c, h, w] = images.shape as [number, number, number, number];
    const p = this.patch;
    const flat = images.reshape([n, c, h / p, p, w / p, p]).transpose([0, 2, 4, 3, 5, 1]).reshape([n, -1, p * p * c]);
    const patches = this.embed.forward(flat);
    const all = concat([this.token.broadcastTo([n, 1, patches.shape[2]!]), patches], 1);
    return all;
  }
}`,
    shapes: {
      images: "[n, 3, h, w]",
      patches: "[n, h*w/patch^2, dim]",
      all: "[n, h*w/patch^2 + 1, dim]",
    },
  },
  {
    title: "a stem of two strides, whose floors are one",
    code: `
class Stem extends Module {
  conv = new Conv2d(3, 8, 7, { stride: 2, padding: 3 });
  pool = new MaxPool2d(3, { stride: 2, padding: 1 });
  forward(x: Tensor): Tensor {
    const h = this.pool.forward(this.conv.forward(x));
    return h;
  }
}`,
    shapes: { x: "[batch, 3, height, width]", h: "[batch, 8, floor((height + 3)/4), floor((width + 3)/4)]" },
  },
  {
    title: "a function of two tensors of which only one has its rank to itself",
    code: `
export function scaled(x: Tensor, t: Tensor): Tensor {
  const picture = maxPool2d(x, 2);
  const time = t.add(1);
  return picture.mul(time.mean());
}`,
    shapes: { x: "[batch, channels, height, width]", picture: "[batch, channels, floor(height/2), floor(width/2)]" },
  },
  {
    title: "a rate that is a parameter",
    code: `
export function update(w: Tensor, gradient: Tensor, rate: number): Tensor {
  const h = w.matmul(zeros([3, 4]));
  const next = h.sub(h.mul(rate)).pow(rate);
  return next;
}`,
    shapes: { w: "[…, 3]", next: "[…, 4]" },
  },
];

const header = `import { arange, concat, Conv2d, Embedding, LayerNorm, Linear, MaxPool2d, maxPool2d, Module, relu, softmax, zeros, type Tensor } from "@shapelens/engine";`;

describe("A model that nothing calls", () => {
  for (const { title, code, shapes } of pasted) {
    it(title, () => {
      const facts = check(header + code);
      const seen = Object.fromEntries(
        Object.keys(shapes).map((name) => {
          const last = facts.shapes.filter((fact) => fact.name === name && fact.kind !== "use").at(-1);
          return [name, last?.shape];
        }),
      );
      assert.deepEqual(seen, shapes);
    });
  }

  it("shows nothing of a tensor that may have any rank", () => {
    const facts = check(`${header}
export function scaled(x: Tensor, t: Tensor): Tensor {
  return maxPool2d(x, 2).mul(t.mean());
}`);
    assert.deepEqual(
      facts.shapes.filter(({ name }) => name === "t"),
      [],
    );
  });
});
