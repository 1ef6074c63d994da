// Shapes: lists of dimensions, outermost axis first, and the questions every op asks of them.

import {
  constantOf,
  type Dim,
  DimExpr,
  dimsAtMost,
  dimsEqual,
  equalOnlyAtOne,
  formatDim,
  NeedsValue,
  productOfDims,
} from "./dim";
import { ShapeError } from "./errors";
import { assumeAtMost, assumeEqual } from "./facts";

/** The dimensions of a tensor. `[]` is a scalar. */
export type Shape = readonly Dim[];

/** `[64, 784]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.map(formatDim).join(", ")}]`;
}

/** How many numbers a tensor of this shape holds. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const dim of shape) size *= dim;
  return size;
}

/** How many numbers, as a dimension. */
export function symbolicSize(shape: Shape): Dim {
  return productOfDims(shape);
}

/** Whether the dimensions are the very same, one by one. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function isConcrete(shape: Shape): shape is readonly number[] {
  for (const dim of shape) if (typeof dim !== "number") return false;
  return true;
}

/** True when the dims are equal or may be taken to be (the assumption is then recorded). */
export function agree(a: Dim, b: Dim): boolean {
  if (a === b) return true;
  const answer = dimsEqual(a, b);
  if (answer === "unknown" && equalOnlyAtOne(a, b)) return false;
  if (answer === "unknown") assumeEqual(a, b);
  return answer !== "no";
}

/** True when a ≤ b or it may be taken to be (the assumption is then recorded). */
export function agreeAtMost(a: Dim, b: Dim): boolean {
  const answer = dimsAtMost(a, b);
  if (answer === "unknown") assumeAtMost(a, b);
  return answer !== "no";
}

/** Of two dims that agree, the one that says more. */
export function sharper(a: Dim, b: Dim): Dim {
  return constantOf(a) === undefined && constantOf(b) !== undefined ? b : a;
}

/**
 * An axis argument as an index from 0, counting from the end when negative.
 * @throws ShapeError `axis-range` outside [-rank, rank), TypeError for anything but a whole number.
 */
export function normalizeAxis(op: string, axis: number, rank: number, name = "axis"): number {
  const value = wholeNumber(op, name, axis);
  if (value >= -rank && value < rank) return value < 0 ? value + rank : value;
  const legal = rank === 0 ? "a scalar has no axes" : `expected ${-rank} to ${rank - 1} for ${countAxes(rank)}`;
  throw new ShapeError({
    code: "axis-range",
    op,
    message: `${name} ${value} does not exist: ${legal}.`,
    parameter: name,
    numbers: [rank, value],
  });
}

/** `1 axis`, `2 axes`. */
export function countAxes(count: number): string {
  return `${count} ${count === 1 ? "axis" : "axes"}`;
}

/** Several axes, normalised, in order; all of them when none are given. A repeated axis throws. */
export function normalizeAxes(op: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, i) => i);
  const list = (Array.isArray(axes) ? axes : [axes as number]).map((a: number) => normalizeAxis(op, a, rank));
  const sorted = [...list].sort((a, b) => a - b);
  const twice = sorted.find((axis, i) => axis === sorted[i - 1]);
  if (twice !== undefined) {
    throw new ShapeError({ code: "axis-range", op, message: `axis ${twice} is given twice.`, parameter: "axis" });
  }
  return sorted;
}

/**
 * A whole number from an argument, or the number behind a constant dimension.
 * @throws TypeError naming op, argument, what was expected and what was found.
 */
export function wholeNumber(op: string, name: string, value: unknown, least = -Infinity): number {
  const number = value instanceof DimExpr ? value.valueOf() : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number) || number < least) {
    const kind = least === 0 ? "a whole number ≥ 0" : least === 1 ? "a whole number ≥ 1" : "a whole number";
    throw new TypeError(`${op}: ${name} must be ${kind}, found ${describe(number)}.`);
  }
  return number;
}

/** @throws TypeError naming the first property that is none of these. */
export function checkNames(op: string, options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const known = names.length > 1 ? `${names.slice(0, -1).join(", ")} or ${names.at(-1)}` : names[0];
  throw new TypeError(`${op}: unknown option ${describe(unknown)}; expected ${known}.`);
}

/** A plain number from an argument; NaN is refused. */
export function plainNumber(op: string, name: string, value: unknown): number {
  const number = value instanceof DimExpr ? value.valueOf() : value;
  if (typeof number !== "number" || Number.isNaN(number)) {
    throw new TypeError(`${op}: ${name} must be a number, found ${describe(number)}.`);
  }
  return number;
}

/**
 * Checks one dimension that a person wrote: a whole number ≥ 0 (or a symbol).
 * @throws ShapeError `whole-number` or `undefined-dimension`.
 */
export function checkDim(op: string, name: string, value: unknown, least = 0): Dim {
  if (value === undefined || value === null) {
    throw new ShapeError({
      code: "undefined-dimension",
      op,
      message: `${name} is ${String(value)}; expected a whole number.`,
      parameter: name,
    });
  }
  const number = value instanceof DimExpr ? constantOf(value) : value;
  if (number === undefined) return value as DimExpr;
  if (typeof number !== "number")
    throw new TypeError(`${op}: ${name} must be a whole number, found ${describe(value)}.`);
  if (!Number.isSafeInteger(number) || number < least) {
    throw new ShapeError({
      code: "whole-number",
      op,
      message: `${name} is ${number}; expected a whole number ≥ ${least}.`,
      parameter: name,
      numbers: [least, value as Dim],
    });
  }
  return value as Dim;
}

/** Checks a shape argument: a list of dimensions. A single number is taken as one axis, as in NumPy. */
export function checkShape(op: string, shape: unknown): Dim[] {
  if (typeof shape === "number" || shape instanceof DimExpr) return [checkDim(op, "shape", shape)];
  if (!Array.isArray(shape))
    throw new TypeError(`${op}: shape must be a list of whole numbers, found ${describe(shape)}.`);
  return Array.from(shape, (dim: unknown, i) => checkDim(op, `shape[${i}]`, dim));
}

/** What a person would call the value in an error message. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (value instanceof DimExpr) return formatDim(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "function") return `the function ${value.name || "(anonymous)"}`;
  if (typeof value === "object" && value !== null) return `an object (${value.constructor?.name ?? "no prototype"})`;
  return String(value);
}

/** The numbers of a shape that must be known by now. */
export function concrete(shape: Shape): readonly number[] {
  if (isConcrete(shape)) return shape;
  return shape.map((dim) => {
    const value = constantOf(dim);
    if (value === undefined) throw new NeedsValue(`The shape ${formatShape(shape)} is not known.`);
    return value;
  });
}

/** Distances, in elements, between neighbours along each axis of a row-major array. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}
