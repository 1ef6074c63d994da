// Coordinates to colours with Fourier features, and an operator network of branch and trunk.

import {
  concat,
  cos,
  einsum,
  Linear,
  linspace,
  Module,
  rand,
  randn,
  sin,
  stack,
  tanh,
  type Tensor,
} from "@shapelens/engine";

const PI2 = 2 * Math.PI;

export function fourier(x: Tensor, bands: number): Tensor {
  const parts: Tensor[] = [x];
  for (let k = 0; k < bands; k++) {
    const scaled = x.mul(2 ** k * PI2);
    parts.push(sin(scaled), cos(scaled));
  }
  return concat(parts, -1);
}

const mlp = (sizes: number[]) => {
  const layers = sizes.slice(0, -1).map((from, i) => new Linear(from, sizes[i + 1]!));
  return (x: Tensor) =>
    layers.reduce((h, layer, i) => (i < layers.length - 1 ? tanh(layer.forward(h)) : layer.forward(h)), x);
};

class Field extends Module {
  readonly skip: number;
  first: Linear[];
  second: Linear[];
  constructor(
    readonly bands: number,
    width = 16,
  ) {
    super();
    const inputs = 2 + 2 * 2 * bands;
    this.skip = inputs;
    this.first = [new Linear(inputs, width), new Linear(width, width)];
    this.second = [new Linear(width + inputs, width), new Linear(width, 4)];
  }
  forward(points: Tensor) {
    const encoded = fourier(points, this.bands);
    let h = encoded;
    for (const layer of this.first) h = layer.forward(h).relu();
    h = concat([h, encoded], -1);
    for (const layer of this.second) h = layer.forward(h).relu();
    const [rgb, density] = [h.slice(null, null, [0, 3]), h.slice(null, null, 3)];
    return { rgb, density };
  }
}

const field = new Field(3);
const rays = rand([5, 2]);
const depths = linspace(0, 1, 8);
const points = rays.expandDims(1).add(depths.reshape([1, -1, 1]));
const { rgb, density } = field.forward(points);
const alpha = density.mul(-0.125).exp().mul(-1).add(1);
const reach = alpha.mul(-1).add(1).cumsum(1);
const weights = alpha.mul(reach);
const colour = einsum("r s, r s c -> r c", weights, rgb);

const branch = mlp([20, 32, 10]);
const trunk = mlp([1, 32, 10]);
const sensors = randn([6, 20]);
const places = linspace(-1, 1, 50).expandDims(1);
const solution = branch(sensors).matmul(trunk(places).T);
const both = stack([solution, solution.neg()]);
console.log(colour.shape, solution.shape, both.shape);
