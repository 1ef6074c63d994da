// Recurrent layers in float32, where the products are WebAssembly's, against the same in double precision.

import * as fc from "fast-check";
import { gruCell, lstmCell, reluCell, tanhCell } from "../../../engine/src/kernels/cells";
import { recur, recurBack, type Recurrence } from "../../../engine/src/kernels/recurrent";
import { type DataArray } from "../../../engine/src/tensor/dtype";
import { close, randomNumbers } from "../support";

const layer = fc.record({
  cell: fc.constantFrom(tanhCell, reluCell, lstmCell, gruCell),
  batch: fc.integer({ min: 1, max: 9 }),
  steps: fc.integer({ min: 1, max: 6 }),
  features: fc.integer({ min: 1, max: 12 }),
  hidden: fc.integer({ min: 1, max: 20 }),
  reverse: fc.boolean(),
  biased: fc.boolean(),
});

type Layer = typeof layer extends fc.Arbitrary<infer Value> ? Value : never;

function operands({ cell, batch, steps, features, hidden, biased, reverse }: Layer, seed: number): Recurrence {
  const random = randomNumbers(seed);
  const numbers = (size: number): Float32Array => Float32Array.from({ length: size }, () => 2 * random() - 1);
  const gates = cell.gates * hidden;
  return {
    ...{ cell, batch, steps, features, hidden, reverse },
    x: numbers(batch * steps * features),
    state: numbers(batch * cell.states * hidden),
    inputWeight: numbers(gates * features),
    hiddenWeight: numbers(gates * hidden),
    inputBias: biased ? numbers(gates) : undefined,
    hiddenBias: biased ? numbers(gates) : undefined,
  };
}

function inDoublePrecision<Given extends object>(given: Given): Given {
  const entries = Object.entries(given).map(([name, value]: [string, unknown]) => [
    name,
    value instanceof Float32Array ? Float64Array.from(value) : value,
  ]);
  return Object.fromEntries(entries) as Given;
}

/** How far rounding may be off at most: 1e-6 of the largest number, and more where steps follow one another. */
function agree(found: DataArray, exact: DataArray, steps: number): void {
  const largest = Math.max(1, ...Array.from(exact, Math.abs));
  close(found, exact, 0, 4e-6 * steps * largest);
}

describe("kernels: recurrent layers", () => {
  it("give in float32 what they give in float64, forwards and backwards", () => {
    fc.assert(
      fc.property(layer, fc.nat(), (given, seed) => {
        // A unit that is near 0 turns its slope on or off by rounding alone.
        const backwards = given.cell !== reluCell;
        const single = operands(given, seed);
        const double = inDoublePrecision(single);
        const size = given.batch * given.steps * given.cell.states * given.hidden;
        const [out, exact] = [new Float32Array(size), new Float64Array(size)];
        recur(single, out);
        recur(double, exact);
        agree(out, exact, 2 ** given.steps);
        if (!backwards) return;
        const grad = operands(given, seed + 1).x;
        const slopes = Float32Array.from({ length: size }, (_, i) => grad[i % grad.length]!);
        const [found, wanted] = [recurBack(single, out, slopes), recurBack(double, exact, Float64Array.from(slopes))];
        for (const name of Object.keys(wanted) as (keyof typeof wanted)[]) {
          agree(found[name], wanted[name], 10 * given.steps);
        }
      }),
      { numRuns: 150 },
    );
  });
});
