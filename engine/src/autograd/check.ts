// Gradients as functions, and the proof that they are right.

import { toTensor, type TensorLike } from "../ops/op";
import { describe, formatShape, sizeOf, concrete } from "../shape/shape";
import { ShapeError } from "../shape/errors";
import { constantOf } from "../shape/dim";
import { allocate, convert, isFloat } from "../tensor/dtype";
import { Tensor } from "../tensor/tensor";
import { gradientsOf, noGrad, recordAll } from "./tape";

/** A function whose first argument it is differentiated by. */
type Differentiable<Rest extends readonly unknown[]> = (x: Tensor, ...rest: Rest) => Tensor;

/**
 * The derivative of a function with a scalar result: `grad(f)(x)` has the shape of x and leaves `x.grad` alone. Further
 * arguments are passed on and not differentiated by.
 * @throws ShapeError `rank` when f gives no scalar, TypeError when x is no float tensor or f gives no tensor.
 */
export function grad<Rest extends readonly unknown[]>(f: Differentiable<Rest>): Differentiable<Rest> {
  if (typeof f !== "function") throw new TypeError(`grad: f must be a function, found ${describe(f)}.`);
  return (x, ...rest) => {
    const given = toTensor("grad", x, 0);
    if (!isFloat(given.dtype) && !given.isWeak) {
      throw new TypeError(`grad: x must be float32 or float64, found ${given.dtype}.`);
    }
    if (given.isAbstract) {
      scalarResult("grad", f(given, ...rest));
      return new Tensor(given.dims, given.dtype);
    }
    const dtype = given.isWeak ? "float32" : given.dtype;
    const leaf = new Tensor(given.dims, dtype, convert(given.data, given.dtype, dtype), { requiresGrad: true });
    const result = scalarResult(
      "grad",
      recordAll(() => f(leaf, ...rest)),
    );
    return gradientsOf(result).get(leaf) ?? zerosFor(leaf);
  };
}

function scalarResult(op: string, result: unknown): Tensor {
  if (!(result instanceof Tensor)) throw new TypeError(`${op}: f must return a tensor, found ${describe(result)}.`);
  if (result.dims.every((dim) => (constantOf(dim) ?? 1) === 1)) return result;
  throw new ShapeError({
    code: "rank",
    op,
    message: `f must return a scalar, found ${formatShape(result.dims)}.`,
    suggestion: "reduce it in f, for example with mean() or sum().",
  });
}

/** The place where the two gradients are furthest apart. */
export interface GradientDifference {
  /** Which of the inputs. */
  readonly input: number;
  /** Index into its numbers, row-major. */
  readonly element: number;
  readonly analytic: number;
  readonly numeric: number;
}

export interface GradientCheck {
  /** Whether `maxError` is at most the tolerance. */
  readonly ok: boolean;
  /** The largest |analytic − numeric| / max(1, |analytic|, |numeric|) over all elements; NaN when either is. */
  readonly maxError: number;
  /** Where it is; absent when there was nothing to compare. */
  readonly worst?: GradientDifference;
}

export interface GradientCheckOptions {
  /** The largest error that passes, 1e-6 unless given. */
  readonly tolerance?: number;
}

/**
 * Compares the gradients of f with central differences (f(x + h) − f(x − h)) / 2h, everything in float64. Inputs are
 * copied as float64; whole numbers and bools are passed on as they are. A result that is no scalar is first added up
 * with a different weight for each element, so that errors cannot cancel. f must give the same for the same inputs.
 */
export function checkGradients(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly TensorLike[],
  { tolerance = 1e-6 }: GradientCheckOptions = {},
): GradientCheck {
  const leaves = inputs.map((input, i) => asLeaf(toTensor("checkGradients", input, i)));
  const output = recordAll(() => f(...leaves));
  if (!(output instanceof Tensor)) {
    throw new TypeError(`checkGradients: f must return a tensor, found ${describe(output)}.`);
  }
  const weights = Float64Array.from({ length: output.size }, (_, i) => 1 + 0.5 * Math.sin(i + 1));
  const seed = new Tensor(output.dims, output.dtype, convert(weights, "float64", output.dtype));
  const gradients = gradientsOf(output, seed);
  const value = (): number => {
    const { data } = noGrad(() => f(...leaves));
    let total = 0;
    for (let i = 0; i < data.length; i++) total += data[i]! * seed.data[i]!;
    return total;
  };
  let maxError = 0;
  let worst: GradientDifference | undefined;
  leaves.forEach((leaf, input) => {
    if (!isFloat(leaf.dtype)) return;
    const analytic = (gradients.get(leaf) ?? zerosFor(leaf)).data;
    for (let element = 0; element < leaf.size; element++) {
      const numeric = centralDifference(leaf, element, value);
      const found = analytic[element]!;
      const error = Math.abs(found - numeric) / Math.max(1, Math.abs(found), Math.abs(numeric));
      if (worst !== undefined && !(error > maxError) && !Number.isNaN(error)) continue;
      maxError = error;
      worst = { input, element, analytic: found, numeric };
      if (Number.isNaN(error)) return;
    }
  });
  return { ok: maxError <= tolerance, maxError, worst };
}

/** The cube root of the precision balances rounding against the error of the formula (Numerical Recipes, §5.7). */
const STEP = Math.cbrt(Number.EPSILON);

function centralDifference(leaf: Tensor, element: number, value: () => number): number {
  const { data } = leaf;
  const x = data[element]!;
  const h = STEP * Math.max(1, Math.abs(x));
  data[element] = x + h;
  const above = value();
  data[element] = x - h;
  const below = value();
  data[element] = x;
  return (above - below) / (x + h - (x - h));
}

function asLeaf(input: Tensor): Tensor {
  if (!isFloat(input.dtype) && !input.isWeak) return input;
  const data = Float64Array.from(input.data);
  return new Tensor(input.dims, "float64", data, { requiresGrad: true });
}

function zerosFor(leaf: Tensor): Tensor {
  return new Tensor(leaf.dims, leaf.dtype, allocate(leaf.dtype, sizeOf(concrete(leaf.dims))));
}
