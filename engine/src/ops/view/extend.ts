// Tensors made longer: padding and repetition.

import { scatterStrided } from "../../kernels/strided";
import { addDims, constantOf, type Dim, mulDims } from "../../shape/dim";
import { ShapeError } from "../../shape/errors";
import {
  checkDim,
  concrete,
  countAxes,
  describe,
  formatShape,
  sizeOf,
  stridesOf,
  symbolicSize,
} from "../../shape/shape";
import { allocate } from "../../tensor/dtype";
import { checkNumber } from "../create";
import { axisOf } from "../axis";
import { engineOp, type Op, resultType, type TensorLike } from "../op";
import { sum } from "../reduce/reduce";
import { reshape } from "./reshape";
import { slice } from "./slice";

/** How much is added before and after, for each axis. */
export type PadWidths = readonly (readonly [before: number, after: number])[];

export interface PadParams {
  readonly widths: readonly (readonly [Dim, Dim])[];
  readonly value: number;
}

/** Adds `before` and `after` elements of `value` along each axis. @throws ShapeError `rank` unless every axis has a pair. */
export const pad: Op<[x: TensorLike, widths: PadWidths, value?: number], PadParams> = engineOp({
  name: "pad",
  doc: "Adds [before, after] elements of one value (0 unless given) along each axis.",
  example: "pad(tensor([1, 2]), [[1, 2]])",
  args: (x: TensorLike, widths: PadWidths, value?: number) => ({
    inputs: [x],
    params: { widths: readWidths(widths), value: checkNumber("pad", "value", value ?? 0) },
  }),
  shape: ([x], { widths }) => {
    const dtype = resultType([x!]);
    if (widths.length !== x!.rank) {
      throw new ShapeError({
        code: "rank",
        op: "pad",
        message: `${widths.length} pairs of widths for the ${countAxes(x!.rank)} of ${formatShape(x!.dims)}: expected ${x!.rank}.`,
        operands: [{ name: "x", dims: x!.dims }],
        parameter: "widths",
        numbers: [x!.rank, widths.length],
        suggestion: "give [0, 0] for an axis that stays as it is.",
      });
    }
    return { dims: x!.dims.map((dim, axis) => addDims(addDims(dim, widths[axis]![0]), widths[axis]![1])), dtype };
  },
  forward: ([x], { widths, value }, dims, dtype) => {
    const out = allocate(dtype, sizeOf(dims)).fill(dtype === "bool" ? Number(value !== 0) : value);
    const steps = stridesOf(dims);
    const offset = steps.reduce((total, step, axis) => total + step * Number(widths[axis]![0]), 0);
    return scatterStrided(x!.data, { offset, steps, shape: concrete(x!.dims) }, out);
  },
  backward: ({ grad, inputs: [x], params: { widths } }) => [
    slice(grad, ...widths.map(([before], axis) => [Number(before), Number(before) + x!.shape[axis]!] as const)),
  ],
  samples: [
    (make) => [
      make.normal([2, 3]),
      [
        [1, 0],
        [0, 2],
      ],
    ],
    (make) => [make.normal([2]), [[1, 1]], 5],
    (make) => [make.normal([0]), [[2, 1]]],
    (make) => [make.normal([]), []],
    (make) => {
      const x = make.normal(make.shape());
      return [x, x.shape.map(() => [make.oneOf(0, 1, 2), make.oneOf(0, 1)]), make.oneOf(undefined, -2.5)];
    },
  ],
});

function readWidths(widths: unknown): [Dim, Dim][] {
  const legal = "a list of [before, after], one for each axis";
  if (!Array.isArray(widths)) throw new TypeError(`pad: widths must be ${legal}, found ${describe(widths)}.`);
  return Array.from(widths as readonly unknown[], (pair, axis) => {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new TypeError(`pad: widths must be ${legal}; widths[${axis}] is ${describe(pair)}.`);
    }
    return [checkDim("pad", `widths[${axis}][0]`, pair[0]), checkDim("pad", `widths[${axis}][1]`, pair[1])];
  });
}

export interface RepeatParams {
  readonly n: Dim;
  readonly axis: number | undefined;
}

/** Repeats each element n times along the axis, or in row-major order as one axis when none is given, as in NumPy. */
export const repeat: Op<[x: TensorLike, n: number, axis?: number], RepeatParams> = engineOp({
  name: "repeat",
  doc: "Repeats each element n times along the axis; without an axis in row-major order, as one axis.",
  example: "repeat(tensor([1, 2]), 2, 0)",
  args: (x: TensorLike, n: number, axis?: number) => ({
    inputs: [x],
    params: { n: checkDim("repeat", "n", n), axis },
  }),
  shape: ([x], { n, axis }) => {
    const dtype = resultType([x!]);
    if (axis === undefined) return { dims: [mulDims(symbolicSize(x!.dims), n)], dtype };
    const along = axisOf("repeat", x!, axis, { dims: x!.dims, dtype });
    return { dims: x!.dims.map((dim, i) => (i === along ? mulDims(dim, n) : dim)), dtype };
  },
  forward: ([x], { n, axis }, dims, dtype) => {
    const out = allocate(dtype, sizeOf(dims));
    const times = constantOf(n)!;
    const inner = axis === undefined ? 1 : sizeOf(dims.slice(axisOf("repeat", x!, axis) + 1));
    let next = 0;
    for (let start = 0; start < x!.size; start += inner) {
      for (let k = 0; k < times; k++) for (let i = 0; i < inner; i++) out[next++] = x!.data[start + i]!;
    }
    return out;
  },
  backward: ({ grad, inputs: [x], params: { n, axis } }) => {
    const times = constantOf(n)!;
    if (axis === undefined) return [reshape(sum(reshape(grad, [x!.size, times]), 1), x!.shape)];
    const along = axisOf("repeat", x!, axis);
    return [sum(reshape(grad, x!.shape.toSpliced(along + 1, 0, times)), along + 1)];
  },
  samples: [
    (make) => [make.normal([2, 3]), 2, 0],
    (make) => [make.normal([2, 3]), 3, -1],
    (make) => [make.normal([2, 2]), 2],
    (make) => [make.normal([2, 3]), 0, 1],
    (make) => [make.normal([0, 3]), 2, 1],
    (make) => {
      const shape = make.shape(1);
      return [make.normal(shape), make.dim(), make.axis(shape.length)];
    },
  ],
});
