// The WebAssembly kernels, compiled when they are first needed. Nothing here throws: a host without SIMD, or a page whose
// content security policy refuses WebAssembly, goes without.

import { type Kernels } from "./exports";
import { relaxedModule, relaxedProbe, simdModule } from "./module";

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
let isRelaxed = false;
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

/** Whether the kernels add a product in one instruction. */
export const areRelaxed = (): boolean => isRelaxed;

let numbers: Float32Array | undefined;

/** The memory as float32 numbers; until the next call of `kernelsWith`, which may move it. */
export function memoryOf({ memory }: Kernels): Float32Array {
  const { buffer } = memory;
  if (numbers?.buffer !== buffer) numbers = new Float32Array(buffer);
  return numbers;
}

/** Compiles what the host can run, once. */
function compile(): boolean {
  if (compiled !== undefined || isMissing) return !isMissing;
  try {
    isRelaxed = WebAssembly!.validate(bytesOf(relaxedProbe));
    compiled = new WebAssembly!.Module(bytesOf(isRelaxed ? relaxedModule : simdModule));
  } catch {
    isMissing = true;
  }
  return !isMissing;
}

/** Node decodes it in one go; elsewhere it is done letter by letter. */
function bytesOf(base64: string): Uint8Array {
  const { Buffer } = globalThis as { readonly Buffer?: { from(text: string, encoding: "base64"): Uint8Array } };
  if (Buffer) return Buffer.from(base64, "base64");
  const characters = atob(base64);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
