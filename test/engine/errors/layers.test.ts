// What every layer says of wrong sizes, options and inputs: the texts are in texts/layers.txt, written as those of the ops.

import assert from "node:assert/strict";
import { type Module, ShapeError, type Tensor } from "@shapelens/engine";
import { drawnSizes, exportedLayers, type LayerCase, layerTable, runLayer, titleOf } from "../nn/layerTable";
import { optionsOf, sampleSource } from "../support";
import { assertTexts, type Refusal, textOf, written } from "./texts";
import { variants } from "./wrongArguments";

/** What may speak for a layer that is made of it. */
const parts: Readonly<Record<string, readonly string[]>> = {
  Sequential: ["Linear"],
  Embedding: ["embedding"],
  TransformerEncoderLayer: ["MultiHeadAttention", "Linear", "LayerNorm", "Dropout"],
};

/** What takes nothing that could be wrong: its input is left to what it is made of. */
const leftOut = ["Lambda"];

const wrongSizes: readonly unknown[] = [1.5, NaN, -7, "text", undefined];

function refused(kind: Refusal["kind"], call: string, run: () => unknown): Refusal[] {
  try {
    run();
    return [];
  } catch (error) {
    return [{ kind, call, error }];
  }
}

/** Each size that the constructor takes, made wrong. */
function wrongSizesOf(example: LayerCase): Refusal[] {
  const names = new Set<string>();
  const sizes = drawnSizes(sampleSource(1));
  example.make((name, least) => {
    names.add(name);
    return sizes(name, least);
  });
  return [...names].flatMap((wrong) =>
    wrongSizes.flatMap((value) =>
      refused("another size", `new ${example.layer}: ${wrong} is ${written(value)}`, () =>
        example.make((name, least) => (name === wrong ? (value as number) : sizes(name, least))),
      ),
    ),
  );
}

function wrongOptionsOf(example: LayerCase): Refusal[] {
  const sizes = drawnSizes(sampleSource(1));
  const make = (options: unknown): Module => example.make(sizes, options as object);
  const names = optionsOf(make as (...args: readonly unknown[]) => unknown, [])?.names ?? [];
  const options = [{ unheardOf: 1 }, ...names.flatMap((name) => ["text", -1.5].map((value) => ({ [name]: value })))];
  return options.flatMap((given, i) =>
    refused(i === 0 ? "an unknown option" : "a wrong option", `new ${example.layer}: ${written(given)}`, () =>
      make(given),
    ),
  );
}

function wrongInputsOf(example: LayerCase): Refusal[] {
  const make = sampleSource(1);
  const sizes = drawnSizes(make);
  const layer = example.make(sizes);
  const shape = example.input(sizes);
  const x = example.numbers?.(make, shape) ?? make.normal(shape);
  return variants(x).flatMap(([kind, wrong]) =>
    refused(kind, `${String(layer)}.forward(${written(wrong)})`, () => runLayer(example, layer, wrong as Tensor)),
  );
}

const cases = layerTable.filter(({ layer, run }) => !leftOut.includes(layer) && !run);
const refusals = cases.map((example) => ({
  example,
  list: [...wrongSizesOf(example), ...wrongOptionsOf(example), ...wrongInputsOf(example)],
}));

describe("what layers say of wrong arguments", () => {
  it("is known of every layer", () => {
    assert.deepEqual([...new Set([...cases.map(({ layer }) => layer), ...leftOut])].sort(), [...exportedLayers].sort());
  });

  it("names the layer and never comes from JavaScript itself", () => {
    for (const { example, list } of refusals) {
      for (const { call, error } of list) {
        const isOwn = error instanceof ShapeError || error instanceof TypeError || error instanceof RangeError;
        const names = [example.layer, ...(parts[example.layer] ?? [])];
        assert.ok(isOwn && names.some((name) => error.message.startsWith(name)), `${call}: ${String(error)}`);
        assert.doesNotMatch(error.message, /of undefined|of null|not iterable|is not a function|destructure/, call);
      }
    }
  });

  it("is said of everything that is no tensor", () => {
    for (const { example, list } of refusals) {
      assert.ok(
        list.some(({ kind }) => kind === "no tensor"),
        titleOf(example),
      );
    }
  });

  it("is what texts/layers.txt has", () => assertTexts("layers", textOf(refusals.flatMap(({ list }) => list))));
});
