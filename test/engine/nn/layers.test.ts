// What holds for every layer: symbolic lengths pass through, gradients are right, and layouts are but an order of axes.

import assert from "node:assert/strict";
import { checkGradients, type Module, seed, square, sum, Tensor, transpose } from "@shapelens/engine";
import { type Dim, formatShape, symbol, withFacts, withoutData, Facts } from "@shapelens/engine/tooling";
import { close, sampleSource } from "../support";
import { drawnSizes, exportedLayers, type LayerCase, layerTable, runLayer, titleOf } from "./layerTable";

describe("the table of layers", () => {
  it("leaves none out", () => {
    assert.deepEqual([...new Set(layerTable.map(({ layer }) => layer))].sort(), [...exportedLayers].sort());
  });

  it("knows which of them take a layout", () => {
    for (const example of layerTable) {
      const make = (): Module => example.make(drawnSizes(sampleSource()), { layout: "sideways" });
      if (example.hasLayout) assert.throws(make, /: layout must be "NCHW" or "NHWC", found "sideways"/, example.layer);
      else assert.doesNotMatch(messageOf(make), /layout must be/, example.layer);
    }
  });
});

function messageOf(run: () => unknown): string {
  try {
    run();
    return "";
  } catch (error) {
    return String(error);
  }
}

describe("symbolic lengths pass through", () => {
  for (const example of layerTable) {
    it(titleOf(example), () => {
      const symbols = new Map<string, Dim>();
      const n = (name: string): number => {
        if (!symbols.has(name)) symbols.set(name, symbol(name));
        return symbols.get(name) as number;
      };
      const dtype = example.layer === "Embedding" ? "int32" : "float32";
      withFacts(new Facts(), () =>
        withoutData(() => {
          const layer = example.make(n);
          const x = (): Tensor => new Tensor(example.input(n), dtype);
          assert.equal(formatShape(runLayer(example, layer, x()).dims), example.output);
          assert.equal(formatShape(runLayer(example, layer.eval(), x()).dims), example.output);
        }),
      );
    });
  }
});

/** The same layer over other tensors in place of its parameters. */
function withParameters<T>(layer: Module, values: readonly Tensor[], run: () => T): T {
  const names = layer.namedParameters().map(([name]) => name.split("."));
  names.forEach((path, i) => {
    const owner = path.slice(0, -1).reduce<object>((value, key) => Reflect.get(value, key) as object, layer);
    Reflect.set(owner, path.at(-1)!, values[i]);
  });
  return run();
}

describe("an empty batch passes through", () => {
  for (const [i, example] of layerTable.entries()) {
    it(titleOf(example), () => {
      const sizes = drawnSizes(sampleSource(i + 1));
      const n = (name: string, least?: number): number => (name === "B" ? 0 : sizes(name, least));
      const make = sampleSource();
      const layer = example.make(n);
      const x = example.numbers?.(make, example.input(n)) ?? make.normal(example.input(n));
      const y = runLayer(example, layer, x);
      assert.equal(y.size, 0);
      sum(y).backward();
      for (const [name, { grad }] of layer.namedParameters()) {
        assert.ok(
          grad?.data.every((value) => value === 0),
          name,
        );
      }
    });
  }
});

const DRAWS = 5;

describe("the gradient of the layer", () => {
  for (const [i, example] of layerTable.entries()) {
    it(titleOf(example), () => {
      const make = sampleSource(i + 1);
      const shapes = new Set<string>();
      for (let draw = 0; draw < DRAWS; draw++) {
        const n = drawnSizes(make);
        seed(draw);
        const layer = example.make(n, example.options?.(make)).train(make.oneOf(true, false));
        const shape = example.input(n);
        shapes.add(String(shape));
        const x = example.numbers?.(make, shape) ?? make.normal(shape);
        const f = (input: Tensor, ...parameters: Tensor[]): Tensor => {
          // What is dropped must be the same each time.
          seed(draw);
          return withParameters(layer, parameters, () => runLayer(example, layer, input));
        };
        const check = checkGradients(f, [x, ...layer.parameters()]);
        assert.ok(check.ok, `draw ${draw} of ${String(x)}: ${check.maxError} at ${JSON.stringify(check.worst)}`);
      }
      assert.ok(shapes.size > 1, "every draw has the same shape");
    });
  }
});

describe("with the channels last, the values and gradients are those of the channels first:", () => {
  for (const [i, example] of layerTable.entries()) {
    if (!example.hasLayout) continue;
    it(titleOf(example), () => {
      for (const training of [true, false]) {
        const n = drawnSizes(sampleSource(i + 1));
        const build = (layout: string): Module => {
          seed(1);
          return example.make(n, { layout }).train(training);
        };
        const shape = example.input(n);
        const x = sampleSource(7).normal(shape);
        const first = outcomeOf(example, build("NCHW"), x);
        const last = outcomeOf(example, build("NHWC"), transpose(x.detach(), toLast(shape.length)));
        assert.deepEqual(last.y.shape, transpose(first.y, toLast(first.y.rank)).shape);
        close(last.y.data, transpose(first.y, toLast(first.y.rank)).data);
        close(last.dx.data, transpose(first.dx, toLast(first.dx.rank)).data, 1e-9, 1e-12);
        assert.deepEqual(Object.keys(last.state), Object.keys(first.state));
        for (const [name, values] of Object.entries(last.state)) close(values, first.state[name]!, 1e-5, 1e-6);
      }
    });
  }
});

const toLast = (rank: number): number[] => [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];

/** The result, the gradient of the input, and those of the parameters with the state that the run left. */
function outcomeOf(
  example: LayerCase,
  layer: Module,
  given: Tensor,
): { y: Tensor; dx: Tensor; state: Record<string, ArrayLike<number>> } {
  const x = new Tensor(given.shape, given.dtype, given.data, { requiresGrad: true });
  const y = runLayer(example, layer, x);
  // The square, so that each number has a gradient of its own.
  sum(square(y.add(1))).backward();
  const gradients = layer.namedParameters().map(([name, { grad }]) => [`${name}.grad`, grad!.data] as const);
  const state = Object.entries(layer.stateDict()).map(([name, { data }]) => [name, data] as const);
  return { y, dx: x.grad!, state: Object.fromEntries([...gradients, ...state]) };
}
