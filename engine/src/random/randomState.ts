// NumPy's legacy generator, for programs that are to print NumPy's own numbers.

import { checkNumber, create, type ShapeArgument } from "../ops/create";
import { constantOf, type Dim, DimExpr } from "../shape/dim";
import { checkDim, checkShape, describe, type Shape, wholeNumber } from "../shape/shape";
import { allocate, type DataArray, type DType } from "../tensor/dtype";
import { isShapeOnly } from "../tensor/mode";
import { Tensor } from "../tensor/tensor";
import { Generator } from "./generator";

const LARGEST_SEED = 2 ** 32 - 1;

/**
 * Random tensors with the digits of `numpy.random.RandomState(seed)`: float64, MT19937 underneath. Normal numbers
 * follow NumPy's to about the sixteenth digit, everything else exactly.
 */
export class RandomState {
  readonly #generator: Generator;

  /** @param seed a whole number from 0 to 2³² − 1; a random one when absent. */
  constructor(seed?: number) {
    this.#generator = generatorFor("RandomState", seed);
  }

  /** Uniform numbers in [0, 1): `rng.rand(5, 3)` has shape [5, 3]. */
  rand(...shape: readonly number[] | [readonly number[]]): Tensor {
    return draw("rand", dimsOf("rand", shape), "float64", () => this.#generator.uniform());
  }

  /** Standard normal numbers: `rng.randn(5, 3)` has shape [5, 3]. */
  randn(...shape: readonly number[] | [readonly number[]]): Tensor {
    return draw("randn", dimsOf("randn", shape), "float64", () => this.#generator.normal());
  }

  /** Uniform numbers in [low, high). */
  uniform(low = 0, high = 1, shape: ShapeArgument = []): Tensor {
    const from = checkNumber("uniform", "low", low);
    const width = checkNumber("uniform", "high", high) - from;
    return draw("uniform", checkShape("uniform", shape), "float64", () => from + width * this.#generator.uniform());
  }

  /** Normal numbers of the given mean and standard deviation. */
  normal(mean = 0, deviation = 1, shape: ShapeArgument = []): Tensor {
    const center = checkNumber("normal", "mean", mean);
    const scale = checkNumber("normal", "deviation", deviation);
    if (scale < 0) throw new RangeError(`normal: deviation must not be negative, found ${scale}.`);
    return draw("normal", checkShape("normal", shape), "float64", () => center + scale * this.#generator.normal());
  }

  /** Whole numbers from `low` to `high - 1`, int32; with one argument from 0 to `low - 1`. */
  randint(low: number, high?: number, shape: ShapeArgument = []): Tensor {
    return drawIntegers(this.#generator, low, high, shape);
  }

  /** 0 … n − 1 in random order, int32; of a tensor, a copy with its rows (axis 0) in random order. */
  permutation(n: number | Tensor): Tensor {
    return permute(this.#generator, n);
  }

  /** Puts the rows (axis 0) of a tensor in random order, in place. */
  shuffle(x: Tensor): void {
    if (!(x instanceof Tensor) || x.rank === 0) {
      throw new TypeError(`shuffle: expected a tensor of at least one axis, found ${describe(x)}.`);
    }
    if (!x.isAbstract) x.data.set(permute(this.#generator, x).data);
  }
}

/** A generator for a seed that a person wrote. */
export function generatorFor(op: string, seed: unknown): Generator {
  if (seed === undefined || isShapeOnly()) return new Generator(Math.floor(Math.random() * 2 ** 32));
  const number = wholeNumber(op, "seed", seed, 0);
  if (number > LARGEST_SEED) throw new RangeError(`${op}: seed must be at most ${LARGEST_SEED}, found ${number}.`);
  return new Generator(number);
}

/** A tensor of independent draws. */
export function draw(op: string, dims: Shape, dtype: DType, next: () => number): Tensor {
  return create(op, dims, dtype, (data) => {
    for (let i = 0; i < data.length; i++) data[i] = next();
  });
}

export function drawIntegers(
  generator: Generator,
  low: number,
  high: number | undefined,
  shape: ShapeArgument,
): Tensor {
  const dims = checkShape("randint", shape);
  const ends: readonly unknown[] = high === undefined ? [0, low] : [low, high];
  if (ends.some((end) => end instanceof DimExpr && constantOf(end) === undefined)) return new Tensor(dims, "int32");
  const [from, to] = ends.map((end, i) => wholeNumber("randint", i === 0 ? "low" : "high", end)) as [number, number];
  if (from >= to) throw new RangeError(`randint: low must be below high, found ${from} and ${to}.`);
  if (from < -(2 ** 31) || to > 2 ** 31) {
    throw new RangeError(`randint: int32 holds −2³¹ … 2³¹ − 1, found ${from} and ${to}.`);
  }
  return draw("randint", dims, "int32", () => from + generator.upTo(to - 1 - from));
}

export function permute(generator: Generator, n: number | Tensor): Tensor {
  if (!(n instanceof Tensor)) {
    const write = (out: DataArray, [length]: readonly number[]): void => out.set(generator.order(length!));
    return create("permutation", [checkDim("permutation", "n", n)], "int32", write);
  }
  if (n.rank === 0) throw new TypeError("permutation: expected a whole number or a tensor with axes, found a scalar.");
  if (n.isAbstract) return new Tensor(n.dims, n.dtype);
  const width = n.size / Math.max(1, n.shape[0]!);
  const data = allocate(n.dtype, n.size);
  generator.order(n.shape[0]!).forEach((row, i) => {
    data.set(n.data.subarray(row * width, (row + 1) * width), i * width);
  });
  return new Tensor(n.dims, n.dtype, data);
}

function dimsOf(op: string, shape: readonly unknown[]): Dim[] {
  return checkShape(op, shape.length === 1 && Array.isArray(shape[0]) ? shape[0] : shape);
}
