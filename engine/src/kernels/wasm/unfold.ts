// What the windows of an image hold, laid out so that the numbers seen by one element of the kernel lie in a row.
//
// A sheet is the image shifted by one column of the kernel, of which only those columns are kept at which windows begin.
// Elements of the kernel below one another see the same sheet, from another row on. Where windows begin at every second
// row only, there are sheets of the even rows and of the odd ones; and so on.

import { inside, type Windows } from "../windows";
import { type Kernels } from "./exports";
import { roundUp } from "./places";

/** Sheets of up to so many numbers stay in the cache; larger images are worked off in stripes of some rows of windows. */
const SHEETS = 2 ** 17;

export interface Unfolding {
  /** Room for all sheets, in numbers. */
  readonly size: number;
  /** Rows of windows in a stripe; the last stripe may have fewer. */
  readonly stripe: number;
  /** For each element (channel, row, column) of a group's kernel, in bytes, where its row begins. */
  readonly table: Int32Array;
  /** Bytes from one group of channels to the next. */
  readonly group: number;
  /** Lays out the windows of the stripe that begins at window row `first`. */
  fill(kernels: Kernels, memory: Float32Array, image: number, to: number, first: number): void;
}

export function unfoldingOf({ channels, groups, image, count, kernel, stride, before, dilation }: Windows): Unfolding {
  const tops = Array.from({ length: kernel[0] }, (_, i) => i * dilation[0]);
  const phases = [...new Set(tops.map((top) => top % stride[0]))];
  const below = Math.floor(tops.at(-1)! / stride[0]);
  const sheets = phases.length * kernel[1];
  const fitting = Math.floor(SHEETS / (sheets * channels * count[1])) - below;
  const stripe = Math.min(count[0], Math.max(fitting, below, 1));
  // Channels whose distance is a power of two would fall into the same lines of the cache.
  const pitch = roundUp((stripe + below) * count[1], 16) + 16;
  const size = sheets * channels * pitch;

  const table = new Int32Array(roundUp((channels / groups) * kernel[0] * kernel[1], 2));
  let at = 0;
  for (let c = 0; c < channels / groups; c++) {
    for (const top of tops) {
      const phase = phases.indexOf(top % stride[0]);
      for (let j = 0; j < kernel[1]; j++) {
        const sheet = phase * kernel[1] + j;
        table[at++] = 4 * ((sheet * channels + c) * pitch + Math.floor(top / stride[0]) * count[1]);
      }
    }
  }

  const fill: Unfolding["fill"] = (kernels, memory, from, to, first) => {
    const lines = Math.min(stripe, count[0] - first) + below;
    const places = phases.map((phase) => {
      const top = first * stride[0] + phase - before[0];
      return [top, ...inside(top, stride[0], lines, image[0])] as const;
    });
    // What lies beyond the border is 0, and stays so unless a stripe with other rows was there before.
    if (stripe < count[0] && places.some(([, firstRow, endRow]) => firstRow > 0 || endRow < lines)) {
      memory.fill(0, to / 4, to / 4 + size);
    }
    places.forEach(([top, firstRow, endRow], p) => {
      for (let j = 0; j < kernel[1]; j++) {
        const left = j * dilation[1] - before[1];
        const [firstColumn, endColumn] = inside(left, stride[1], count[1], image[1]);
        if (endRow <= firstRow || endColumn <= firstColumn) continue;
        const corner = (top + firstRow * stride[0]) * image[1] + left + firstColumn * stride[1];
        const target = (p * kernel[1] + j) * channels * pitch + firstRow * count[1] + firstColumn;
        kernels.gather(
          ...([from + 4 * corner, 4 * image[0] * image[1], to + 4 * target, 4 * pitch, channels] as const),
          ...([endRow - firstRow, endColumn - firstColumn] as const),
          ...([4 * stride[0] * image[1], 4 * stride[1], 4 * count[1]] as const),
        );
      }
    });
  };
  return { size, stripe, table, group: 4 * (channels / groups) * pitch, fill };
}
