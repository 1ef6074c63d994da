// A tensor whose axes were named in one order and are now named in another: the lengths fit and the meaning does not.

import { type Tensor } from "@shapelens/engine";
import { type Contract } from "@shapelens/engine/tooling";
import { type WarningCode } from "../codes";

export const swappedNamesCode: WarningCode = "swapped-names";
export const howToUnswap = "transpose it, or name the axes in one order.";

const contracts = new WeakMap<Tensor, Contract>();

/** Remembers what the axes of a tensor are called: by the first contract that it kept. */
export function noteNames(tensor: Tensor, contract: Contract): void {
  if (!contracts.has(tensor)) contracts.set(tensor, contract);
}

/** Two names that changed places, in words, and the axes they are of. */
export interface Swap {
  readonly message: string;
  readonly axes: readonly [number, number];
}

/** Two names that change places between an earlier contract of this very tensor and this one. */
export function swappedNames(tensor: Tensor, contract: Contract): Swap | undefined {
  const known = contracts.get(tensor);
  if (!known) return undefined;
  const before = namesOf(known);
  const now = namesOf(contract);
  if (before?.length !== now?.length) return undefined;
  for (const [i, name] of (before ?? []).entries()) {
    const j = now!.indexOf(name);
    if (j <= i || now![i] !== before![j] || !isMeaningful(name) || !isMeaningful(now![i]!)) continue;
    const message = `"${known.text}" became "${contract.text}": ${name} and ${now![i]!} change places.`;
    return { message, axes: [i, j] };
  }
  return undefined;
}

/** The name of each axis, where each has one word of its own and none stands for several axes. */
function namesOf({ axes }: Contract): string[] | undefined {
  if (axes.some(({ kind }) => kind === "rest")) return undefined;
  const names = axes.map(({ text }) => text);
  return new Set(names.filter(isMeaningful)).size === names.filter(isMeaningful).length ? names : undefined;
}

/** `n` and `m` mean something else in every function; `batch` and `time` do not. */
function isMeaningful(name: string): boolean {
  return /^\p{L}{3,}[\p{L}\d_]*$/u.test(name);
}
