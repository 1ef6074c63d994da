// Making pictures larger: features at low resolution, channels turned into pixels at the end.

import { Conv2d, mae, Module, pad, rand, relu, type Tensor, concat, flip } from "@shapelens/engine";

/** [n, c·r², h, w] → [n, c, h·r, w·r]. */
export function pixelShuffle(x: Tensor, r: number): Tensor {
  const [n, channels, h, w] = x.shape as [number, number, number, number];
  const c = channels / r ** 2;
  if (!Number.isInteger(c)) throw new Error(`${channels} channels are no multiple of ${r}²`);
  return x
    .reshape([n, c, r, r, h, w])
    .transpose([0, 1, 4, 2, 5, 3])
    .reshape([n, c, h * r, w * r]);
}

export function pixelUnshuffle(x: Tensor, r: number): Tensor {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const [hr, wr] = [h / r, w / r];
  return x
    .reshape([n, c, hr, r, wr, r])
    .transpose([0, 1, 3, 5, 2, 4])
    .reshape([n, c * r * r, hr, wr]);
}

function reflect(x: Tensor, by: number): Tensor {
  const width = x.shape.at(-1)!;
  const left = flip(x.slice(null, null, null, [1, 1 + by]), 3);
  const right = flip(x.slice(null, null, null, [width - 1 - by, width - 1]), 3);
  return concat([left, x, right], 3);
}

class Body extends Module {
  readonly layers: Conv2d[];
  constructor(width: number, depth: number) {
    super();
    this.layers = [...Array(depth).keys()].map(() => new Conv2d(width, width, 3, { padding: "same" }));
  }
  forward(x: Tensor): Tensor {
    let h = x;
    for (const layer of this.layers) h = h.add(relu(layer.forward(h)).mul(0.1));
    return h;
  }
}

class Upscaler extends Module {
  head: Conv2d;
  body: Body;
  tail: Conv2d;
  constructor(readonly factor: 2 | 3 | 4 = 2) {
    super();
    this.head = new Conv2d(3, 8, 3, { padding: 1 });
    this.body = new Body(8, 3);
    this.tail = new Conv2d(8, 3 * factor * factor, 3, { padding: 1 });
  }
  forward(x: Tensor): Tensor {
    return pixelShuffle(this.tail.forward(this.body.forward(this.head.forward(x))), this.factor);
  }
}

for (const factor of [2, 3] as const) {
  const net = new Upscaler(factor);
  const low = rand([1, 3, 12, 10]);
  const high = rand([1, 3, 12 * factor, 10 * factor]);
  const out = net.forward(low);
  const loss = mae(out, high);
  loss.backward();
  const back = pixelUnshuffle(out, factor);
  console.log(back.shape, loss.item());
}
const framed = pad(reflect(rand([1, 3, 6, 6]), 2), [
  [0, 0],
  [0, 0],
  [2, 2],
  [0, 0],
]);
console.log(framed.shape);
