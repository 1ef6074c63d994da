// What everything that makes tensors shares: options, and numbers only where numbers are asked for.

import { constantOf, DimExpr } from "../shape/dim";
import { checkNames, describe, isConcrete, plainNumber, type Shape, sizeOf } from "../shape/shape";
import { allocate, type DataArray, type DType, isDType, isFloat } from "../tensor/dtype";
import { isShapeOnly } from "../tensor/mode";
import { Tensor } from "../tensor/tensor";
import { namingResult } from "./room";

/** A list of lengths; a single number is one axis. */
export type ShapeArgument = readonly number[] | number;

export interface TensorOptions {
  /** float32 unless said otherwise. */
  readonly dtype?: DType;
  /** Whether `backward` leaves a gradient in it. Floats only. */
  readonly requiresGrad?: boolean;
}

/**
 * Makes a tensor and lets `fill` write its numbers, row-major; they are 0 before. The way in for everything that
 * makes tensors: without numbers where only shapes are asked for or the shape is symbolic.
 */
export function create(
  op: string,
  dims: Shape,
  dtype: DType,
  fill?: (data: DataArray, shape: readonly number[]) => void,
  requiresGrad = false,
): Tensor {
  if (requiresGrad && !isFloat(dtype)) {
    throw new TypeError(`${op}: only float tensors have gradients; requiresGrad does not go with ${dtype}.`);
  }
  if (isShapeOnly() || !isConcrete(dims)) return new Tensor(dims, dtype, undefined, { requiresGrad });
  const data = allocateFor(op, dims, dtype);
  fill?.(data, dims);
  return new Tensor(dims, dtype, data, { requiresGrad });
}

function allocateFor(op: string, shape: readonly number[], dtype: DType): DataArray {
  try {
    return allocate(dtype, sizeOf(shape));
  } catch (error) {
    throw namingResult(error, op, shape);
  }
}

/** Checks an options argument, so that `zeros(2, 3)` does not quietly make [2]. */
export function checkOptions<Options extends TensorOptions>(
  op: string,
  options: Options | undefined,
  more: readonly string[] = [],
): Options {
  if (options === undefined) return {} as Options;
  if (
    typeof options !== "object" ||
    options === null ||
    Array.isArray(options) ||
    (options as unknown) instanceof DimExpr
  ) {
    const hint = typeof options === "number" ? " A shape is one list: [2, 3]." : "";
    throw new TypeError(
      `${op}: options must be an object such as { dtype: "float64" }, found ${describe(options)}.${hint}`,
    );
  }
  checkNames(op, options, ["dtype", "requiresGrad", ...more]);
  const { dtype, requiresGrad } = options;
  if (requiresGrad !== undefined && typeof requiresGrad !== "boolean") {
    throw new TypeError(`${op}: requiresGrad must be true or false, found ${describe(requiresGrad)}.`);
  }
  if (dtype !== undefined && !isDType(dtype)) {
    throw new TypeError(`${op}: dtype must be "float32", "float64", "int32" or "bool", found ${describe(dtype)}.`);
  }
  return options;
}

/** Checks that an argument is a tensor; an op, or the layer that is named by its `toString`. */
export function checkTensor(op: string | { toString(): string }, name: string, value: unknown): Tensor {
  if (value instanceof Tensor) return value;
  throw new TypeError(`${op.toString()}: ${name} must be a tensor, found ${describe(value)}. Wrap numbers: tensor(…).`);
}

/**
 * A plain number that no shape depends on, such as a learning rate. In the editor it may not be known; it is NaN then,
 * so refuse what is too small with `<` and what is too large with `>`.
 */
export function checkNumber(op: string, name: string, value: unknown): number {
  const isUnknown = isShapeOnly() && value instanceof DimExpr && constantOf(value) === undefined;
  return isUnknown ? NaN : plainNumber(op, name, value);
}
