// The engine's numbers against NumPy's, as recorded by references/recordNumpy.py: NaN, infinities, −0 and empty axes too.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import * as engine from "@shapelens/engine";
import { Tensor, tensor } from "@shapelens/engine";
import { close } from "./support";

type Recorded = number | "NaN" | "Infinity" | "-Infinity" | "-0";

interface Recording {
  /** Which NumPy it was. */
  readonly origin: string;
  readonly operands: Readonly<Record<string, readonly Recorded[]>>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly rows: readonly {
    readonly engine: string;
    readonly numpy: string;
    readonly shape: readonly number[];
    readonly values: readonly Recorded[];
  }[];
}

const file = join(__dirname, "references", "numpy.json");
const { origin, operands, shapes, rows } = JSON.parse(readFileSync(file, "utf8")) as Recording;

const float64 = (values: readonly Recorded[], shape: readonly number[]): Tensor =>
  tensor(Float64Array.from(values, Number), { shape, dtype: "float64" });

const names: Record<string, unknown> = { ...engine, i: tensor([7, -7, 8, 0], { dtype: "int32" }) };
for (const [name, values] of Object.entries(operands)) names[name] = float64(values, shapes[name]!);

const evaluate = (expression: string): unknown =>
  (compileFunction(`return ${expression}`, Object.keys(names)) as (...values: unknown[]) => unknown)(
    ...Object.values(names),
  );

/** What numbers in this type can be expected to share: sums in another order and another libm differ by some ulps. */
const tolerance = ({ dtype }: Tensor): number => (dtype === "float32" ? 2e-7 : 4e-15);

describe(`as ${origin}:`, () => {
  for (const { engine: expression, numpy, shape, values } of rows) {
    it(`${expression} = ${numpy}`, () => {
      const result = evaluate(expression);
      assert.ok(result instanceof Tensor);
      assert.deepEqual(result.shape, shape);
      const expected = values.map(Number);
      close(result.data, expected, tolerance(result), 1e-15);
      expected.forEach((value, at) => {
        if (value === 0 && result.dtype !== "int32" && result.dtype !== "bool") {
          assert.ok(result.data[at] !== 0 || Object.is(result.data[at], value), `element ${at}: the sign of 0`);
        }
      });
    });
  }
});
