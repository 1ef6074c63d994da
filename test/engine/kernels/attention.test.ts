// Attention in float32, where products and softmax are WebAssembly's, against the same in double precision, which does as many
// pairs of matrices at a time as fit.

import * as fc from "fast-check";
import { attend, attendBack, type Attention } from "../../../engine/src/kernels/attention";
import { close, randomNumbers } from "../support";

const length = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 40 }));
const kind = fc.record({
  shared: fc.integer({ min: 1, max: 4 }),
  sharing: fc.constantFrom(1, 1, 2, 3),
  queries: length,
  keys: length,
  width: length,
  valueWidth: length,
  causal: fc.boolean(),
  mask: fc.constantFrom("none", "bools", "numbers"),
  forgetting: fc.boolean(),
});

type Kind = typeof kind extends fc.Arbitrary<infer Value> ? Value : never;

function operands(given: Kind, seed: number): Attention & { readonly grad: Float32Array } {
  const { shared, sharing, queries, keys, width, valueWidth, causal } = given;
  const random = randomNumbers(seed);
  const numbers = (size: number): Float32Array => Float32Array.from({ length: size }, () => 4 * random() - 2);
  const matrices = shared * sharing;
  const scores = matrices * queries * keys;
  const bools = Uint8Array.from({ length: scores }, () => Number(random() < 0.6));
  return {
    ...{ matrices, sharing, queries, keys, width, valueWidth, causal },
    q: numbers(matrices * queries * width),
    k: numbers(shared * keys * width),
    v: numbers(shared * keys * valueWidth),
    mask: given.mask === "none" ? undefined : given.mask === "bools" ? bools : numbers(scores),
    factors: given.forgetting ? Float64Array.from({ length: scores }, () => 2 * Number(random() < 0.5)) : undefined,
    grad: numbers(matrices * queries * valueWidth),
  };
}

const doubled = (data: Attention["mask"]): Attention["mask"] =>
  data instanceof Float32Array ? Float64Array.from(data) : data;

describe("kernels: attention", () => {
  for (const large of [false, true]) {
    it(`gives in float32 what it gives in float64${large ? ", group after group" : ""}`, () => {
      fc.assert(
        fc.property(kind, fc.nat(), (drawn, seed) => {
          const given = large ? { ...drawn, queries: 150, keys: 400 + drawn.keys, shared: 3 } : drawn;
          const single = operands(given, seed);
          const double = {
            ...single,
            q: Float64Array.from(single.q),
            k: Float64Array.from(single.k),
            v: Float64Array.from(single.v),
            mask: doubled(single.mask),
          };
          const [out, exact] = [new Float32Array(single.grad.length), new Float64Array(single.grad.length)];
          close(attend(single, out), attend(double, exact), 0, 1e-5);
          const found = attendBack(single, single.grad);
          const wanted = attendBack(double, Float64Array.from(single.grad));
          for (const name of Object.keys(wanted) as (keyof typeof wanted)[]) {
            const largest = Math.max(1, ...Array.from(wanted[name].subarray(0, 50_000), Math.abs));
            close(found[name], wanted[name], 0, 1e-5 * largest);
          }
        }),
        { numRuns: large ? 3 : 150 },
      );
    });
  }
});
