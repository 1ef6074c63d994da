// What the windows of an image hold, laid out so that the numbers seen by one element of the kernel lie in a row.
//
// Where windows lie on every row of the image, a sheet is the image shifted by one column of the kernel: elements below one
// another see the same sheet, from another row on. Elsewhere each element has a sheet of its own.

import { inside, type Windows } from "../windows";
import { type Kernels } from "./exports";
import { roundUp } from "./places";

/** Sheets of up to so many numbers stay in the cache; larger images are worked off in stripes of some rows of windows. */
const SHEETS = 2 ** 17;

interface Sheet {
  /** Where the first window's number lies, relative to the image's corner. */
  readonly top: number;
  readonly left: number;
}

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

export function unfoldingOf(windows: Windows): Unfolding {
  const { channels, groups, image, count, kernel, stride, before, dilation } = windows;
  const shared = stride[0] === 1;
  const height = shared ? 1 : kernel[0];
  const sheets = Array.from({ length: height * kernel[1] }, (_, index): Sheet => {
    const [i, j] = [Math.floor(index / kernel[1]), index % kernel[1]];
    return { top: i * dilation[0] - before[0], left: j * dilation[1] - before[1] };
  });
  const below = shared ? (kernel[0] - 1) * dilation[0] : 0;
  const fitting = Math.floor(SHEETS / (sheets.length * channels * count[1])) - below;
  const stripe = Math.min(count[0], Math.max(fitting, below, 1));
  // Channels whose distance is a power of two would fall into the same lines of the cache.
  const pitch = roundUp((stripe + below) * count[1], 16) + 16;
  const place = (c: number, i: number, j: number): number =>
    shared ? (j * channels + c) * pitch + i * dilation[0] * count[1] : ((i * kernel[1] + j) * channels + c) * pitch;
  const table = new Int32Array(roundUp((channels / groups) * kernel[0] * kernel[1], 2));
  let at = 0;
  for (let c = 0; c < channels / groups; c++) {
    for (let i = 0; i < kernel[0]; i++) for (let j = 0; j < kernel[1]; j++) table[at++] = 4 * place(c, i, j);
  }
  return {
    size: sheets.length * channels * pitch,
    stripe,
    table,
    group: 4 * (channels / groups) * pitch,
    fill(kernels, memory, from, to, first) {
      if (stripe < count[0]) memory.fill(0, to / 4, to / 4 + sheets.length * channels * pitch);
      const lines = Math.min(stripe, count[0] - first) + below;
      sheets.forEach(({ top, left }, sheet) => {
        const start = first * stride[0] + top;
        const [firstRow, endRow] = inside(start, stride[0], lines, image[0]);
        const [firstColumn, endColumn] = inside(left, stride[1], count[1], image[1]);
        if (endRow <= firstRow || endColumn <= firstColumn) return;
        const corner = (start + firstRow * stride[0]) * image[1] + left + firstColumn * stride[1];
        const target = sheet * channels * pitch + firstRow * count[1] + firstColumn;
        kernels.gather(
          ...([from + 4 * corner, 4 * image[0] * image[1], to + 4 * target, 4 * pitch, channels] as const),
          ...([endRow - firstRow, endColumn - firstColumn] as const),
          ...([4 * stride[0] * image[1], 4 * stride[1], 4 * count[1]] as const),
        );
      });
    },
  };
}
