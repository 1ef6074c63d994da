// The operands of products, brought into the order in which the kernels read them.

import { type Kernels } from "./exports";
import { roundUp } from "./places";

/** Four lines of an operand are packed side by side, or eight: rows of a and columns of b. */
export const FOURS = 0;
export const EIGHTS = 1;

/** So many numbers are copied before they are packed. */
const CHUNK = 2 ** 12;

/** A matrix [inner, lines] that is packed: the rows of a are its lines, or the columns of b. */
export interface Operand {
  readonly data: Float32Array;
  readonly offset: number;
  /** Whether it is stored the other way round, as [lines, inner]. */
  readonly turned: boolean;
  readonly kind: typeof FOURS | typeof EIGHTS;
}

/** Packs the small matrix a, which is in memory. */
export function packA(
  kernels: Kernels,
  from: number,
  to: number,
  transposed: boolean,
  inner: number,
  rows: number,
): void {
  if (transposed) kernels.packRows(from, 4 * rows, to, 16 * inner, FOURS, inner, rows);
  else kernels.packColumns(from, 4 * inner, to, 16 * inner, FOURS, inner, rows);
}

/** How many neighbouring runs of this length are copied at a time before they are packed: a multiple of eight. */
const runsOf = (length: number): number => Math.max(8, Math.floor(CHUNK / length / 8) * 8);

/** Room for them. */
export function chunkOf({ turned }: Operand, inner: number, lines: number): number {
  const length = turned ? inner : lines;
  return (runsOf(length) + 3) * length;
}

/** Packs an operand for sums over `depth` products: block after block, in each four or eight lines after the others. */
export function pack(
  kernels: Kernels,
  memory: Float32Array,
  operand: Operand,
  chunk: number,
  to: number,
  inner: number,
  lines: number,
  depth: number,
): void {
  const { turned, kind } = operand;
  const width = kind === FOURS ? 4 : 8;
  const [length, runs] = turned ? [inner, lines] : [lines, inner];
  const step = runsOf(length);
  for (let run = 0; run < runs; run += step) {
    const count = Math.min(step, runs - run);
    copy(memory, chunk, operand, run * length, (run + count) * length);
    for (let k = 0; k < inner; k += depth) {
      const block = Math.min(depth, inner - k);
      const place = to + 4 * k * roundUp(lines, width);
      if (turned) {
        const from = chunk + 4 * k;
        kernels.packColumns(from, 4 * inner, place + 4 * run * block, 4 * width * block, kind, block, count);
      } else {
        const [first, end] = [Math.max(k, run), Math.min(k + block, run + count)];
        if (first >= end) continue;
        const from = chunk + 4 * (first - run) * lines;
        const at = place + 4 * width * (first - k);
        kernels.packRows(from, 4 * lines, at, 4 * width * block, kind, end - first, lines);
      }
    }
  }
}

export function copy(
  memory: Float32Array,
  to: number,
  { data, offset }: Pick<Operand, "data" | "offset">,
  start: number,
  end: number,
): void {
  memory.set(data.subarray(offset + start, offset + end), to / 4);
}
