// What the windows of an image hold, laid out so that the numbers seen by one element of the kernel lie in a row.
//
// A sheet is the image shifted by one column of the kernel, of which only those columns are kept at which windows begin.
// Elements of the kernel below one another see the same sheet, from another row on. Where windows begin at every second
// row only, there are sheets of the even rows and of the odd ones; and so on. Where little is computed with each number,
// copying costs more than computing: then elements beside one another share a sheet too, and at the end of each of its
// rows there are windows that do not exist.

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
  /** Windows in a row, with those that do not exist. */
  readonly width: number;
  /** For each element (channel, row, column) of a group's kernel, in bytes, where its row begins. */
  readonly table: Int32Array;
  /** Bytes from one group of channels to the next. */
  readonly group: number;
  /** Lays out the windows of the stripe that begins at window row `first`. */
  fill(kernels: Kernels, memory: Float32Array, image: number, to: number, first: number): void;
}

export function unfoldingOf(windows: Windows, sharing: boolean): Unfolding {
  const { channels, groups, image, count, kernel, stride, before, dilation } = windows;
  const tops = Array.from({ length: kernel[0] }, (_, i) => i * dilation[0]);
  const lefts = Array.from({ length: kernel[1] }, (_, j) => j * dilation[1]);
  const phases = [...new Set(tops.map((top) => top % stride[0]))];
  const shifts = sharing ? [...new Set(lefts.map((left) => left % stride[1]))] : lefts;
  const below = Math.floor(tops.at(-1)! / stride[0]);
  const beside = sharing ? Math.floor(lefts.at(-1)! / stride[1]) : 0;
  // Rows are closed up in place, by whole vectors.
  const width = beside > 0 ? Math.max(count[1] + beside, roundUp(count[1], 4)) : count[1];
  const sheets = phases.length * shifts.length;
  const fitting = Math.floor(SHEETS / (sheets * channels * width)) - below;
  const stripe = Math.min(count[0], Math.max(fitting, below, 1));
  // Channels whose distance is a power of two would fall into the same lines of the cache.
  const pitch = roundUp((stripe + below) * width, 16) + 16;
  const size = sheets * channels * pitch;

  const table = new Int32Array(roundUp((channels / groups) * kernel[0] * kernel[1], 2));
  let at = 0;
  for (let c = 0; c < channels / groups; c++) {
    for (const top of tops) {
      for (const left of lefts) {
        const shift = shifts.indexOf(sharing ? left % stride[1] : left);
        const sheet = phases.indexOf(top % stride[0]) * shifts.length + shift;
        const place = Math.floor(top / stride[0]) * width + (sharing ? Math.floor(left / stride[1]) : 0);
        table[at++] = 4 * ((sheet * channels + c) * pitch + place);
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
    places.forEach(([top, firstRow, endRow], phase) => {
      shifts.forEach((shift, index) => {
        const left = shift - before[1];
        const [firstColumn, endColumn] = inside(left, stride[1], width, image[1]);
        if (endRow <= firstRow || endColumn <= firstColumn) return;
        const corner = (top + firstRow * stride[0]) * image[1] + left + firstColumn * stride[1];
        const target = (phase * shifts.length + index) * channels * pitch + firstRow * width + firstColumn;
        kernels.gather(
          ...([from + 4 * corner, 4 * image[0] * image[1], to + 4 * target, 4 * pitch, channels] as const),
          ...([endRow - firstRow, endColumn - firstColumn] as const),
          ...([4 * stride[0] * image[1], 4 * stride[1], 4 * width] as const),
        );
      });
    });
  };
  return { size, stripe, width, table, group: 4 * (channels / groups) * pitch, fill };
}
