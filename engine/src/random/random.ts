// Random tensors from one shared generator: float32, repeatable after `seed`.

import { checkOptions, create, type ShapeArgument, type TensorOptions } from "../ops/create";
import { engineFunction } from "../ops/op";
import { checkShape } from "../shape/shape";
import { type Tensor } from "../tensor/tensor";
import { type Generator } from "./generator";
import { drawIntegers, generatorFor, permute } from "./randomState";

let shared: Generator | undefined;

/** The generator behind everything random that was given no seed of its own. */
export function sharedGenerator(): Generator {
  return (shared ??= generatorFor("seed", undefined));
}

export const seed = engineFunction({
  name: "seed",
  doc: "Restarts the shared generator, so that everything random comes out the same on every run.",
  example: "seed(0)",
  call(n: number): void {
    shared = generatorFor("seed", n);
  },
});

const LARGEST_FLOAT32_BELOW_1 = 1 - 2 ** -24;

export const rand = engineFunction({
  name: "rand",
  doc: "Uniform random numbers in [0, 1).",
  example: "rand([2, 3])",
  call(shape: ShapeArgument, options?: TensorOptions): Tensor {
    return floats("rand", shape, options, (generator) => generator.uniform());
  },
});

export const randn = engineFunction({
  name: "randn",
  doc: "Standard normal random numbers.",
  example: "randn([2, 3])",
  call(shape: ShapeArgument, options?: TensorOptions): Tensor {
    return floats("randn", shape, options, (generator) => generator.normal());
  },
});

function floats(
  op: "rand" | "randn",
  shape: ShapeArgument,
  options: TensorOptions | undefined,
  next: (generator: Generator) => number,
): Tensor {
  const { dtype = "float32", requiresGrad } = checkOptions(op, options);
  if (dtype === "int32" || dtype === "bool") {
    throw new TypeError(
      `${op}: dtype must be "float32" or "float64", found "${dtype}". For whole numbers use randint.`,
    );
  }
  // A double just below 1 would round up to 1 in float32.
  const largest = op === "rand" && dtype === "float32" ? LARGEST_FLOAT32_BELOW_1 : Infinity;
  return create(
    op,
    checkShape(op, shape),
    dtype,
    (data) => {
      const generator = sharedGenerator();
      for (let i = 0; i < data.length; i++) data[i] = Math.min(next(generator), largest);
    },
    requiresGrad,
  );
}

export const randint = engineFunction({
  name: "randint",
  doc: "Random whole numbers from low to high − 1, int32.",
  example: "randint(0, 10, [2, 3])",
  call(low: number, high: number, shape: ShapeArgument = []): Tensor {
    return drawIntegers(sharedGenerator(), low, high, shape);
  },
});

export const permutation = engineFunction({
  name: "permutation",
  doc: "0 … n − 1 in random order, int32; of a tensor, a copy with its rows in random order.",
  example: "permutation(5)",
  call(n: number | Tensor): Tensor {
    return permute(sharedGenerator(), n);
  },
});
