// What is doubtful about tensors that come from a call that failed: the numbers that did not fit. An error about the
// same numbers further on is the same mistake.

import { type ShapeError, Tensor } from "@shapelens/engine";
import { type Dim, DimExpr } from "@shapelens/engine/tooling";
import { dimKey, mark } from "../values";

type Doubts = ReadonlySet<Dim>;

const doubtful = new WeakMap<Tensor, Doubts>();

/** Notes what a call that failed would have given. */
export function doubt(output: Tensor, error: ShapeError, inputs: readonly Tensor[]): void {
  const given = inputs.flatMap(({ dims }) => dims);
  // A length that is none of those that were given was computed from what does not fit.
  const computed = output.dims.filter((dim) => isComputed(dim) && !given.includes(dim));
  const numbers = error.numbers?.filter((dim) => dim instanceof DimExpr) ?? [];
  note(output, new Set([...doubtsOf(inputs), ...numbers, ...computed]));
}

function note(output: Tensor, doubts: Doubts): void {
  doubtful.set(output, doubts);
  mark(output, ` of doubt ${[...doubts].map(dimKey).join()}`);
}

function isComputed(dim: Dim): boolean {
  return typeof dim === "number" || dim.derivation !== undefined;
}

/** What comes of doubtful tensors is as doubtful. */
export function passOnDoubts(inputs: readonly Tensor[], result: unknown): void {
  const doubts = doubtsOf(inputs);
  if (doubts.size === 0) return;
  for (const output of Array.isArray(result) ? result : [result]) {
    if (output instanceof Tensor && !inputs.includes(output)) note(output, doubts);
  }
}

/** Whether an error only says again what an earlier one said. */
export function isConsequence({ numbers }: ShapeError, inputs: readonly Tensor[]): boolean {
  if (!numbers) return false;
  const doubts = doubtsOf(inputs);
  return doubts.size > 0 && numbers.some((number) => doubts.has(number));
}

const none: Doubts = new Set();

function doubtsOf(inputs: readonly Tensor[]): Doubts {
  const found = inputs.flatMap((input) => doubtful.get(input) ?? []);
  return found.length < 2 ? (found[0] ?? none) : new Set(found.flatMap((each) => [...each]));
}
