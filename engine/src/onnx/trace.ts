// One run of a model without numbers: which ops it applies to what, and in which of its modules.

import { noGrad } from "../autograd/tape";
import { type Module, stateOf } from "../nn/module";
import { astype } from "../ops/comparison";
import { type FunctionRecord, type OpRecord, setFunctionTracer, setTracer } from "../ops/op";
import { setCopyListener } from "../tensor/copies";
import { Tensor } from "../tensor/tensor";

/** An op, or a function that makes a tensor of nothing but lengths, and the module in which it was called. */
export type Step = { readonly path: string } & (
  ({ readonly kind: "op" } & OpRecord) | ({ readonly kind: "creation" } & FunctionRecord & { readonly result: Tensor })
);

export interface Trace<Result> {
  readonly result: Result;
  /** What each tensor that is no constant comes from. */
  readonly steps: ReadonlyMap<Tensor, Step>;
  /** The names of the tensors that the modules keep. */
  readonly names: ReadonlyMap<Tensor, string>;
}

/** Ops that give the same numbers in another order. */
const turning: readonly string[] = ["transpose", "swapAxes"];

/** What a copy is: the same numbers in the same type. */
const sameNumbers = astype.declaration as unknown as OpRecord["declaration"];

/** Functions that give something else on every run. */
const random: readonly string[] = ["rand", "randn", "randint", "permutation"];

/**
 * Runs `forward` while the module, and all below it, is as after `eval()`; afterwards everything is as before.
 * @throws TypeError where random numbers are drawn.
 */
export function trace<Result>(module: Module | undefined, forward: () => Result): Trace<Result> {
  const steps = new Map<Tensor, Step>();
  const paths: string[] = [];
  const here = (): string => paths.at(-1) ?? "";
  const names = new Map(module ? stateOf(module).map(([name, tensor]) => [tensor, name] as const) : []);
  const opsBefore = setTracer((record) => {
    // What is computed from parameters alone is a constant; but one that is only turned need not be there twice.
    const isTurned = turning.includes(record.op) && names.has(record.inputs[0]!);
    if (record.output.isAbstract || isTurned) steps.set(record.output, { kind: "op", path: here(), ...record });
  });
  const copiesBefore = setCopyListener((output, source) => {
    const step = { op: astype.declaration.name, inputs: [source], output, params: { dtype: source.dtype } };
    if (output.isAbstract) steps.set(output, { kind: "op", path: here(), ...step, declaration: sameNumbers });
  });
  const functionsBefore = setFunctionTracer((record) => {
    if (random.includes(record.name)) throw drawsRandomNumbers(record.name, here());
    const { result } = record;
    if (!(result instanceof Tensor) || !result.isAbstract || steps.has(result)) return;
    steps.set(result, { kind: "creation", path: here(), ...record, result });
  });
  const leave = module ? enter(module, paths) : () => undefined;
  try {
    return { result: noGrad(forward), steps, names };
  } finally {
    leave();
    setTracer(opsBefore);
    setCopyListener(copiesBefore);
    setFunctionTracer(functionsBefore);
  }
}

function drawsRandomNumbers(name: string, path: string): TypeError {
  return new TypeError(
    `exportOnnx: ${name}${inModule(path)} draws random numbers, which would be the same on every run of the file. Draw them outside and make them an input.`,
  );
}

/** ` in layers.0`, as messages go on. */
export function inModule(path: string): string {
  return path === "" ? "" : ` in ${path}`;
}

/**
 * Switches the modules to evaluation and keeps in `paths` which of them is running. Answers how to undo both.
 */
function enter(root: Module, paths: string[]): () => void {
  const undo = root.namedModules().map(([path, module]) => {
    const { training } = module;
    const own = Object.getOwnPropertyDescriptor(module, "forward");
    const forward = module.forward as (...args: unknown[]) => unknown;
    const tracked = (...args: unknown[]): unknown => {
      paths.push(path);
      try {
        return forward.apply(module, args);
      } finally {
        paths.pop();
      }
    };
    Object.defineProperty(module, "forward", { value: tracked, configurable: true });
    module.training = false;
    return (): void => {
      module.training = training;
      if (own) Object.defineProperty(module, "forward", own);
      else delete (module as { forward?: unknown }).forward;
    };
  });
  return () => undo.forEach((restore) => restore());
}
