// The WebAssembly kernels, compiled when they are first needed. Nothing here throws: a host without SIMD, or a page whose
// content security policy refuses WebAssembly, goes without.

import { relaxedModule, simdModule } from "./module";

/** What kernels.wat exports; addresses and steps in bytes. */
export interface Kernels {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  matmul(
    ...operands: [
      ...[a: number, aGroup: number, aRow: number, aStep: number],
      ...[b: number, bPanel: number, bStep: number],
      ...[c: number, rows: number, inner: number, columns: number],
    ]
  ): void;
  packRows(from: number, to: number, inner: number, columns: number, vectors: 1 | 2): void;
  packColumns(from: number, to: number, inner: number, columns: number): void;
  gather(...grid: Grid): void;
  scatterAdd(...grid: Grid): void;
  adam(
    ...operands: [
      ...[data: number, grad: number, mean: number, square: number, vectors: number],
      ...[beta1: number, rest1: number, beta2: number, rest2: number],
      ...[stepSize: number, correction: number, eps: number, decay: number],
    ]
  ): void;
  descend(
    ...operands: [
      ...[data: number, grad: number, velocity: number, vectors: number],
      ...[lr: number, kept: number, ahead: number, nesterov: 0 | 1, decay: number],
    ]
  ): void;
}

type Grid = [
  ...[image: number, matrix: number, rows: number, columns: number],
  ...[rowStep: number, step: number, matrixStep: number],
];

interface Host {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
}

declare const WebAssembly: Host | undefined;

const PAGE = 65536;
/** Memory cannot shrink: an instance that has grown beyond this many bytes is given up after use. */
const KEPT = 2 ** 26;
/** What a host can be expected to give. */
const MOST = 2 ** 31 - PAGE;

let compiled: object | undefined;
let isMissing = false;
let instance: Kernels | undefined;

/** The kernels with at least so many bytes of memory, whose contents are anyone's; `undefined` where there are none. */
export function kernelsWith(bytes: number): Kernels | undefined {
  if (bytes > MOST || !compile()) return undefined;
  try {
    if (instance === undefined || instance.memory.buffer.byteLength > KEPT) {
      instance = new WebAssembly!.Instance(compiled!).exports as Kernels;
    }
    const missing = bytes - instance.memory.buffer.byteLength;
    if (missing > 0) instance.memory.grow(Math.ceil(missing / PAGE));
    return instance;
  } catch {
    return undefined;
  }
}

/** Compiles what the host can run, once. */
function compile(): boolean {
  if (compiled !== undefined || isMissing) return !isMissing;
  try {
    const relaxed = bytesOf(relaxedModule);
    compiled = new WebAssembly!.Module(WebAssembly!.validate(relaxed) ? relaxed : bytesOf(simdModule));
  } catch {
    isMissing = true;
  }
  return !isMissing;
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
