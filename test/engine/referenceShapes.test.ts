// What the editor says is what the run time does: for every sample of every op, the shape and type worked out without
// numbers are those of the computed result; first with the lengths known, then with symbols in their place.

import assert from "node:assert/strict";
import { ShapeError, Tensor } from "@shapelens/engine";
import {
  constantOf,
  type Dim,
  DimExpr,
  Facts,
  formatDim,
  functionTable,
  NeedsValue,
  opTable,
  type SampleSource,
  symbol,
  withFacts,
  withoutData,
} from "@shapelens/engine/tooling";
import { replaceTensors, sampleSource, tensorsIn } from "./support";

type Result = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;
type AnyCall = (...args: readonly unknown[]) => Result;
type Samples = readonly ((make: SampleSource) => readonly unknown[])[];

const calls = new Map<string, { call: AnyCall; samples: Samples }>();
for (const [name, op] of opTable) {
  calls.set(name, { call: op as unknown as AnyCall, samples: (op.declaration.samples ?? []) as unknown as Samples });
}
for (const [name, { call, samples }] of functionTable) {
  if (samples) calls.set(name, { call: call as AnyCall, samples: samples as Samples });
}

const listOf = (result: Result): Tensor[] => (result instanceof Tensor ? [result] : Object.values(result));
const described = (tensors: readonly Tensor[]): string[] =>
  tensors.map(({ dims, dtype }) => `${dtype} [${dims.map((dim) => constantOf(dim) ?? formatDim(dim)).join(", ")}]`);

describe("the shape without numbers is the shape of the result:", () => {
  for (const [name, { call, samples }] of calls) {
    it(name, () => {
      for (const [i, sample] of [...samples, ...samples, ...samples].entries()) {
        const args = sample(sampleSource(i + 1));
        const expected = described(listOf(call(...args)));
        const abstract = replaceTensors(
          args,
          (x) =>
            new Tensor(
              x.dims.map((d) => DimExpr.constant(d as number)),
              x.dtype,
            ),
        );
        const found = withoutData(() => listOf(call(...abstract)));
        assert.deepEqual(described(found), expected);
        assert.ok(found.every((x) => x.isAbstract));
      }
    });
  }
});

/** The ops whose number of axes or results depends on a length, so that nothing is said of a symbol. */
const needLengths = { squeeze: "drops axes of length 1", unstack: "gives one tensor for each position" };

describe("the shape over symbols holds for the lengths they stand for:", () => {
  for (const [op, { call, samples }] of calls) {
    it(op, () => {
      for (const sample of samples) {
        const args = sample(sampleSource());
        const expected = described(listOf(call(...args)));
        const symbols = new Map<Dim, DimExpr>();
        for (const dim of tensorsIn(args).flatMap((x) => x.dims)) {
          if (dim !== 1) symbols.set(dim, symbols.get(dim) ?? symbol(`D${formatDim(dim)}`));
        }
        const abstract = replaceTensors(
          args,
          (x) =>
            new Tensor(
              x.dims.map((dim) => symbols.get(dim) ?? dim),
              x.dtype,
            ),
        );
        const facts = new Facts();
        withFacts(facts, () => {
          try {
            const found = withoutData(() => listOf(call(...abstract)));
            for (const [dim, name] of symbols)
              facts.learnEqual(name.polynomial, DimExpr.constant(dim as number).polynomial);
            assert.deepEqual(described(found), expected);
          } catch (error) {
            if (error instanceof ShapeError) throw new Error(`refused: ${error.message}`, { cause: error });
            if (!(error instanceof NeedsValue) || !(op in needLengths)) throw error;
          }
        });
      }
    });
  }
});
