// Float32 functions of single numbers and of rows in WebAssembly, a piece of the arrays at a time: it stays in the fast cache
// between being copied in, computed with and copied out.

import { type Kernels } from "./exports";
import { kernelsWith, memoryOf } from "./load";
import { Places } from "./places";

/** So many numbers of each array are in a piece, or one row. */
const CHUNK = 4096;

/**
 * Calls `run` for as many whole rows at a time as make a piece, with the addresses of theirs in each of `inputs` and of those
 * to write to, which become `out`. False, and nothing done, where there is no WebAssembly.
 */
function inRows(
  inputs: readonly Float32Array[],
  out: Float32Array,
  columns: number,
  run: (kernels: Kernels, addresses: readonly number[], to: number, rows: number) => void,
): boolean {
  const { length } = out;
  const step = Math.max(1, Math.floor(CHUNK / columns)) * columns;
  const places = new Places();
  const addresses = inputs.map(() => places.take(step));
  const to = places.take(step);
  const kernels = kernelsWith(places.bytes);
  if (kernels === undefined) return false;
  const memory = memoryOf(kernels);
  for (let start = 0; start < length; start += step) {
    const end = Math.min(start + step, length);
    for (let i = 0; i < inputs.length; i++) memory.set(inputs[i]!.subarray(start, end), addresses[i]! / 4);
    run(kernels, addresses, to, (end - start) / columns);
    out.set(memory.subarray(to / 4, to / 4 + end - start), start);
  }
  return true;
}

/** out[i] = f(x[i]). */
export function wasmMap(name: "exp" | "sigmoid" | "tanh", x: Float32Array, out: Float32Array): boolean {
  return inRows([x], out, 1, (kernels, [from], to, numbers) => kernels[name](from!, to, Math.ceil(numbers / 4)));
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
