// Inputs and targets for a model that comes without: random, of the shapes it needs, and said to be made up.

import { type Module, randint, randn, rand, type Tensor } from "@shapelens/engine";
import { type ModelSpec } from "../../protocol/worker";
import { layersOf } from "../tracing/layers";
import { type TargetKind } from "./loss";

type Input = ModelSpec["inputs"][number];

/** Lengths for free dimensions that are not the batch. */
const usualLength = 8;
const usualImageSide = 28;

/** Random inputs for each parameter of the model, with a sentence for each. A free dimension has one length throughout. */
export function makeInputs(
  inputs: readonly Input[],
  batchSize: number,
  model: Module | undefined,
): { readonly tensors: Tensor[]; readonly notes: string[] } {
  const wanted = inputs.length > 0 ? inputs : inputsOfLayers(model);
  const batch = wanted.find(({ shape }) => typeof shape[0] === "string")?.shape[0];
  const vocabulary = smallestVocabulary(model);
  const notes: string[] = [];
  const tensors = wanted.map(({ name, shape, dtype }) => {
    const lengths = shape.map((dim) => (typeof dim === "number" ? dim : dim === batch ? batchSize : lengthOf(dim)));
    const text = `[${lengths.join(", ")}]`;
    const isIds = dtype === "int32";
    const what = isIds ? `whole numbers below ${vocabulary}` : dtype === "bool" ? "zeros and ones" : "random numbers";
    notes.push(`This file exports no inputs: ${what} of shape ${text} were made up for ${name}.`);
    if (isIds) return randint(0, vocabulary, lengths);
    if (dtype === "bool") return randint(0, 2, lengths).astype("bool");
    return dtype === "float64" ? randn(lengths).astype("float64") : randn(lengths);
  });
  return { tensors, notes };
}

/** Random targets for an output of this shape, with the sentence that says so. */
export function makeTargets(
  shape: readonly number[],
  dtype: Tensor["dtype"],
  kind: TargetKind,
): { readonly target: Tensor; readonly note: string } {
  const warning = "It can learn them by heart and nothing more.";
  if (kind === "classes") {
    const target = randint(0, shape[1]!, [shape[0]!, ...shape.slice(2)]);
    return {
      target,
      note: `This file exports no targets: a random class below ${shape[1]} was made up for each row. ${warning}`,
    };
  }
  const text = `[${shape.join(", ")}]`;
  if (kind === "zeros and ones") {
    const target = randint(0, 2, shape).astype(dtype);
    return {
      target,
      note: `This file exports no targets: random zeros and ones of shape ${text} were made up. ${warning}`,
    };
  }
  const target = rand(shape).astype(dtype);
  return { target, note: `This file exports no targets: random numbers of shape ${text} were made up. ${warning}` };
}

function lengthOf(dim: string): number {
  if (dim === "…") return 1;
  return /^(h|w|height|width|side|size)$/i.test(dim) ? usualImageSide : usualLength;
}

/** What the first layer needs, when the shapes of the inputs are not known. */
function inputsOfLayers(model: Module | undefined): readonly Input[] {
  const first = model && layersOf(model).find(({ module }) => module.parameters().length > 0)?.module;
  if (first === undefined) return [];
  const [weight] = first.parameters();
  if (isTable(first)) return [{ name: "x", shape: ["batch", "T"], dtype: "int32" }];
  if (weight!.rank === 2) return [{ name: "x", shape: ["batch", weight!.shape[1]!], dtype: weight!.dtype }];
  if (weight!.rank === 3) return [{ name: "x", shape: ["batch", weight!.shape[1]!, "T"], dtype: weight!.dtype }];
  if (weight!.rank === 4) {
    return [{ name: "x", shape: ["batch", weight!.shape[1]!, "H", "W"], dtype: weight!.dtype }];
  }
  return [];
}

/** Ids must be below the number of rows of every table they may be looked up in. */
function smallestVocabulary(model: Module | undefined): number {
  const tables = model === undefined ? [] : layersOf(model).filter(({ module }) => isTable(module));
  return Math.min(10, ...tables.map(({ module }) => module.parameters()[0]!.shape[0]!));
}

function isTable(module: Module): boolean {
  return module.constructor.name === "Embedding";
}
