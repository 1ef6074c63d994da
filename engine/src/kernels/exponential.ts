// Powers of e and what is made of them, number by number: in WebAssembly where that pays, in plain TypeScript elsewhere.

import { type DataArray } from "../tensor/dtype";
import { wasmMap } from "./wasm/rows";

/** Below so many numbers, copying to WebAssembly costs more than it saves. */
const FEWEST_NUMBERS = 32;

/** out = eˣ; in float32 off by at most 2 units in the last place. */
export function expKernel(x: DataArray, out: DataArray): void {
  if (inWasm("exp", x, out)) return;
  for (let i = 0; i < out.length; i++) out[i] = Math.exp(x[i]!);
}

/** out = 1 / (1 + e⁻ˣ); in float32 off by at most 3 units in the last place. */
export function sigmoidKernel(x: DataArray, out: DataArray): void {
  if (inWasm("sigmoid", x, out)) return;
  for (let i = 0; i < out.length; i++) out[i] = logistic(x[i]!);
}

/** out = tanh x; in float32 off by at most 2 units in the last place. */
export function tanhKernel(x: DataArray, out: DataArray): void {
  if (inWasm("tanh", x, out)) return;
  for (let i = 0; i < out.length; i++) out[i] = Math.tanh(x[i]!);
}

/** 1 / (1 + e⁻ˣ) without overflow. */
export function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

function inWasm(name: "exp" | "sigmoid" | "tanh", x: DataArray, out: DataArray): boolean {
  if (out.length < FEWEST_NUMBERS || !(x instanceof Float32Array && out instanceof Float32Array)) return false;
  return wasmMap(name, x, out);
}
