// Tensors taken apart along an axis.

import { addDims, constantOf, type Dim, divides, exactDivDims, formatDim, NeedsValue } from "../../shape/dim";
import { differ, ShapeError } from "../../shape/errors";
import { assumeDivides } from "../../shape/facts";
import { agree, checkDim, formatShape, wholeNumber } from "../../shape/shape";
import { type Tensor } from "../../tensor/tensor";
import { axisOf } from "../axis";
import { engineFunction, type TensorLike, toTensor } from "../op";
import { type Range, section, slice } from "./slice";

type SplitArgs = [x: TensorLike, sizesOrCount: number | readonly number[], axis?: number];

/**
 * Cuts a tensor along an axis: a number gives so many equal parts, a list gives the length of each part.
 * @throws ShapeError `split-size` when the parts do not add up to the axis.
 */
export const split: (...args: SplitArgs) => Tensor[] = engineFunction<SplitArgs, Tensor[]>({
  name: "split",
  doc: "Cuts along an axis (0 unless given): a number gives so many equal parts, a list the length of each.",
  example: "split(ones([6, 2]), 3)",
  call: (x, sizesOrCount, axis) => {
    const input = toTensor("split", x, 0);
    const along = axisOf("split", input, axis ?? 0);
    return cut(input, partSizes(input, sizesOrCount, along), along);
  },
  samples: [
    (make) => [make.normal([4, 2]), 2],
    (make) => [make.normal([2, 5]), [2, 0, 3], -1],
    (make) => [make.normal([0, 2]), 3],
    (make) => {
      const shape = make.shape(1);
      const axis = make.axis(shape.length);
      const sizes = Array.from({ length: make.dim(1) }, (): number => make.oneOf(0, 1, 2));
      const length = sizes.reduce((total, size) => total + size, 0);
      return [make.normal(shape.with(axis, length)), make.oneOf<number | number[]>(sizes, 1, length || 1), axis];
    },
  ],
});

/** Takes a tensor apart along an axis, which the parts no longer have. */
export const unstack: (x: TensorLike, axis?: number) => Tensor[] = engineFunction<
  [x: TensorLike, axis?: number],
  Tensor[]
>({
  name: "unstack",
  doc: "Takes a tensor apart along an axis (0 unless given), which the parts no longer have.",
  example: "unstack(ones([2, 3]))",
  call: (x, axis) => {
    const input = toTensor("unstack", x, 0);
    const along = axisOf("unstack", input, axis ?? 0);
    const count = constantOf(input.dims[along]!);
    if (count === undefined) throw new NeedsValue(`How many parts ${formatShape(input.dims)} has is not known.`);
    return Array.from({ length: count }, (_, i) => slice(input, ...everything(along), i));
  },
  samples: [
    (make) => [make.normal([2, 3])],
    (make) => [make.normal([2, 3]), -1],
    (make) => [make.normal([0, 3])],
    (make) => {
      const shape = make.shape(1);
      return [make.normal(shape), make.axis(shape.length)];
    },
  ],
});

const everything = (axes: number): Range[] => new Array<Range>(axes).fill(null);

/** Consecutive parts of these lengths. */
export function cut(x: Tensor, sizes: readonly Dim[], axis: number): Tensor[] {
  let start: Dim = 0;
  return sizes.map((size) => {
    const part = slice(x, ...everything(axis), section(start, size));
    start = addDims(start, size);
    return part;
  });
}

function partSizes(x: Tensor, sizesOrCount: number | readonly number[], axis: number): readonly Dim[] {
  const length = x.dims[axis]!;
  const fail = (message: string, numbers: readonly [Dim, Dim], suggestion?: string): ShapeError =>
    new ShapeError({
      code: "split-size",
      op: "split",
      message: `axis ${axis} of ${formatShape(x.dims)} has length ${formatDim(length)}, ${message}`,
      operands: [{ name: "x", dims: x.dims }],
      axes: [axis],
      parameter: "sizesOrCount",
      numbers,
      suggestion,
    });
  if (Array.isArray(sizesOrCount)) {
    const sizes = Array.from(sizesOrCount as readonly unknown[], (size, i) => checkDim("split", `sizes[${i}]`, size));
    const total = sizes.reduce(addDims, 0);
    if (agree(length, total)) return sizes;
    throw fail(`the sizes ${formatShape(sizes)} add up to ${formatDim(total)}: ${differ(length, total)}.`, [
      length,
      total,
    ]);
  }
  const count = wholeNumber("split", "sizesOrCount", sizesOrCount, 1);
  const certainty = divides(count, length);
  if (certainty === "no") {
    const message = `which is no multiple of ${count}: it cannot be cut into ${count} equal parts.`;
    throw fail(message, [length, count], unevenSuggestion(length, count));
  }
  if (certainty === "unknown") assumeDivides(count, length);
  return new Array<Dim>(count).fill(exactDivDims(length, count));
}

function unevenSuggestion(length: Dim, count: number): string | undefined {
  const total = constantOf(length);
  if (total === undefined || count > 8) return undefined;
  const sizes = Array.from({ length: count }, (_, i) => Math.floor(total / count) + (i < total % count ? 1 : 0));
  return `give the sizes yourself, for example ${formatShape(sizes)}.`;
}
