// Float32 functions of single numbers and of rows in WebAssembly, a piece of the arrays at a time: it stays in the fast cache
// between being copied in, computed with and copied out.

import { type DataArray } from "../../tensor/dtype";
import { type Kernels, type MapKernel, type ZipKernel } from "./exports";
import { kernelsWith, memoryOf } from "./load";
import { Places } from "./places";

/** So many numbers of each array are in a piece, or one row. */
const CHUNK = 4096;

/** Longer rows are not copied as a whole. */
const LONGEST_ROW = 2 ** 20;

type RunRows = (kernels: Kernels, addresses: readonly number[], to: number, rows: number) => void;

/**
 * Calls `run` for as many whole rows at a time as make a piece, with the addresses of theirs in each of `inputs` and of those
 * to write to, which become `out`; `constant` is put into memory once. False, and nothing done, where there is no WebAssembly.
 */
function inRows(
  inputs: readonly Float32Array[],
  out: Float32Array,
  columns: number,
  run: RunRows,
  constant?: { readonly size: number; readonly prepare: (memory: Float32Array, place: number) => void },
): boolean {
  const { length } = out;
  const step = Math.max(1, Math.floor(CHUNK / columns)) * columns;
  const places = new Places();
  const addresses = inputs.map(() => places.take(step));
  const to = places.take(step);
  const constantAt = places.take(constant?.size ?? 0);
  const kernels = kernelsWith(places.bytes);
  if (kernels === undefined) return false;
  const memory = memoryOf(kernels);
  constant?.prepare(memory, constantAt);
  for (let start = 0; start < length; start += step) {
    const end = Math.min(start + step, length);
    for (let i = 0; i < inputs.length; i++) memory.set(inputs[i]!.subarray(start, end), addresses[i]! / 4);
    run(kernels, addresses, to, (end - start) / columns);
    out.set(memory.subarray(to / 4, to / 4 + end - start), start);
  }
  return true;
}

/** out[i] = f(x[i]). */
export function wasmMap(name: MapKernel, x: Float32Array, out: Float32Array): boolean {
  return inRows([x], out, 1, (kernels, [from], to, numbers) => kernels[name](from!, to, Math.ceil(numbers / 4)));
}

/** out[i] = f(a[i], b[i]). */
export function wasmZip(name: ZipKernel, a: Float32Array, b: Float32Array, out: Float32Array): boolean {
  return inRows([a, b], out, 1, (kernels, [left, right], to, numbers) => {
    kernels[name](left!, right!, to, Math.ceil(numbers / 4));
  });
}

/** The same for each row of a, which is as long as b. */
export function wasmZipRows(name: ZipKernel, a: Float32Array, b: Float32Array, out: Float32Array): boolean {
  const columns = b.length;
  const vectors = Math.ceil(columns / 4);
  let row: number;
  const prepare = (memory: Float32Array, place: number): void => {
    row = place;
    memory.set(b, place / 4);
  };
  const run: RunRows = (kernels, [from], to, rows) => {
    // What is written too much is written over by the next row.
    for (let i = 0; i < rows; i++) kernels[name](from! + 4 * i * columns, row, to + 4 * i * columns, vectors);
  };
  return inRows([a], out, columns, run, { size: columns, prepare });
}

/** out[i] = f(x[i], number), or f(number, x[i]); the number is a float32. */
export function wasmZipNumber(
  name: ZipKernel,
  x: Float32Array,
  number: number,
  isFirst: boolean,
  out: Float32Array,
): boolean {
  let same: number;
  const prepare = (memory: Float32Array, place: number): void => {
    same = place;
    memory.fill(number, place / 4, place / 4 + CHUNK);
  };
  const run: RunRows = (kernels, [from], to, numbers) => {
    const [left, right] = isFirst ? [same, from!] : [from!, same];
    kernels[name](left, right, to, Math.ceil(numbers / 4));
  };
  return inRows([x], out, 1, run, { size: CHUNK, prepare });
}

/** out[i] = x[i] · number, in double precision. */
export function wasmScale(x: Float32Array, number: number, out: Float32Array): boolean {
  return inRows([x], out, 1, (kernels, [from], to, numbers) => {
    kernels.scale(from!, to, Math.ceil(numbers / 4), number);
  });
}

/** out[i] = x[i]². */
export function wasmSquare(x: Float32Array, out: Float32Array): boolean {
  return inRows([x], out, 1, (kernels, [from], to, numbers) => kernels.mul(from!, from!, to, Math.ceil(numbers / 4)));
}

/** out[row] = the largest number of each row of x, or the smallest; rows are at least 8 long. False for very long ones too. */
export function wasmExtremes(name: "maxRows" | "minRows", x: Float32Array, out: DataArray): boolean {
  const columns = x.length / out.length;
  if (columns > LONGEST_ROW) return false;
  const step = Math.max(1, Math.floor(CHUNK / columns));
  const places = new Places();
  const from = places.take(step * columns);
  const to = places.take(step);
  const kernels = kernelsWith(places.bytes);
  if (kernels === undefined) return false;
  const memory = memoryOf(kernels);
  for (let row = 0; row < out.length; row += step) {
    const count = Math.min(step, out.length - row);
    memory.set(x.subarray(row * columns, (row + count) * columns), from / 4);
    kernels[name](from, to, count, columns);
    out.set(memory.subarray(to / 4, to / 4 + count), row);
  }
  return true;
}

/** sums[columns] = the sums of the columns of x. */
export function wasmSumRows(x: Float32Array, sums: DataArray): boolean {
  const columns = sums.length;
  const step = Math.max(1, Math.floor(CHUNK / columns)) * columns;
  const places = new Places();
  const from = places.take(step);
  const to = places.take(2 * columns + 8);
  const kernels = kernelsWith(places.bytes);
  if (kernels === undefined) return false;
  const memory = memoryOf(kernels);
  memory.fill(0, to / 4, to / 4 + 2 * columns + 8);
  for (let start = 0; start < x.length; start += step) {
    const end = Math.min(start + step, x.length);
    memory.set(x.subarray(start, end), from / 4);
    kernels.sumRows(from, to, (end - start) / columns, columns);
  }
  sums.set(new Float64Array(memory.buffer, to, columns));
  return true;
}

/** The softmax of each row of x. */
export function wasmSoftmax(x: Float32Array, out: Float32Array, columns: number): boolean {
  return inRows([x], out, columns, (kernels, [from], to, rows) => kernels.softmax(from!, to, rows, columns));
}

/** out = y · (g − Σ g · y) along each row. */
export function wasmSoftmaxBack(g: Float32Array, y: Float32Array, out: Float32Array, columns: number): boolean {
  return inRows([g, y], out, columns, (kernels, [slopes, values], to, rows) =>
    kernels.softmaxBack(slopes!, values!, to, rows, columns),
  );
}
