// Plain-TypeScript kernels for functions of one or two numbers applied to every element, with broadcasting.

import { sizeOf } from "../shape/shape";
import { allocateUnset, type DataArray } from "../tensor/dtype";
import { type ZipKernel } from "./wasm/exports";
import { wasmMap, wasmScale, wasmSquare, wasmSumRows, wasmZip, wasmZipNumber, wasmZipRows } from "./wasm/rows";

/**
 * out[i] = f(a[p + …], b[q + …]) for i from `from` to `to`: an operand goes on by its step, 1, or 0 where one number stands
 * for all. The ops that matter have a loop of their own, written out: a loop that calls now one function and now
 * another can make none of them fast.
 */
export type ZipLoop = (
  a: DataArray,
  p: number,
  aStep: number,
  b: DataArray,
  q: number,
  bStep: number,
  out: DataArray,
  from: number,
  to: number,
) => void;

/** out[i] = f(x[i]). */
export type MapLoop = (x: DataArray, out: DataArray) => void;

export function zipLoop(f: (a: number, b: number) => number): ZipLoop {
  return (a, p, aStep, b, q, bStep, out, from, to) => {
    for (let i = from; i < to; i++, p += aStep, q += bStep) out[i] = f(a[p]!, b[q]!);
  };
}

export function mapLoop(f: (x: number) => number): MapLoop {
  return (x, out) => {
    for (let i = 0; i < out.length; i++) out[i] = f(x[i]!);
  };
}

/** Below so many numbers, copying to WebAssembly costs more than it saves; so do calls for rows of so few. */
const FEWEST_NUMBERS = 1024;
const FEWEST_COLUMNS = 16;

/** Runs `loop` over a and b, both broadcast to `shape`; what it does to float32 is done by `vectors`, where there is such. */
export function zipKernel(
  a: DataArray,
  aShape: readonly number[],
  b: DataArray,
  bShape: readonly number[],
  out: DataArray,
  shape: readonly number[],
  loop: ZipLoop,
  vectors?: ZipKernel,
): DataArray {
  const size = out.length;
  if (vectors && size >= FEWEST_NUMBERS && a.length === size && isFloat32(a) && isFloat32(b) && isFloat32(out)) {
    if (b.length === size && wasmZip(vectors, a, b, out)) return out;
    const isRow = b.length >= FEWEST_COLUMNS && isSuffix(bShape, shape);
    if (isRow && wasmZipRows(vectors, a, b, out)) return out;
  }
  if (vectors && size >= FEWEST_NUMBERS && isFloat32(out)) {
    if (b.length === 1 && isFloat32(a) && a.length === size && zipNumber(vectors, a, b[0]!, false, out)) return out;
    if (a.length === 1 && isFloat32(b) && b.length === size && zipNumber(vectors, b, a[0]!, true, out)) return out;
  }
  if ((a.length === size || a.length === 1) && (b.length === size || b.length === 1)) {
    loop(a, 0, a.length === size ? 1 : 0, b, 0, b.length === size ? 1 : 0, out, 0, size);
  } else if (a.length === size && isSuffix(bShape, shape)) {
    const period = b.length;
    for (let start = 0; start < size; start += period) loop(a, start, 1, b, 0, 1, out, start, start + period);
  } else {
    const last = shape.length - 1;
    const left = broadcastStrides(aShape, shape);
    const right = broadcastStrides(bShape, shape);
    const inner = shape[last]!;
    eachPair(shape.slice(0, last), left.slice(0, last), right.slice(0, last), (i, p, q) => {
      loop(a, p, left[last]!, b, q, right[last]!, out, i * inner, (i + 1) * inner);
    });
  }
  return out;
}

/** One number for all: it may have more digits than a float32, and then only a product can do without rounding it. */
function zipNumber(name: ZipKernel, x: Float32Array, number: number, isFirst: boolean, out: Float32Array): boolean {
  if (Math.fround(number) === number) return wasmZipNumber(name, x, number, isFirst, out);
  return name === "mul" && wasmScale(x, number, out);
}

/** Adds up `x` over the axes along which `target` was broadcast to `shape`: the way back of a broadcast. */
export function sumToKernel(
  x: DataArray,
  shape: readonly number[],
  out: DataArray,
  target: readonly number[],
): DataArray {
  if (isSuffix(target, shape)) return sumRowsKernel(x, out);
  const sums = new Float64Array(out.length);
  const strides = broadcastStrides(target, shape);
  eachPair(shape, strides, strides, (i, p) => (sums[p]! += x[i]!));
  out.set(sums);
  return out;
}

/** out = the sums of the columns of x, whose rows are as long as `out`. */
export function sumRowsKernel(x: DataArray, out: DataArray): DataArray {
  const columns = out.length;
  if (x.length <= FEW) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let i = column; i < x.length; i += columns) sum += x[i]!;
      out[column] = sum;
    }
    return out;
  }
  if (x.length >= FEWEST_NUMBERS && columns >= FEWEST_COLUMNS && isFloat32(x) && wasmSumRows(x, out)) return out;
  const sums = new Float64Array(columns);
  for (let start = 0; start < x.length; start += columns) for (let i = 0; i < columns; i++) sums[i]! += x[start + i]!;
  out.set(sums);
  return out;
}

/** Up to so many numbers are read down their columns: another array would cost more than it saves. */
const FEW = 256;

/** The numbers of a smaller array repeated to fill `shape`; the array itself where there is nothing to repeat. */
export function expandKernel(x: DataArray, from: readonly number[], shape: readonly number[]): DataArray {
  const size = sizeOf(shape);
  if (x.length === size) return x;
  const out =
    x instanceof Float32Array
      ? allocateUnset("float32", size)
      : new (x.constructor as new (size: number) => typeof x)(size);
  if (x.length === 1) return out.fill(x[0]!);
  const strides = broadcastStrides(from, shape);
  eachPair(shape, strides, strides, (i, p) => (out[i] = x[p]!));
  return out;
}

const isFloat32 = (data: DataArray): data is Float32Array => data instanceof Float32Array;

/** Steps of a smaller array inside a larger shape: 0 along the axes it is repeated over. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const strides = new Array<number>(to.length).fill(0);
  let step = 1;
  for (let axis = from.length - 1; axis >= 0; axis--) {
    const length = from[axis]!;
    if (length !== 1) strides[axis + to.length - from.length] = step;
    step *= length;
  }
  return strides;
}

/** Visits every position of `shape` in row-major order with its offsets under two sets of strides. */
export function eachPair(
  shape: readonly number[],
  left: readonly number[],
  right: readonly number[],
  visit: (index: number, left: number, right: number) => void,
): void {
  const size = sizeOf(shape);
  const position = new Array<number>(shape.length).fill(0);
  let p = 0;
  let q = 0;
  for (let index = 0; index < size; index++) {
    visit(index, p, q);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      p += left[axis]!;
      q += right[axis]!;
      if (++position[axis]! < shape[axis]!) break;
      p -= left[axis]! * shape[axis]!;
      q -= right[axis]! * shape[axis]!;
      position[axis] = 0;
    }
  }
}

/** Whether the smaller shape is the end of the larger one, so that its array simply repeats. */
function isSuffix(small: readonly number[], large: readonly number[]): boolean {
  if (small.length > large.length || sizeOf(small) === 0) return false;
  for (let i = 1; i <= small.length; i++) if (small[small.length - i] !== large[large.length - i]) return false;
  return true;
}

/** out = a + b, of the same shape. */
export function addKernel(a: DataArray, b: DataArray, out: DataArray): void {
  const isSingle = isFloat32(a) && isFloat32(b) && isFloat32(out);
  if (isSingle && out.length >= FEWEST_NUMBERS && wasmZip("add", a, b, out)) return;
  for (let i = 0; i < out.length; i++) out[i] = a[i]! + b[i]!;
}

/** out = x · factor. */
export function scaleKernel(x: DataArray, factor: number, out: DataArray): void {
  if (out.length >= FEWEST_NUMBERS && isFloat32(x) && isFloat32(out) && wasmScale(x, factor, out)) return;
  for (let i = 0; i < out.length; i++) out[i] = x[i]! * factor;
}

/** out = −x. */
export function negKernel(x: DataArray, out: DataArray): void {
  if (out.length >= FEWEST_NUMBERS && isFloat32(x) && isFloat32(out) && wasmZipNumber("mul", x, -1, false, out)) return;
  for (let i = 0; i < out.length; i++) out[i] = -x[i]!;
}

/** out = x². */
export function squareKernel(x: DataArray, out: DataArray): void {
  if (out.length >= FEWEST_NUMBERS && isFloat32(x) && isFloat32(out) && wasmSquare(x, out)) return;
  for (let i = 0; i < out.length; i++) out[i] = x[i]! * x[i]!;
}

/** out = max(x, 0). */
export function reluKernel(x: DataArray, out: DataArray): void {
  if (out.length >= FEWEST_NUMBERS && isFloat32(x) && isFloat32(out) && wasmMap("relu", x, out)) return;
  for (let i = 0; i < out.length; i++) out[i] = x[i]! <= 0 ? 0 : x[i]!;
}

/** out = grad where x > 0, 0 elsewhere. */
export function reluBackKernel(grad: DataArray, x: DataArray, out: DataArray): void {
  const isSingle = isFloat32(grad) && isFloat32(x) && isFloat32(out);
  if (isSingle && out.length >= FEWEST_NUMBERS && wasmZip("reluBack", grad, x, out)) return;
  for (let i = 0; i < out.length; i++) out[i] = grad[i]! * (x[i]! > 0 ? 1 : 0);
}

/** Adds a row to each row of `out`. */
export function addRowKernel(out: DataArray, row: DataArray): void {
  if (out.length >= FEWEST_NUMBERS && row.length >= FEWEST_COLUMNS && isFloat32(out) && isFloat32(row)) {
    if (wasmZipRows("add", out, row, out)) return;
  }
  for (let start = 0; start < out.length; start += row.length) {
    for (let i = 0; i < row.length; i++) out[start + i]! += row[i]!;
  }
}
