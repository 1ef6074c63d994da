// Reads a person's nested arrays and typed arrays: their shape, their number type, their numbers.

import { DimExpr } from "../shape/dim";
import { describe } from "../shape/shape";
import { type DataArray, type DType } from "../tensor/dtype";
import { Tensor } from "../tensor/tensor";

/** The arrays of raw numbers that JavaScript has, without the ones of BigInts. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array;

/** A number, or lists of equal length nested as deep as the tensor has axes. */
export type TensorData = number | boolean | TypedArray | readonly TensorData[];

type List = readonly unknown[] | TypedArray;

function isList(value: unknown): value is List {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

const placeOf = (path: readonly number[]): string => `data${path.map((index) => `[${index}]`).join("")}`;

/**
 * The lengths of the axes.
 * @throws TypeError naming the element that is ragged or no number.
 */
export function shapeOfNested(op: string, data: unknown): number[] {
  const shape: number[] = [];
  for (let level = data; isList(level); level = level[0]) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  checkNested(op, data, shape, []);
  return shape;
}

function checkNested(op: string, value: unknown, shape: readonly number[], path: number[]): void {
  const axis = path.length;
  const ragged = (found: string, first: string): never => {
    const sibling = placeOf([...path.slice(0, -1), 0]);
    throw new TypeError(`${op}: ${placeOf(path)} is ragged: found ${found} where ${sibling} ${first}.`);
  };
  if (!isList(value)) {
    checkElement(op, value, path);
    if (axis < shape.length) ragged(describe(value), `is a list of ${shape[axis]!}`);
    return;
  }
  if (axis === shape.length) ragged(`a list of ${value.length}`, "is a number");
  if (value.length !== shape[axis]) ragged(`${value.length} elements`, `has ${shape[axis]!}`);
  const checked = ArrayBuffer.isView(value) ? Math.min(1, value.length) : value.length;
  for (let i = 0; i < checked; i++) {
    path.push(i);
    checkNested(op, value[i], shape, path);
    path.pop();
  }
}

function checkElement(op: string, value: unknown, path: readonly number[]): void {
  if (typeof value === "number" || typeof value === "boolean" || value instanceof DimExpr) return;
  const expected = path.length === 0 ? "numbers in nested or typed arrays" : "a number";
  throw new TypeError(`${op}: ${placeOf(path)} must be ${expected}, found ${describe(value)}.${hintFor(value, path)}`);
}

function hintFor(value: unknown, path: readonly number[]): string {
  if (typeof value === "bigint") return " Convert BigInts with Number(…).";
  if (!(value instanceof Tensor)) return "";
  return path.length === 0 ? " It is a tensor already; clone() copies it." : " Put tensors together with stack.";
}

/** bool for booleans only, what a typed array holds, and float32 otherwise. */
export function dtypeOfNested(data: unknown): DType {
  const kinds = new Set<DType>();
  collectKinds(data, kinds);
  if (kinds.size === 1) return [...kinds][0]!;
  return kinds.has("float64") ? "float64" : "float32";
}

function collectKinds(data: unknown, kinds: Set<DType>): void {
  if (data instanceof Float64Array) kinds.add("float64");
  else if (data instanceof Float32Array) kinds.add("float32");
  else if (ArrayBuffer.isView(data)) kinds.add("int32");
  else if (Array.isArray(data)) for (const item of data) collectKinds(item, kinds);
  else kinds.add(typeof data === "boolean" ? "bool" : "float32");
}

/** Writes the numbers into `out`, row-major. @throws TypeError for a number that `dtype` cannot hold. */
export function fillFromNested(op: string, data: unknown, out: DataArray, dtype: DType): void {
  let next = 0;
  const path: number[] = [];
  const write = (value: unknown): void => {
    if (isList(value)) {
      for (let i = 0; i < value.length; i++) {
        path.push(i);
        write(value[i]);
        path.pop();
      }
      return;
    }
    const number = Number(value);
    if (dtype === "int32" && !fitsInt32(number)) {
      throw new TypeError(`${op}: ${placeOf(path)} must fit into int32, found ${number}.`);
    }
    out[next++] = dtype === "bool" ? Number(number !== 0) : number;
  };
  write(data);
}

/** After the fraction is cut; NaN and the infinities do not. */
function fitsInt32(value: number): boolean {
  return Math.abs(Math.trunc(value) + 0.5) < 2 ** 31;
}
