// Points in the plane that a straight line cannot part: the classics for trying out a small network.

import { checkOptions } from "../ops/axis";
import { checkNumber } from "../ops/create";
import { tensor } from "../ops/creation";
import { engineFunction } from "../ops/op";
import { type Generator } from "../random/generator";
import { checkDim } from "../shape/shape";
import { type DataArray } from "../tensor/dtype";
import { type Tensor } from "../tensor/tensor";
import { type DataOptions, type Labelled, labelled } from "./labelled";

export interface PointOptions extends DataOptions {
  /** Standard deviation of what is added to both coordinates. */
  readonly noise?: number;
}

/** Checks a standard deviation. */
export function checkNoise(op: string, value: unknown): number {
  const noise = checkNumber(op, "noise", value);
  if (noise < 0) throw new RangeError(`${op}: noise must not be negative, found ${noise}.`);
  return noise;
}

function place(out: DataArray, x: number, y: number, noise: number, generator: Generator): void {
  out[0] = x + noise * generator.normal();
  out[1] = y + noise * generator.normal();
}

/** Where sample `index` lies along its class, 0 … 1, both ends included. */
function along(index: number, n: number, classes: number): number {
  const group = index % classes;
  const members = Math.ceil((n - group) / classes);
  return members > 1 ? Math.floor(index / classes) / (members - 1) : 0;
}

export const moons = engineFunction({
  name: "moons",
  doc: "Two half moons that reach into each other: x float32 [n, 2], y int32 [n] with classes 0 and 1.",
  example: "moons(200, { noise: 0.1 })",
  call(n: number, options: PointOptions = {}): Labelled {
    checkOptions("moons", options, ["noise", "seed"]);
    const noise = checkNoise("moons", options.noise ?? 0.1);
    return labelled("moons", n, [2], options, (out, index, generator) => {
      const angle = Math.PI * along(index, n, 2);
      const isLower = index % 2 === 1;
      const [x, y] = [Math.cos(angle), Math.sin(angle)];
      place(out, isLower ? 1 - x : x, isLower ? 0.5 - y : y, noise, generator);
      return index % 2;
    });
  },
});

export const circles = engineFunction({
  name: "circles",
  doc: "A circle (class 0) around one half as large (class 1): x float32 [n, 2], y int32 [n].",
  example: "circles(200, { noise: 0.05 })",
  call(n: number, options: PointOptions = {}): Labelled {
    checkOptions("circles", options, ["noise", "seed"]);
    const noise = checkNoise("circles", options.noise ?? 0.05);
    return labelled("circles", n, [2], options, (out, index, generator) => {
      const angle = (4 * Math.PI * Math.floor(index / 2)) / n;
      const radius = index % 2 === 0 ? 1 : 0.5;
      place(out, radius * Math.cos(angle), radius * Math.sin(angle), noise, generator);
      return index % 2;
    });
  },
});

export interface SpiralOptions extends PointOptions {
  /** How many arms, 3 unless said otherwise. */
  readonly classes?: number;
}

const SPIRAL_TURN = 4;

export const spirals = engineFunction({
  name: "spirals",
  doc: "Arms that wind out of the origin, one per class: x float32 [n, 2], y int32 [n]; noise bends along the arm.",
  example: "spirals(300, { classes: 3 })",
  call(n: number, options: SpiralOptions = {}): Labelled {
    checkOptions("spirals", options, ["noise", "classes", "seed"]);
    const noise = checkNoise("spirals", options.noise ?? 0.2);
    const classes = checkDim("spirals", "classes", options.classes ?? 3, 1);
    return labelled("spirals", n, [2], options, (out, index, generator) => {
      const arms = Number(classes);
      const arm = index % arms;
      const radius = along(index, n, arms);
      const angle = (2 * Math.PI * arm) / arms + SPIRAL_TURN * radius + noise * generator.normal();
      out[0] = radius * Math.sin(angle);
      out[1] = radius * Math.cos(angle);
      return arm;
    });
  },
});

export const xor = engineFunction({
  name: "xor",
  doc: "The four cases of exclusive or: x float32 [4, 2], y float32 [4, 1].",
  example: "xor()",
  call(): { readonly x: Tensor; readonly y: Tensor } {
    return {
      x: tensor([
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ]),
      y: tensor([[0], [1], [1], [0]]),
    };
  },
});
