// The models of examples/ as ONNX files.

import { type Module, type Tensor } from "@shapelens/engine";
import { type OnnxInput } from "@shapelens/engine/onnx";
import { agrees } from "./models";

interface Example {
  readonly model: Module;
  readonly inputs: Tensor;
}

/** Those with a model (the lesson is written line by line, and broken.ts is), each with its input. */
const examples: Readonly<Record<string, OnnxInput>> = {
  "digits.ts": "batch 1 28 28",
  "convolution.ts": "batch 1 28 28",
  "moons.js": "batch 2",
  "transformer.ts": { shape: "batch time", dtype: "int32" },
};

describe("In ONNX the same is computed by the model of", () => {
  for (const [name, input] of Object.entries(examples)) {
    it(name, async () => {
      const { model, inputs } = (await import(`../../../examples/${name}`)) as Example;
      const first = (count: number): Tensor => inputs.slice([0, count]);
      await agrees(() => model, { x: input }, [() => ({ x: first(5) }), () => ({ x: first(1) })]);
    });
  }
});
