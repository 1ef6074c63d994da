// Scores to probabilities along the rows of an array, and the way back: in WebAssembly where that pays, in plain TypeScript
// elsewhere.

import { type DataArray } from "../tensor/dtype";
import { expKernel } from "./exponential";
import { eachLane, type LaneLayout, type Lanes, maxLane, sumLane } from "./lanes";
import { wasmSoftmax, wasmSoftmaxBack } from "./wasm/rows";
import { wasmTranspose } from "./wasm/transpose";

/** Below so many numbers, copying to WebAssembly costs more than it saves. */
const FEWEST_NUMBERS = 32;

/** out = e^(x − largest) / Σ e^(x − largest) in each lane. */
export function softmaxKernel(lanes: Lanes, out: DataArray): void {
  const { data, count } = lanes;
  const done = inRows([data], out, lanes, ([x], rows) => wasmSoftmax(x!, rows, count));
  if (!done) plainSoftmax(lanes, out);
}

export function plainSoftmax(lanes: Lanes, out: DataArray): void {
  const { data } = lanes;
  eachLane(lanes, (start, step, count) => {
    const top = maxLane(data, start, step, count);
    let sum = 0;
    for (let i = 0, p = start; i < count; i++, p += step) sum += Math.exp(data[p]! - top);
    for (let i = 0, p = start; i < count; i++, p += step) out[p] = Math.exp(data[p]! - top) / sum;
  });
}

/** out = y · (g − Σ g · y) in each lane, for the gradient g of the result y, which are both laid out as `lanes` says. */
export function softmaxBackKernel(g: DataArray, y: DataArray, lanes: LaneLayout, out: DataArray): void {
  const done = inRows([g, y], out, lanes, ([slopes, values], rows) =>
    wasmSoftmaxBack(slopes!, values!, rows, lanes.count),
  );
  if (!done) plainSoftmaxBack(g, y, lanes, out);
}

export function plainSoftmaxBack(g: DataArray, y: DataArray, lanes: LaneLayout, out: DataArray): void {
  eachLane(lanes, (start, step, count) => {
    let sum = 0;
    for (let i = 0, p = start; i < count; i++, p += step) sum += g[p]! * y[p]!;
    for (let i = 0, p = start; i < count; i++, p += step) out[p] = y[p]! * (g[p]! - sum);
  });
}

/** out = x − largest − log Σ e^(x − largest) in each lane. */
export function logSoftmaxKernel(lanes: Lanes, out: DataArray): void {
  const { data } = lanes;
  eachLane(lanes, (start, step, count) => {
    const top = maxLane(data, start, step, count);
    for (let i = 0, p = start; i < count; i++, p += step) out[p] = data[p]! - top;
  });
  const powers = out.slice();
  expKernel(out, powers);
  eachLane(lanes, (start, step, count) => {
    const total = Math.log(sumLane(powers, start, step, count));
    for (let i = 0, p = start; i < count; i++, p += step) out[p]! -= total;
  });
}

/** Runs a kernel of rows on lanes: on the transposed arrays where lanes are columns. False where that does not pay. */
function inRows(
  inputs: readonly DataArray[],
  out: DataArray,
  { outer, count, inner }: LaneLayout,
  run: (inputs: readonly Float32Array[], out: Float32Array) => boolean,
): boolean {
  if (out.length < FEWEST_NUMBERS || !(out instanceof Float32Array) || !inputs.every(isFloat32)) return false;
  if (inner === 1) return run(inputs, out);
  const sizes = { rows: count, columns: inner, count: outer };
  const turned = inputs.map((input) => {
    const rows = new Float32Array(input.length);
    return wasmTranspose(input, 0, rows, 0, sizes) ? rows : undefined;
  });
  const rows = new Float32Array(out.length);
  if (!turned.every((array) => array !== undefined) || !run(turned, rows)) return false;
  return wasmTranspose(rows, 0, out, 0, { rows: inner, columns: count, count: outer });
}

const isFloat32 = (data: DataArray): data is Float32Array => data instanceof Float32Array;
