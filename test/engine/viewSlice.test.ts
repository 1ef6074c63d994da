// Slices against Python's rule, written as a loop, for numbers and for symbolic lengths alike.

import assert from "node:assert/strict";
import { arange, slice, split, Tensor } from "@shapelens/engine";
import {
  constantOf,
  DimExpr,
  dimsEqual,
  Facts,
  formatDim,
  formatShape,
  symbol,
  withFacts,
} from "@shapelens/engine/tooling";

type Bound = number | null;

/** Python's slice.indices, as its documentation states it. */
function positions(length: number, start: Bound, stop: Bound, step: number): number[] {
  const clamp = (bound: Bound, open: number): number => {
    if (bound === null) return open;
    const position = bound < 0 ? bound + length : bound;
    return Math.min(Math.max(position, step > 0 ? 0 : -1), step > 0 ? length : length - 1);
  };
  const first = clamp(start, step > 0 ? 0 : length - 1);
  const last = clamp(stop, step > 0 ? length : -1);
  const found = [];
  for (let i = first; step > 0 ? i < last : i > last; i += step) found.push(i);
  return found;
}

const bounds: readonly Bound[] = [null, -7, -3, -1, 0, 1, 3, 7];
const steps = [-3, -2, -1, 1, 2, 3];
const lengths = [0, 1, 2, 3, 4, 6];

function eachSlice(visit: (start: Bound, stop: Bound, step: number) => void): void {
  for (const start of bounds) for (const stop of bounds) for (const step of steps) visit(start, stop, step);
}

describe("slice", () => {
  it("reads what Python reads", () => {
    eachSlice((start, stop, step) => {
      for (const length of lengths) {
        const found = slice(arange(length), [start, stop, step]);
        assert.deepEqual(
          found.toArray(),
          positions(length, start, stop, step),
          `x[${start}:${stop}:${step}] of ${length}`,
        );
      }
    });
  });

  it("knows how many that are for a length that is a symbol", () => {
    eachSlice((start, stop, step) => {
      const name = symbol("H");
      const [found] = slice(new Tensor([name], "float32"), [start, stop, step]).dims;
      for (const length of lengths) {
        const facts = new Facts();
        facts.learnEqual(name.polynomial, DimExpr.constant(length).polynomial);
        const value = withFacts(facts, () => constantOf(found!));
        const wanted = positions(length, start, stop, step).length;
        assert.equal(value, wanted, `x[${start}:${stop}:${step}] of H = ${length}: ${formatDim(found!)}`);
      }
    });
  });

  it("says it in few words", () => {
    const x = new Tensor([symbol("H", 0)], "float32");
    const text = (...range: [Bound, Bound?, number?]): string => formatShape(slice(x, range).dims);
    assert.deepEqual(
      [text(null, 3), text(-1), text(1), text(null, -1), text(null), text(null, null, -1), text(0, null, 2)],
      ["[min(H, 3)]", "[min(1, H)]", "[max(0, H - 1)]", "[max(0, H - 1)]", "[H]", "[H]", "[floor((H + 1)/2)]"],
    );
  });

  it("takes symbolic bounds, and trusts a position", () => {
    const [t, width] = [symbol("T"), symbol("W")];
    const x = new Tensor([t, 10], "float32");
    const i = symbol("i") as unknown as number;
    assert.equal(formatShape(slice(x, i).dims), "[10]");
    assert.equal(formatShape(slice(x, null, [0, width as unknown as number]).dims), "[T, min(10, W)]");
  });

  it("lets split cut symbolic lengths exactly", () => {
    const [h, w] = [symbol("H"), symbol("W")];
    const shapes = (parts: readonly Tensor[]): string[] => parts.map((part) => formatShape(part.dims));
    const facts = new Facts();
    withFacts(facts, () => {
      assert.deepEqual(shapes(split(new Tensor([2, h], "float32"), 3, 1)), ["[2, H/3]", "[2, H/3]", "[2, H/3]"]);
    });
    assert.deepEqual(
      facts.assumptions.map(({ kind }) => kind),
      ["divides"],
    );
    const both = new Tensor([DimExpr.constant(7)], "float32");
    assert.deepEqual(shapes(split(both, [3, 4])), ["[3]", "[4]"]);
    withFacts(new Facts(), () => {
      const parts = split(new Tensor([symbol("N")], "float32"), [h, w] as unknown as number[]);
      assert.deepEqual(
        parts.map((part, i) => dimsEqual(part.dims[0]!, [h, w][i]!)),
        ["yes", "yes"],
      );
    });
  });
});
