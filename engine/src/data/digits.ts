// Handwriting made on the spot: every numeral is drawn with a pen of random width on slanted, shifted, noisy paper.

import { checkOptions } from "../ops/axis";
import { engineFunction } from "../ops/op";
import { type Generator } from "../random/generator";
import { checkDim } from "../shape/shape";
import { type DataArray } from "../tensor/dtype";
import { glyphs, type Point, type Stroke } from "./glyphs";
import { type DataOptions, type Labelled, labelled } from "./labelled";
import { checkNoise } from "./points";

export interface DigitOptions extends DataOptions {
  /** Width and height of the images in pixels; 28. */
  readonly size?: number;
  /** Standard deviation of the noise added to every pixel; 0.05. */
  readonly noise?: number;
}

const CLASSES = 10;

export const digits = engineFunction({
  name: "digits",
  doc: "Drawn numerals, all ten equally often: x float32 [n, 1, size, size] from 0 to 1, y int32 [n].",
  example: "digits(100)",
  call(n: number, options: DigitOptions = {}): Labelled {
    checkOptions("digits", options, ["size", "noise", "seed"]);
    const size = checkDim("digits", "size", options.size ?? 28, 1);
    const noise = checkNoise("digits", options.noise ?? 0.05);
    return labelled("digits", n, [1, size, size], options, (image, index, generator) => {
      const label = index % CLASSES;
      drawDigit(image, Number(size), glyphs[label]!, generator);
      for (let i = 0; i < image.length; i++) {
        image[i] = Math.min(1, Math.max(0, image[i]! + noise * generator.normal()));
      }
      return label;
    });
  },
});

function drawDigit(image: DataArray, size: number, strokes: readonly Stroke[], generator: Generator): void {
  const between = (low: number, high: number): number => low + (high - low) * generator.uniform();
  const transform = randomTransform(between);
  const wobble = 0.015;
  const pen = between(0.03, 0.055) * size;
  for (const stroke of strokes) {
    const points = stroke.map(([x, y]): Point => {
      const [u, v] = transform([x + wobble * generator.normal(), y + wobble * generator.normal()]);
      return [u * size - 0.5, v * size - 0.5];
    });
    for (let i = 1; i < points.length; i++) drawLine(image, size, points[i - 1]!, points[i]!, pen);
  }
}

/** Turns, slants, stretches and shifts the square about its middle. */
function randomTransform(between: (low: number, high: number) => number): (point: Point) => Point {
  const angle = between(-0.2, 0.2);
  const slant = between(-0.2, 0.2);
  const [width, height] = [between(0.75, 1), between(0.75, 0.95)];
  const [shiftX, shiftY] = [between(-0.07, 0.07), between(-0.07, 0.07)];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return ([x, y]) => {
    const v = (y - 0.5) * height;
    const u = (x - 0.5) * width - slant * v;
    return [0.5 + shiftX + cos * u - sin * v, 0.5 + shiftY + sin * u + cos * v];
  };
}

/** A line with round ends and a soft edge one pixel wide; `pen` is half its width in pixels. */
function drawLine(image: DataArray, size: number, [ax, ay]: Point, [bx, by]: Point, pen: number): void {
  const reach = pen + 0.5;
  const [dx, dy] = [bx - ax, by - ay];
  const lengthSquared = dx * dx + dy * dy || 1;
  const clamp = (value: number): number => Math.min(size - 1, Math.max(0, value));
  const right = clamp(Math.floor(Math.max(ax, bx) + reach));
  const bottom = clamp(Math.floor(Math.max(ay, by) + reach));
  for (let y = clamp(Math.ceil(Math.min(ay, by) - reach)); y <= bottom; y++) {
    for (let x = clamp(Math.ceil(Math.min(ax, bx) - reach)); x <= right; x++) {
      const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / lengthSquared));
      const distance = Math.hypot(x - ax - t * dx, y - ay - t * dy);
      const ink = Math.min(1, Math.max(0, reach - distance));
      const i = y * size + x;
      if (ink > image[i]!) image[i] = ink;
    }
  }
}
