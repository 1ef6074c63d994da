// Made-up data sets: samples with the class each belongs to, in random order.

import { create } from "../ops/create";
import { type Generator } from "../random/generator";
import { sharedGenerator } from "../random/random";
import { generatorFor } from "../random/randomState";
import { checkDim, type Shape } from "../shape/shape";
import { type DataArray } from "../tensor/dtype";
import { type Tensor } from "../tensor/tensor";

/** Samples and their classes: row i of `x` belongs to class `y[i]`. */
export interface Labelled {
  /** float32, one sample per row. */
  readonly x: Tensor;
  /** int32 [n], class ids from 0. */
  readonly y: Tensor;
}

export interface DataOptions {
  /** Makes the same data on every run; without it the shared generator is used, which `seed(n)` restarts. */
  readonly seed?: number;
}

/** The generator that the options ask for. */
export function generatorOf(op: string, { seed }: DataOptions): Generator {
  return seed === undefined ? sharedGenerator() : generatorFor(op, seed);
}

/**
 * n samples of the given shape. `draw` writes sample `index` into `out`, which is 0 before, and answers its class.
 */
export function labelled(
  op: string,
  n: number,
  sampleShape: Shape,
  options: DataOptions,
  draw: (out: DataArray, index: number, generator: Generator) => number,
): Labelled {
  const count = checkDim(op, "n", n);
  const x = create(op, [count, ...sampleShape], "float32");
  const y = create(op, [count], "int32");
  if (x.isAbstract) return { x, y };
  const generator = generatorOf(op, options);
  const width = x.size / Math.max(1, y.size);
  generator.order(y.size).forEach((index, row) => {
    y.data[row] = draw(x.data.subarray(row * width, (row + 1) * width), index, generator);
  });
  return { x, y };
}
