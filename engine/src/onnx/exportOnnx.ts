// A model as an ONNX file: traced once without numbers, op by op put into ONNX's operators, written down.

import { Module } from "../nn/module";
import { formatDim, NeedsValue } from "../shape/dim";
import { Facts, withFacts } from "../shape/facts";
import { describe } from "../shape/shape";
import { Tensor } from "../tensor/tensor";
import { buildGraph } from "./build";
import { type ModelInput, type OnnxInput, readInputs } from "./inputs";
import { serialize } from "./serialize";
import { trace } from "./trace";

/** What a model may give: a tensor, or several in a list or by name. */
export type OnnxResult = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor | undefined>>;

/** A module, or any function of tensors. */
export type OnnxModel = Module | ((...inputs: Tensor[]) => OnnxResult);

export interface ExportOptions {
  /** The names of the results, "output" for one, in their order; those of the record for results by name. */
  readonly outputs?: readonly string[];
  /** What the graph is called; the module's class, or the function's name, unless given. */
  readonly name?: string;
  /**
   * The module whose layers a function uses: its tensors keep their names in the file, and it is exported as after
   * `eval()`. Without it a function's layers are exported as they are.
   */
  readonly module?: Module;
}

/**
 * The bytes of an ONNX file (operator set 25) that computes what `model` does.
 *
 * `inputs` gives each input its name and shape, in the order of the arguments: `{ x: "batch 784" }`. A length with a name
 * stays open: the file takes any. A length that is a number is fixed. The numbers of a tensor given as an example do not
 * matter, its shape and type do.
 *
 * A module is exported as after `eval()`, and is afterwards as it was before. The tensors of its `stateDict()` keep their
 * names.
 *
 * @throws TypeError for an op that ONNX has no operators for, random numbers, an input or result that cannot be;
 * ShapeError where the model refuses these shapes; Error where the model asks for a number that only a run would have.
 */
export function exportOnnx(
  model: OnnxModel,
  inputs: Readonly<Record<string, OnnxInput>>,
  options: ExportOptions = {},
): Uint8Array<ArrayBuffer> {
  const module = model instanceof Module ? model : options.module;
  if (typeof model !== "function" && !(model instanceof Module)) {
    throw new TypeError(`exportOnnx: model must be a Module or a function, found ${describe(model)}.`);
  }
  if (module !== undefined && !(module instanceof Module)) {
    throw new TypeError(`exportOnnx: module must be a Module, found ${describe(module)}.`);
  }
  const given = readInputs(inputs);
  const run = (model instanceof Module ? (...xs) => (model.forward as Run).apply(model, xs) : model) as Run;
  // What the model takes for granted about its lengths holds in the whole file.
  return withFacts(new Facts(), () => {
    const graph = explaining(given, () => {
      const traced = trace(module, () => run(...given.map(({ tensor }) => tensor)));
      return buildGraph(traced, given, readResults(traced.result, options.outputs));
    });
    const name = options.name ?? (model instanceof Module ? model.constructor.name : model.name || "model");
    return serialize(graph, name);
  });
}

type Run = (...inputs: Tensor[]) => unknown;

/** A model that wants to know a number cannot have one here; that is said in the words of the export. */
function explaining<T>(inputs: readonly ModelInput[], run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof NeedsValue)) throw error;
    const open = inputs.flatMap(({ symbols }) => [...symbols.values()].map(formatDim));
    const fix = open.length === 0 ? "" : ` If it is a length, give a number for ${[...new Set(open)].join(", ")}.`;
    throw new Error(`exportOnnx: the model asks for a number that only a run would have: ${error.message}${fix}`, {
      cause: error,
    });
  }
}

/** The results by name. @throws TypeError for what is no tensor. */
function readResults(result: unknown, names: readonly string[] | undefined): [name: string, tensor: Tensor][] {
  const byName = (): [string, unknown][] => {
    if (result instanceof Tensor) return [["output", result]];
    if (Array.isArray(result)) return result.map((item: unknown, i) => [`output_${i}`, item]);
    const isRecord = typeof result === "object" && result !== null && !(result instanceof Promise);
    return isRecord ? Object.entries(result).filter(([, item]) => item !== undefined) : [];
  };
  const found = byName();
  const wrong = found.find(([, item]) => !(item instanceof Tensor));
  if (found.length === 0 || wrong) {
    throw new TypeError(
      `exportOnnx: the model must give a tensor, a list or a record of tensors, found ${wrong ? `${describe(wrong[1])} as ${wrong[0]}` : describe(result)}.`,
    );
  }
  if (names !== undefined && names.length !== found.length) {
    throw new TypeError(`exportOnnx: outputs must name each of the ${found.length} results, found ${names.length}.`);
  }
  return found.map(([name, tensor], i) => [names?.[i] ?? name, tensor as Tensor]);
}
