// Tensors as the panel gets them: all numbers of a small one, an evenly spaced sample of a large one.

import { type Tensor } from "@shapelens/engine";
import { type TensorSample } from "../protocol/worker";

const mostTiles = 16;
const mostRows = 64;
const mostColumns = 128;

/** `asImages` shows the rows of [batch, side²] as squares. */
export function sampleOf(tensor: Tensor, asImages = false): TensorSample {
  const [totalTiles, totalHeight, totalWidth] = layoutOf(tensor.shape, asImages);
  const tiles = Math.min(totalTiles, mostTiles);
  const height = Math.min(totalHeight, mostRows);
  const width = Math.min(totalWidth, mostColumns);
  const source = tensor.data;
  const data = new Array<number>(tiles * height * width);
  let next = 0;
  for (let tile = 0; tile < tiles; tile++) {
    for (let row = 0; row < height; row++) {
      const start = (tile * totalHeight + spaced(row, height, totalHeight)) * totalWidth;
      for (let column = 0; column < width; column++) {
        data[next++] = Number(source[start + spaced(column, width, totalWidth)]);
      }
    }
  }
  const { shape, dtype } = tensor;
  const statistics = statisticsOf(source);
  return { shape: [...shape], dtype, tiles, height, width, totalTiles, totalHeight, totalWidth, data, statistics };
}

/** Whether the rows of this shape may be pictures: [batch, side²] with a side of at least 16. */
export function looksLikeImages(shape: readonly number[]): boolean {
  if (shape.length !== 2) return false;
  const side = Math.sqrt(shape[1]!);
  return Number.isInteger(side) && side >= 16;
}

function layoutOf(shape: readonly number[], asImages: boolean): readonly [number, number, number] {
  if (asImages && looksLikeImages(shape)) {
    const side = Math.sqrt(shape[1]!);
    return [shape[0]!, side, side];
  }
  const width = shape.at(-1) ?? 1;
  const height = shape.at(-2) ?? 1;
  const tiles = shape.slice(0, -2).reduce((product, dim) => product * dim, 1);
  return [tiles, height, width];
}

/** The `index`-th of `shown` places spread evenly over `total`. */
function spaced(index: number, shown: number, total: number): number {
  return shown === total ? index : Math.floor((index * total) / shown);
}

function statisticsOf(data: Tensor["data"]): TensorSample["statistics"] {
  if (data.length === 0) return undefined;
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  for (const value of data) {
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const finite = Number.isFinite(sum) && Number.isFinite(min) && Number.isFinite(max);
  return { min, mean: sum / data.length, max, finite };
}
