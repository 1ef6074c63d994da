// Lengths that the file computes, against the same arithmetic on numbers.

import assert from "node:assert/strict";
import { broadcastTo, randn, type Tensor } from "@shapelens/engine";
import { exportOnnx } from "@shapelens/engine/onnx";
import {
  addDims,
  ceilDivDims,
  type Dim,
  exactDivDims,
  floorDivDims,
  maxDims,
  minDims,
  modDims,
  mulDims,
  subDims,
} from "@shapelens/engine/tooling";
import { randomNumbers } from "../support";
import { runOnnx } from "./runtime";
import { assertWellFormed } from "./structure";

const random = randomNumbers(7);
const whole = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));

type Expression = (a: Dim, b: Dim) => Dim;

/** Arithmetic over two lengths, some of it with negative numbers in between. */
function expression(depth: number): Expression {
  if (depth === 0) {
    const number = whole(-3, 5);
    return [(a: Dim) => a, (_: Dim, b: Dim) => b, () => number][whole(0, 2)]!;
  }
  const [left, right] = [expression(depth - 1), expression(depth - 1)];
  const divisor = whole(2, 4);
  const both = [addDims, subDims, mulDims, minDims, maxDims];
  const one = [
    (x: Dim) => floorDivDims(x, divisor),
    (x: Dim) => ceilDivDims(x, divisor),
    (x: Dim) => modDims(x, divisor),
    // (n · d + n · d²) / d, whatever n is.
    (x: Dim) => exactDivDims(addDims(mulDims(x, divisor), mulDims(x, divisor * divisor)), divisor),
  ];
  const kind = whole(0, both.length + one.length - 1);
  if (kind < both.length) return (a, b) => both[kind]!(left(a, b), right(a, b));
  return (a, b) => one[kind - both.length]!(left(a, b));
}

describe("The lengths in an ONNX file", () => {
  it("are those that arithmetic on numbers gives", async () => {
    const expressions = Array.from({ length: 80 }, () => expression(whole(1, 4)));
    // A length is not negative and here not large, however it came about.
    const lengths = expressions.map(
      (each): Expression =>
        (a, b) =>
          modDims(each(a, b), 23),
    );
    const file = exportOnnx(
      (x) => {
        const [a, b] = x.dims as [Dim, Dim];
        return lengths.map((length) => broadcastTo(x.sum(), [length(a, b)] as number[]));
      },
      { x: "a b" },
    );
    assertWellFormed(file);
    const shapes: readonly [number, number][] = [
      [1, 1],
      [5, 3],
      [4, 11],
    ];
    for (const shape of shapes) {
      const found: Readonly<Record<string, Tensor>> = await runOnnx(file, { x: randn(shape) });
      lengths.forEach((length, i) => {
        assert.deepEqual(found[`output_${i}`]!.shape, [length(shape[0], shape[1])], `length ${i} of ${String(shape)}`);
      });
    }
  });
});
