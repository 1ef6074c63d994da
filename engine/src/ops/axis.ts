// Axis and option arguments of ops: the same checks and the same words everywhere.

import { DimExpr } from "../shape/dim";
import { type LikelyResult, ShapeError } from "../shape/errors";
import { checkNames, describe, formatShape, normalizeAxes, normalizeAxis } from "../shape/shape";
import { type Tensor } from "../tensor/tensor";

/** One axis or several, negative ones counted from the end. */
export type Axes = number | readonly number[];

/** The axis as an index from 0. @throws ShapeError `axis-range` naming the tensor's shape. */
export function axisOf(op: string, x: Tensor, axis: number, likely?: LikelyResult, name = "axis"): number {
  return namingOperand(x, likely, () => normalizeAxis(op, axis, x.rank, name));
}

/** The axes, sorted, as indices from 0; all of them when none are given. @throws ShapeError `axis-range`. */
export function axesOf(op: string, x: Tensor, axes: Axes | undefined, likely?: LikelyResult): number[] {
  return namingOperand(x, likely, () => normalizeAxes(op, axes, x.rank));
}

function namingOperand<T>(x: Tensor, likely: LikelyResult | undefined, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw error.with({
      message: `x is ${formatShape(x.dims)}: ${error.details.message}`,
      operands: [{ name: "x", dims: x.dims }],
      axes: [undefined],
      suggestion: error.numbers && x.rank > 0 ? `the last axis is ${x.rank - 1}, or -1.` : undefined,
      likely,
    });
  }
}

/**
 * @throws TypeError when an axis argument is neither a number nor, where an op takes several, a list, as when options stand
 * in its place.
 */
export function checkAxisArgument(op: string, axis: unknown, takesList = true): void {
  if (axis === undefined || typeof axis === "number" || axis instanceof DimExpr) return;
  if (takesList && Array.isArray(axis)) return;
  const isOptions = typeof axis === "object" && axis !== null;
  const hint = isOptions ? ` Options come third: ${op}(x, undefined, { … }).` : "";
  throw new TypeError(
    `${op}: axis must be a whole number${takesList ? " or a list of them" : ""}, found ${describe(axis)}.${hint}`,
  );
}

/** @throws TypeError when `options` is no object or has an option that the op does not know. */
export function checkOptions(op: string, options: unknown, names: readonly string[]): void {
  if (options === undefined) return;
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`${op}: options must be an object such as { ${names[0]} }, found ${describe(options)}.`);
  }
  checkNames(op, options, names);
}

/** @throws TypeError for anything but true, false or undefined, which is false. */
export function flag(op: string, name: string, value: unknown): boolean {
  if (value === undefined) return false;
  if (typeof value !== "boolean")
    throw new TypeError(`${op}: ${name} must be true or false, found ${describe(value)}.`);
  return value;
}

/** @throws TypeError when lengths are given one by one: `reshape(x, 2, 3)`. */
export function refuseExtra(op: string, name: string, given: unknown, extra: readonly unknown[]): void {
  if (extra.length === 0) return;
  const list = [given, ...extra].map(String).join(", ");
  throw new TypeError(`${op}: ${name} goes in brackets: expected [${list}], found ${list}.`);
}
