// What the engine's tests share: sample arguments, and the assertion that a call is refused in the right words.

import assert from "node:assert/strict";
import { ShapeError, Tensor } from "@shapelens/engine";
import { type Dim, formatShape, type SampleSource } from "@shapelens/engine/tooling";

/** Numbers in [0, 1) from a seed (mulberry32), so that a failure can be repeated. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Arguments for the samples of the op table. */
export function sampleSource(seed = 1): SampleSource {
  const random = randomNumbers(seed);
  const leaf = (shape: readonly number[], next: (i: number) => number): Tensor => {
    const data = Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => next(i));
    return new Tensor(shape, "float64", data, { requiresGrad: true });
  };
  const whole = (low: number, high: number): number => low + Math.floor(random() * (high - low));
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  /** Mostly 2 or 3, so that tensors of many axes stay small. */
  const lengthFrom = (least: number): number => (random() < 0.12 ? whole(least, 2) : whole(2, 4));
  return {
    normal: (shape) => leaf(shape, normal),
    uniform: (low, high, shape) => leaf(shape, () => low + (high - low) * random()),
    integers: (low, high, shape) => {
      const { data } = leaf(shape, () => whole(low, high));
      return new Tensor(shape, "int32", Int32Array.from(data));
    },
    distinct: (shape) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const order = Array.from({ length: size }, (_, i) => ({ i, key: random() })).sort((a, b) => a.key - b.key);
      return leaf(shape, (i) => 0.3 + 0.25 * order[i]!.i - 0.1 * size + 0.05 * random());
    },
    dim: (least = 0) => whole(least, 5),
    shape: (fewest = 0, least = 0) => Array.from({ length: whole(fewest, 5) }, () => lengthFrom(least)),
    axis: (rank) => whole(-rank, rank),
    broadcast: (shape) => shape.slice(whole(0, shape.length + 1)).map((dim) => (random() < 0.3 ? 1 : dim)),
    oneOf: (...choices) => choices[whole(0, choices.length)]!,
  };
}

/** Every tensor among the arguments, those in lists and options included. */
export function tensorsIn(args: readonly unknown[]): Tensor[] {
  return args.flatMap((arg) => {
    if (arg instanceof Tensor) return [arg];
    return Array.isArray(arg) ? tensorsIn(arg) : isOptions(arg) ? tensorsIn(Object.values(arg)) : [];
  });
}

/** The same arguments with every tensor replaced. */
export function replaceTensors(args: readonly unknown[], replace: (tensor: Tensor) => Tensor): unknown[] {
  return args.map((arg) => {
    if (arg instanceof Tensor) return replace(arg);
    if (Array.isArray(arg)) return replaceTensors(arg, replace);
    if (!isOptions(arg)) return arg;
    const values = replaceTensors(Object.values(arg), replace);
    return Object.fromEntries(Object.keys(arg).map((name, i) => [name, values[i]]));
  });
}

interface Refusal {
  readonly code: string;
  /** The whole message without the op's name and the fix. */
  readonly message: string;
  readonly fix?: string;
  readonly numbers?: readonly Dim[];
  readonly axes?: readonly (number | undefined)[];
  /** The shape that analysis goes on with. */
  readonly likely?: string;
}

/** Asserts that the call throws exactly this ShapeError. */
export function refuses(run: () => unknown, expected: Refusal): void {
  assert.throws(run, (error: unknown) => {
    assert.ok(error instanceof ShapeError, `expected a ShapeError, found ${String(error)}`);
    assert.equal(error.details.message, expected.message);
    assert.equal(error.code, expected.code);
    assert.equal(error.suggestion, expected.fix);
    if (expected.numbers) assert.deepEqual(error.numbers, expected.numbers);
    if (expected.axes) assert.deepEqual(error.axes, expected.axes);
    if (expected.likely) assert.equal(error.likely && formatShape(error.likely.dims), expected.likely);
    return true;
  });
}

/** Asserts that the call throws a TypeError with exactly this message. */
export function refusesType(run: () => unknown, message: string): void {
  assert.throws(run, (error: unknown) => {
    assert.ok(error instanceof TypeError, `expected a TypeError, found ${String(error)}`);
    assert.equal(error.message, message);
    return true;
  });
}

/** Asserts that numbers agree to within rtol · |expected| + atol; NaN agrees with NaN. */
export function close(actual: ArrayLike<number>, expected: ArrayLike<number>, rtol = 1e-12, atol = 0): void {
  assert.equal(actual.length, expected.length, "number of elements");
  for (let i = 0; i < expected.length; i++) {
    const [found, wanted] = [actual[i]!, expected[i]!];
    if (Object.is(found, wanted) || found === wanted) continue;
    const ok = Math.abs(found - wanted) <= rtol * Math.abs(wanted) + atol;
    assert.ok(ok, `element ${i}: expected ${wanted}, found ${found}`);
  }
}

/** A plain object among the arguments. */
export function isOptions(arg: unknown): arg is Readonly<Record<string, unknown>> {
  return typeof arg === "object" && arg !== null && Object.getPrototypeOf(arg) === Object.prototype;
}

/** The options that a function takes, as its refusal of another one lists them, and which argument they are. */
export function optionsOf(
  call: (...args: readonly unknown[]) => unknown,
  args: readonly unknown[],
): { readonly names: readonly string[]; readonly at: number } | undefined {
  const first = isOptions(args.at(-1)) ? args.length - 1 : args.length;
  for (let at = first; at < args.length + 3; at++) {
    try {
      const skipped = new Array<undefined>(Math.max(at - args.length, 0)).fill(undefined);
      call(...args.slice(0, at), ...skipped, { unheardOf: 1 });
    } catch (error) {
      const names = /unknown option "unheardOf"; expected (.*)\.$/.exec(String(error));
      if (names) return { names: names[1]!.split(/, | or /), at };
    }
  }
  return undefined;
}
