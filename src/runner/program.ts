// Runs the user's file once and finds in it what can be run again and again.

import { Module, seed, Tensor } from "@shapelens/engine";
import { type ModelSpec } from "../protocol/worker";
import { listenForVariables, namedTensors } from "./tracing/names";
import { type LoopListener, ProgramTracer, type Trace } from "./tracing/trace";

/** Something that computes an output from inputs. */
export interface Callable {
  readonly kind: "module" | "function";
  readonly name: string;
  /** The module, so that its layers can be told apart and put into evaluation mode. */
  readonly module: Module | undefined;
  call(inputs: readonly Tensor[]): unknown;
}

/** What the user's file came to. */
export interface Program {
  /** What to call; absent for a script, whose operations are the model. */
  readonly callable: Callable | undefined;
  /** The operations that ran while the file was loaded. */
  readonly trace: Trace;
  /** How often it called `backward()` by itself while it was loaded. */
  readonly ownIterations: number;
  readonly names: ReadonlyMap<Tensor, string>;
  readonly inputs: readonly Tensor[] | undefined;
  readonly targets: Tensor | undefined;
  readonly testInputs: readonly Tensor[] | undefined;
  readonly testTargets: Tensor | undefined;
  readonly loss: ((output: Tensor, target: Tensor) => Tensor) | undefined;
  readonly notes: readonly string[];
}

type Exports = Readonly<Record<string, unknown>>;
type Constructor = new () => Module;

/** The names a file may use to bring its own data and loss. */
const conventions = new Set(["inputs", "targets", "testInputs", "testTargets", "loss"]);

/**
 * Loads the user's module and takes from it what `spec` names.
 * @throws Error in plain words when there is nothing to run.
 */
export async function loadProgram(
  load: () => Promise<unknown>,
  spec: ModelSpec,
  seedNumber: number,
  onBackward: LoopListener,
): Promise<Program> {
  const variables = listenForVariables();
  let ownIterations = 0;
  const tracer = new ProgramTracer((iteration, loss) => {
    ownIterations = iteration + 1;
    onBackward(iteration, loss);
  });
  seed(seedNumber);
  tracer.start();
  let exports: Exports;
  let trace: Trace;
  try {
    exports = withDefault(await load());
  } finally {
    trace = tracer.stop();
  }
  const notes: string[] = [];
  const callable = findCallable(spec, exports, variables, trace, notes);
  if (callable === undefined && trace.steps.length === 0) {
    throw new Error(
      "This file computed nothing with @shapelens/engine, and exports no model. " +
        "Export a class that extends Module, an instance of one, or a function of tensors; or compute something at the top level.",
    );
  }
  const loss = exports["loss"];
  return {
    callable,
    trace,
    ownIterations,
    names: namedTensors(new Map([...Object.entries(exports), ...variables])),
    inputs: tensorList("inputs", exports["inputs"], callable !== undefined),
    targets: oneTensor("targets", exports["targets"], callable !== undefined),
    testInputs: tensorList("testInputs", exports["testInputs"], true),
    testTargets: oneTensor("testTargets", exports["testTargets"], true),
    loss: typeof loss === "function" ? (loss as Program["loss"]) : undefined,
    notes,
  };
}

/** CommonJS puts everything under `default`. */
function withDefault(exports: unknown): Exports {
  const own = exports as Exports;
  const inner = own["default"];
  const isPlain = typeof inner === "object" && inner !== null && Object.getPrototypeOf(inner) === Object.prototype;
  return isPlain ? { ...(inner as Exports), ...own } : own;
}

function findCallable(
  { name, kind }: ModelSpec,
  exports: Exports,
  variables: ReadonlyMap<string, unknown>,
  trace: Trace,
  notes: string[],
): Callable | undefined {
  if (kind !== "script") {
    const found = exports[name] ?? variables.get(name);
    if (found === undefined)
      throw new Error(`There is no ${name} in this file when it runs. Export it: export { ${name} };`);
    return asCallable(name, found);
  }
  // A file that is run as a script and defines a model at its end meant the model.
  const candidates = Object.entries(exports).filter(([key]) => !conventions.has(key));
  const withModel: readonly (readonly [string, unknown])[] = [["model", exports["model"]], ...candidates];
  const instance = withModel.find(([, value]) => value instanceof Module);
  if (instance !== undefined) return asCallable(instance[0], instance[1]);
  if (trace.steps.length > 0) return undefined;
  const other =
    candidates.find(([, value]) => isModuleClass(value)) ?? candidates.find(([, v]) => typeof v === "function");
  if (other === undefined) return undefined;
  notes.push(`The file computes nothing by itself; ${other[0]} is what is run.`);
  return asCallable(other[0], other[1]);
}

function asCallable(name: string, value: unknown): Callable {
  if (value instanceof Module) return moduleCallable(name, value);
  if (isModuleClass(value)) {
    try {
      return moduleCallable(name, new value());
    } catch (error) {
      if (value.length === 0) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(
        `new ${name}() failed: ${reason} Its constructor takes arguments; export an instance: export const model = new ${name}(…);`,
        { cause: error },
      );
    }
  }
  if (typeof value === "function") {
    const run = value as (...inputs: readonly Tensor[]) => unknown;
    return { kind: "function", name, module: undefined, call: (inputs) => run(...inputs) };
  }
  throw new Error(`${name} is neither a Module nor a function, so it cannot be run.`);
}

function moduleCallable(name: string, module: Module): Callable {
  const { forward } = module as { forward?: unknown };
  if (typeof forward !== "function") throw new Error(`${name} has no method forward, so it cannot be run.`);
  // `forward` is looked up at every call, because tracing puts its own in its place.
  const call = (inputs: readonly Tensor[]): unknown =>
    (module as unknown as { forward(...inputs: readonly Tensor[]): unknown }).forward(...inputs);
  return { kind: "module", name, module, call };
}

function isModuleClass(value: unknown): value is Constructor {
  return typeof value === "function" && value.prototype instanceof Module;
}

/** A model is differentiated down to its inputs and not into how they were prepared: `detached` cuts that off. */
function tensorList(name: string, value: unknown, detached: boolean): readonly Tensor[] | undefined {
  if (value === undefined) return undefined;
  const tensors: unknown[] = Array.isArray(value) ? value : [value];
  if (tensors.length === 0 || !tensors.every((item) => item instanceof Tensor)) {
    throw new Error(`${name} must be a tensor, or a list of tensors for a model with several inputs.`);
  }
  return detached ? tensors.map((tensor) => tensor.detach()) : tensors;
}

function oneTensor(name: string, value: unknown, detached: boolean): Tensor | undefined {
  if (value === undefined) return undefined;
  if (!(value instanceof Tensor)) throw new Error(`${name} must be a tensor.`);
  return detached ? value.detach() : value;
}
