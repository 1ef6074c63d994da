// NumPy's broadcasting: shapes are aligned at their last axes; along each axis the lengths are equal or one of them is 1.

import { constantOf, type Dim, dimsEqual, equalOnlyAtOne } from "./dim";
import { differ, ShapeError } from "./errors";
import { assumeEqual } from "./facts";
import { formatShape, sameShape, type Shape } from "./shape";

/**
 * The shape that all the given ones broadcast to.
 * @throws ShapeError `broadcast` naming both shapes and both numbers.
 */
export function broadcastShapes(op: string, shapes: readonly Shape[], names?: readonly string[]): Shape {
  let result = shapes[0] ?? [];
  let from = 0;
  for (let i = 1; i < shapes.length; i++) {
    const merged = broadcastTwo(op, result, shapes[i]!, shapes, from, i, names);
    if (merged !== result) from = i;
    result = merged;
  }
  return result;
}

function broadcastTwo(
  op: string,
  a: Shape,
  b: Shape,
  all: readonly Shape[],
  indexOfA: number,
  indexOfB: number,
  names: readonly string[] | undefined,
): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const result = new Array<Dim>(rank);
  for (let axis = 1; axis <= rank; axis++) {
    const left = a[a.length - axis];
    const right = b[b.length - axis];
    if (left === undefined) result[rank - axis] = right!;
    else if (right === undefined) result[rank - axis] = left;
    else {
      const merged = broadcastDims(left, right);
      if (merged === undefined) throw mismatch(op, a, b, axis, all, indexOfA, indexOfB, names);
      result[rank - axis] = merged;
    }
  }
  return result;
}

/** One axis of a broadcast; `undefined` when the two cannot go together. */
function broadcastDims(a: Dim, b: Dim): Dim | undefined {
  const left = constantOf(a);
  const right = constantOf(b);
  if (right === 1) return a;
  if (left === 1) return b;
  const equal = dimsEqual(a, b);
  if (equal === "yes") return left === undefined && right !== undefined ? b : a;
  if (equal === "no" && dimsEqual(a, 1) === "no" && dimsEqual(b, 1) === "no") return undefined;
  // A symbol beside a number other than 1 is that number or 1: the result is the number either way.
  if (left !== undefined) return a;
  if (right !== undefined) return b;
  if (equal === "unknown" && !equalOnlyAtOne(a, b)) assumeEqual(a, b);
  return a;
}

function mismatch(
  op: string,
  a: Shape,
  b: Shape,
  axis: number,
  all: readonly Shape[],
  indexOfA: number,
  indexOfB: number,
  names: readonly string[] = [],
): ShapeError {
  const numbers = [a[a.length - axis]!, b[b.length - axis]!] as const;
  const axes: (number | undefined)[] = all.map(() => undefined);
  axes[indexOfA] = all[indexOfA]!.length - axis;
  axes[indexOfB] = all[indexOfB]!.length - axis;
  const likely = a.length >= b.length ? a : b;
  return new ShapeError({
    code: "broadcast",
    op,
    message: `${formatShape(a)} and ${formatShape(b)} do not broadcast: ${differ(...numbers)} at axis ${-axis}, and neither is 1.`,
    operands: all.map((dims, i) => ({ name: names[i] ?? `argument ${i + 1}`, dims })),
    axes,
    blame: indexOfB,
    numbers,
    suggestion: suggestionFor(a, b),
    likely: { dims: likely },
  });
}

/** A near miss is worth naming: the same numbers in another order, or one axis that is missing. */
function suggestionFor(a: Shape, b: Shape): string {
  const text = (shape: Shape): string[] => shape.map((d) => String(constantOf(d) ?? d));
  const [left, right] = [text(a), text(b)];
  if (left.length === right.length && [...left].sort().join() === [...right].sort().join()) {
    return "one of them looks transposed; use transpose() on it.";
  }
  if (right.length === 1 && left.length === 2 && right[0] === left[0]) {
    return `to add one number per row make it [${right[0]}, 1] with expandDims(…, 1).`;
  }
  if (left.length === 1 && right.length === 2 && left[0] === right[0]) {
    return `to add one number per row make it [${left[0]}, 1] with expandDims(…, 1).`;
  }
  return "make the two lengths equal, or one of them 1.";
}
