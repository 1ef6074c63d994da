// How many float32 operations a nanosecond 128-bit SIMD does at most on one thread here: multiply-adds that do not wait
// for one another, and touch no memory.

import wabt from "wabt";
import { type Limit } from "../benchmark";

/** So many sums stay in registers, beside the two factors. */
const SUMS = 13;
const ROUNDS = 100_000;
/** What is printed is the best of so many turns. */
const TURNS = 400;

interface Host {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: { run(rounds: number): number } };
}

declare const WebAssembly: Host;

export interface MeasuredLimit extends Limit {
  /** Whether a product is added in one instruction, as where the host has relaxed SIMD. */
  readonly relaxed: boolean;
  /** The most operations in a nanosecond, while nothing else disturbed. */
  readonly perNanosecond: number;
}

export async function measureLimit(): Promise<MeasuredLimit> {
  const [plain, fused] = [await assemble(false), await assemble(true)];
  const relaxed = WebAssembly.validate(fused);
  const module = new WebAssembly.Module(relaxed ? fused : plain);
  const { run } = new WebAssembly.Instance(module).exports;
  const operations = ROUNDS * SUMS * 4 * 2;
  const speeds = Array.from({ length: TURNS }, () => {
    const start = performance.now();
    run(ROUNDS);
    return operations / (performance.now() - start) / 1e6;
  });
  return { relaxed, perNanosecond: Math.max(...speeds), operations, run: () => run(ROUNDS) };
}

/** Each sum becomes half of itself plus one, and so stays where numbers are ordinary. */
async function assemble(relaxed: boolean): Promise<Uint8Array> {
  const each = (text: (sum: string) => string): string =>
    Array.from({ length: SUMS }, (_, i) => text(`$sum${i}`)).join("\n");
  const [x, y] = ["(local.get $half)", "(local.get $one)"];
  const multiplyAdd = (sum: string): string =>
    relaxed
      ? `(f32x4.relaxed_madd (local.get ${sum}) ${x} ${y})`
      : `(f32x4.add (f32x4.mul (local.get ${sum}) ${x}) ${y})`;
  const text = `(module (func (export "run") (param $rounds i32) (result f32)
    (local $half v128) (local $one v128) ${each((sum) => `(local ${sum} v128)`)}
    (local.set $half (f32x4.splat (f32.const 0.5)))
    (local.set $one (f32x4.splat (f32.const 1)))
    (loop $again
      ${each((sum) => `(local.set ${sum} ${multiplyAdd(sum)})`)}
      (br_if $again (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
    (f32x4.extract_lane 0 (v128.const f32x4 0 0 0 0))
    ${each((sum) => `(f32.add (f32x4.extract_lane 0 (local.get ${sum})))`)}))`;
  const module = (await wabt()).parseWat("limit.wat", text, { simd: true, relaxed_simd: true });
  try {
    return module.toBinary({}).buffer;
  } finally {
    module.destroy();
  }
}
