// Exports a model once and runs the file on batches of several sizes beside the engine.

import { Module, seed, type Tensor } from "@shapelens/engine";
import { type ExportOptions, exportOnnx, type OnnxInput, type OnnxModel } from "@shapelens/engine/onnx";
import { assertClose, assertShapesHold, runOnnx } from "./runtime";
import { assertWellFormed } from "./structure";

/** Inputs of one run by name, in the order of the model's arguments. */
export type Run = Readonly<Record<string, Tensor>>;

/** Asserts that the file is well-formed and gives on each of the runs what the model gives. Answers with the file. */
export async function agrees(
  make: () => OnnxModel,
  inputs: Readonly<Record<string, OnnxInput>>,
  runs: readonly (() => Run)[],
  options: ExportOptions = {},
): Promise<Uint8Array> {
  seed(1);
  const model = make();
  const file = exportOnnx(model, inputs, options);
  assertWellFormed(file);
  const module = model instanceof Module ? model : options.module;
  module?.eval();
  for (const run of runs) {
    const given = run();
    const call = (model instanceof Module ? model.forward.bind(model) : model) as (...xs: Tensor[]) => unknown;
    const expected = call(...Object.values(given));
    const found = await runOnnx(file, given);
    await assertShapesHold(file, given);
    const named = Object.entries(found);
    const wanted = isTensor(expected) ? [expected] : (Object.values(expected as object) as Tensor[]);
    named.forEach(([name, tensor], i) =>
      assertClose(tensor, wanted[i]!, `${name} of ${String(Object.values(given)[0]!.shape)}`),
    );
  }
  return file;
}

const isTensor = (value: unknown): value is Tensor => typeof value === "object" && value !== null && "dims" in value;
