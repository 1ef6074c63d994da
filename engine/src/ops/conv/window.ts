// What convolutions and pooling share: windows that slide over the axes of an image. How many there are is arithmetic
// on dimensions, so that it works for symbols too.

import { addDims, ceilDivDims, constantOf, type Dim, floorDivDims, formatDim, mulDims, subDims } from "../../shape/dim";
import { ShapeError } from "../../shape/errors";
import { agreeAtMost, checkDim, describe, formatShape, type Shape } from "../../shape/shape";
import { type Tensor } from "../../tensor/tensor";

/** One number for all axes of an image, or one for each: [height, width]. */
export type PerAxis = number | readonly number[];

/**
 * How many zeros are put on both sides of each axis. "valid" is none; "same" as many as make the result
 * ceil(length / stride), the odd one at the end.
 */
export type Padding = PerAxis | "same" | "valid";

export interface WindowOptions {
  /** How far it is from one window to the next, 1 unless given. */
  readonly stride?: PerAxis;
  /** 0 unless given. */
  readonly padding?: Padding;
  /** The distance between neighbouring elements of the kernel, 1 unless given. */
  readonly dilation?: PerAxis;
}

/** The options with one number for each axis. */
export interface WindowParams {
  readonly stride: Shape;
  readonly padding: Shape | "same";
  readonly dilation: Shape;
}

/** Reads the options for an image of so many axes. @throws TypeError, ShapeError `whole-number`. */
export function readWindow(
  op: string,
  options: WindowOptions | undefined,
  axes: number,
  stride: Shape = new Array<Dim>(axes).fill(1),
): WindowParams {
  return {
    stride: options?.stride === undefined ? stride : perAxis(op, "stride", options.stride, axes, 1),
    padding: readPadding(op, options?.padding ?? 0, axes),
    dilation: perAxis(op, "dilation", options?.dilation ?? 1, axes, 1),
  };
}

/** One number for each axis of an image. */
export function perAxis(op: string, name: string, value: unknown, axes: number, least: number): Dim[] {
  if (!Array.isArray(value)) return new Array<Dim>(axes).fill(checkDim(op, name, value, least));
  if (value.length !== axes) {
    const wanted = axes === 1 ? "one number" : "[height, width]";
    throw new TypeError(`${op}: ${name} must be a whole number or ${wanted}, found ${describe(value)}.`);
  }
  return Array.from(value as readonly unknown[], (item, i) => checkDim(op, `${name}[${i}]`, item, least));
}

function readPadding(op: string, padding: unknown, axes: number): Shape | "same" {
  if (padding === "same") return "same";
  if (padding === "valid") return new Array<Dim>(axes).fill(0);
  if (typeof padding === "string") {
    throw new TypeError(`${op}: padding must be whole numbers, "same" or "valid", found ${describe(padding)}.`);
  }
  return perAxis(op, "padding", padding, axes, 0);
}

/**
 * How many windows fit along each of these axes of x.
 * @throws ShapeError `kernel-too-large` where not even one does; `likely` makes the result's shape of the counts.
 */
export function windowCounts(
  op: string,
  x: Tensor,
  axes: readonly number[],
  kernel: Shape,
  params: WindowParams,
  likely: (counts: Dim[]) => ShapeError["likely"],
): Dim[] {
  let wrong: number | undefined;
  const counts = axes.map((axis, i) => {
    const length = x.dims[axis]!;
    const reach = reachOf(kernel[i]!, params.dilation[i]!);
    if (params.padding === "same") {
      if (constantOf(length) === 0) wrong ??= i;
      return ceilDivDims(length, params.stride[i]!);
    }
    const padded = addDims(length, mulDims(2, params.padding[i]!));
    if (agreeAtMost(reach, padded)) return addDims(floorDivDims(subDims(padded, reach), params.stride[i]!), 1);
    wrong ??= i;
    return 1;
  });
  if (wrong !== undefined) throw tooLarge(op, x, axes[wrong]!, wrong, kernel, params, likely(counts));
  return counts;
}

/** How far a kernel reaches: its length, gaps included. */
export function reachOf(kernel: Dim, dilation: Dim): Dim {
  if (constantOf(dilation) === 1) return kernel;
  return addDims(mulDims(dilation, subDims(kernel, 1)), 1);
}

/** How many zeros come before each axis, now that all lengths are numbers. */
export function zerosBefore(
  lengths: readonly number[],
  counts: readonly number[],
  kernel: readonly number[],
  { padding, stride, dilation }: WindowParams,
): number[] {
  return lengths.map((length, i) => {
    if (padding !== "same") return Number(padding[i]);
    const reach = Number(reachOf(kernel[i]!, dilation[i]!));
    return Math.floor(Math.max((counts[i]! - 1) * Number(stride[i]) + reach - length, 0) / 2);
  });
}

function tooLarge(
  op: string,
  x: Tensor,
  axis: number,
  i: number,
  kernel: Shape,
  { padding, dilation }: WindowParams,
  likely: ShapeError["likely"],
): ShapeError {
  const length = x.dims[axis]!;
  const reach = reachOf(kernel[i]!, dilation[i]!);
  const pad = padding === "same" ? 0 : padding[i]!;
  const padded = constantOf(pad) === 0 ? length : addDims(length, mulDims(2, pad));
  const withGaps = constantOf(dilation[i]!) === 1 ? "" : `, ${formatDim(reach)} with its dilation`;
  const withZeros = constantOf(pad) === 0 ? "" : `, ${formatDim(padded)} with its padding`;
  const missing = constantOf(subDims(reach, length));
  return new ShapeError({
    code: "kernel-too-large",
    op,
    message: `x is ${formatShape(x.dims)}: a window of ${formatDim(kernel[i]!)}${withGaps} does not fit into axis ${axis}, which has length ${formatDim(length)}${withZeros}.`,
    operands: [{ name: "x", dims: x.dims }],
    axes: [axis],
    blame: 0,
    numbers: [reach, padded],
    suggestion:
      missing === undefined || padding === "same"
        ? "use a smaller kernel or a larger input."
        : `use a smaller kernel, or a padding of at least ${Math.ceil(missing / 2)}.`,
    likely,
  });
}
