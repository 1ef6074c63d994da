// The examples, as the analyzer sees them: what is wrong in each, and what can be run.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createAnalyzer } from "../../src/analyzer/analyzer";
import { type Facts } from "../../src/analyzer/facts";

function factsOf(name: string): Facts {
  const file = resolve(__dirname, "../../examples", name);
  const analyzer = createAnalyzer();
  analyzer.update(file, readFileSync(file, "utf8"));
  return analyzer.facts(file)!;
}

/** Each model as `name(inputs) → output`, with the names and ops of its layers. */
function modelsIn(name: string): [signature: string, ...layers: string[]][] {
  return factsOf(name).models.map(({ name: model, inputs, output, layers }) => {
    const takes = inputs.map((input) => `${input.name}: [${input.shape.join(", ")}]`).join(", ");
    return [`${model}(${takes}) → ${output}`, ...layers.map((layer) => `${layer.name} ${layer.op} ${layer.output}`)];
  });
}

describe("The examples", () => {
  it("have the mistakes they are meant to have, and no other", () => {
    const codes = (name: string) => factsOf(name).problems.map(({ code }) => code);
    assert.deepEqual(codes("broken.ts"), [
      ...["matmul-inner", "broadcast", "reshape-size", "layer-input", "concat-axis", "loss-target"],
    ]);
    for (const name of ["lesson.ts", "digits.ts", "convolution.ts", "transformer.ts", "moons.js"]) {
      assert.deepEqual(codes(name), [], name);
    }
  });

  it("have a script to run: the lesson", () => {
    const [[signature, ...layers] = [""]] = modelsIn("lesson.ts");
    assert.equal(signature, "lesson() → [5, 1]");
    assert.ok(layers.includes("a1 sigmoid [5, 4]"), layers.join("\n"));
  });

  it("have an instance of a class to run: the reader of digits", () => {
    assert.deepEqual(modelsIn("digits.ts"), [
      [
        "model(images: [batch, 1, 28, 28]) → [batch, 10]",
        ...["x flatten [batch, 784]", "fc1 Linear(784 → 128) [batch, 128]", "h1 relu [batch, 128]"],
        ...["fc2 Linear(128 → 64) [batch, 64]", "h2 relu [batch, 64]", "fc3 Linear(64 → 10) [batch, 10]"],
      ],
    ]);
  });

  it("have a model to run, and not the preparation of its data: the speller", () => {
    const models = modelsIn("transformer.ts");
    assert.deepEqual(
      models.map(([signature]) => signature),
      ["model(ids: [batch, time]) → [batch, 28, time]"],
    );
  });

  it("show the shapes inside attention, by the names that the code has for them", () => {
    const shapes = new Map(
      factsOf("transformer.ts").shapes.map(({ name, shape, dtype }) => [name, `${shape} ${dtype}`]),
    );
    const heads = Object.fromEntries(["ids", "q", "weights", "mixed"].map((name) => [name, shapes.get(name)]));
    assert.deepEqual(heads, {
      ids: "[batch, time] int32",
      q: "[batch, 4, time, 8] float32",
      weights: "[batch, 4, time, time] float32",
      mixed: "[batch, time, 32] float32",
    });
  });

  it("have an engine's model to run: the half moons", () => {
    const [[signature, ...layers] = [""]] = modelsIn("moons.js");
    assert.equal(signature, "model(x: [batch, 2]) → [batch, 2]");
    assert.equal(layers.filter((layer) => layer.includes("Linear")).length, 3, layers.join("\n"));
  });
});
