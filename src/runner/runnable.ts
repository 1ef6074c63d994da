// Something that can be run again and again: a model with its data and its loss.

import { type Module, Tensor } from "@shapelens/engine";
import { type ModelSpec } from "../protocol/worker";
import { batchOf, Batches, type Data } from "./learning/data";
import { withLayers } from "./tracing/layers";
import { type Loss, lossFor, targetKindFor } from "./learning/loss";
import { makeInputs, makeTargets } from "./learning/madeUp";
import { type Callable, type Program } from "./program";
import { replay, understandScript } from "./script";
import { type Step, traced } from "./tracing/trace";

/** One forward pass, with every operation of it. */
export interface Pass {
  readonly steps: readonly Step[];
  readonly omitted: number;
  readonly output: Tensor;
  readonly loss: Tensor | undefined;
  readonly inputs: readonly Tensor[];
  readonly target: Tensor | undefined;
  readonly names: ReadonlyMap<Tensor, string>;
}

export interface Runnable {
  /** What was assumed, in plain words. */
  readonly notes: readonly string[];
  /** What learning changes, by name. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  readonly lossName: string | undefined;
  /** How many examples there are to learn from; 0 when the data is fixed. */
  readonly examples: number;
  readonly module: Module | undefined;
  /** Goes on to the next examples. */
  advance(): void;
  /** A forward pass over the current examples, traced. */
  pass(): Pass;
  /** The loss of the current examples, without a trace. */
  loss(): Tensor;
  /** The output for other inputs. */
  predict?(inputs: readonly Tensor[]): Tensor;
}

/** Puts together what `program` brings and what has to be made up. */
export function runnableOf(program: Program, spec: ModelSpec, batchSize: number): Runnable {
  if (program.callable === undefined) return scriptRunnable(program);
  return callableRunnable(program, program.callable, spec, batchSize);
}

function callableRunnable(program: Program, callable: Callable, spec: ModelSpec, batchSize: number): Runnable {
  const { module } = callable;
  const made = program.inputs === undefined ? makeInputs(spec.inputs, batchSize, module) : undefined;
  const inputs = program.inputs ?? made!.tensors;
  if (inputs.length === 0) {
    throw new Error(
      `The inputs of ${callable.name} could not be inferred. Export them: export const inputs = randn([16, 784]);`,
    );
  }
  const notes = [...program.notes, ...(made?.notes ?? [])];
  const run = (tensors: readonly Tensor[]): Tensor => outputOf(callable.name, callable.call(tensors));

  const first = batchOf({ inputs, target: undefined }, batchSize);
  const trial = tracedCall(module, () => run(first.inputs));
  const output = trial.result;
  const madeBy = trial.trace.steps.find((step) => step.output === output)?.op;
  const isLossItself = output.rank === 0;
  const parameters = new Map<string, Tensor>(
    module !== undefined
      ? module.namedParameters()
      : output === first.inputs[0]
        ? []
        : understandScript(trial.trace, program.names, new Set(first.inputs)).parameters,
  );
  for (const parameter of parameters.values()) parameter.requiresGrad = true;

  let target = program.targets;
  if (target === undefined && !isLossItself) {
    const rows = inputs[0]!.shape[0];
    const full = output.shape[0] === first.inputs[0]!.shape[0] && rows !== undefined;
    const answer = makeTargets(
      full ? [rows, ...output.shape.slice(1)] : output.shape,
      output.dtype,
      targetKindFor(output, madeBy),
    );
    target = answer.target;
    notes.push(answer.note);
  }
  const data: Data = { inputs, target };
  const batches = new Batches(data, batchSize);
  const loss = chooseLoss(program, output, target && batchOf(data, batchSize).target!, madeBy, notes);

  const lossOf = (answer: Tensor, wanted: Tensor | undefined): Tensor | undefined =>
    isLossItself ? answer : wanted && loss?.of(answer, wanted);
  const inputNames = inputs.map((_, index) => spec.inputs[index]?.name ?? (inputs.length > 1 ? `x${index + 1}` : "x"));
  return {
    notes,
    parameters,
    lossName: isLossItself ? callable.name : loss?.name,
    examples: batches.examples,
    module,
    advance: () => batches.advance(),
    pass() {
      const { inputs: current, target: wanted } = batches.current;
      let answer: Tensor | undefined;
      const { result, trace } = tracedCall(module, (mark) => {
        answer = run(current);
        mark.loss(!isLossItself);
        return lossOf(answer, wanted);
      });
      const names = new Map([...program.names, ...[...parameters].map(([name, tensor]) => [tensor, name] as const)]);
      current.forEach((tensor, index) => names.set(tensor, inputNames[index]!));
      if (wanted !== undefined) names.set(wanted, "targets");
      return { ...trace, output: answer!, loss: result, inputs: current, target: wanted, names };
    },
    loss() {
      const { inputs: current, target: wanted } = batches.current;
      return lossOf(run(current), wanted)!;
    },
    predict: isLossItself ? undefined : run,
  };
}

function scriptRunnable(program: Program): Runnable {
  const { trace, names, targets } = program;
  const fixed = new Set([...(program.inputs ?? []), ...(targets === undefined ? [] : [targets])]);
  const script = understandScript(trace, names, fixed);
  const { output, parameters } = script;
  const notes = [...program.notes];
  const isLossItself = output.rank === 0;
  const madeBy = script.steps.at(-1)!.op;
  let target = targets;
  if (target === undefined && !isLossItself) {
    const answer = makeTargets(output.shape, output.dtype, targetKindFor(output, madeBy));
    target = answer.target;
    notes.push(answer.note);
  }
  if (isLossItself) notes.push("The last value is a single number: it is taken as the loss.");
  const loss = isLossItself ? undefined : chooseLoss(program, output, target, madeBy, notes);
  if (parameters.size > 0) {
    const kept = script.data.map((tensor) => names.get(tensor)).filter((name) => name !== undefined);
    const rest = kept.length > 0 ? ` and leave ${listOf(kept)} as ${kept.length > 1 ? "they are" : "it is"}` : "";
    notes.push(`Step and Train change ${listOf([...parameters.keys()])}${rest}.`);
  }
  for (const parameter of parameters.values()) parameter.requiresGrad = true;

  // The program's own numbers come first; from then on its operations run again, on the tape and on what has been learnt.
  let isFresh = program.ownIterations === 0;
  const lossOf = (answer: Tensor): Tensor | undefined =>
    isLossItself ? answer : loss && target && loss.of(answer, target);
  const pass = (): Pass => {
    const steps = isFresh ? script.steps : replay(script.steps);
    isFresh = false;
    const position = script.steps.findIndex((step) => step.output === output);
    const answer = steps[position]!.output;
    const ofLoss = traced((mark) => {
      mark.loss(true);
      return lossOf(answer);
    });
    const renamed = new Map(names);
    steps.forEach((step, index) => {
      const name = names.get(script.steps[index]!.output);
      if (name !== undefined) renamed.set(step.output, name);
    });
    for (const [name, parameter] of parameters) renamed.set(parameter, name);
    if (target !== undefined && !renamed.has(target)) renamed.set(target, "targets");
    return {
      steps: isLossItself ? steps : [...steps, ...ofLoss.trace.steps],
      omitted: trace.omitted,
      output: answer,
      loss: ofLoss.result,
      inputs: script.data.filter((tensor) => tensor !== target),
      target,
      names: renamed,
    };
  };
  return {
    notes,
    parameters,
    lossName: isLossItself ? (names.get(output) ?? "loss") : loss?.name,
    examples: 0,
    module: undefined,
    advance: () => undefined,
    pass,
    loss: () => pass().loss!,
  };
}

/** The file's own loss, or the usual one for what there is. */
function chooseLoss(
  program: Program,
  output: Tensor,
  target: Tensor | undefined,
  madeBy: string | undefined,
  notes: string[],
): Loss | undefined {
  const own = program.loss;
  if (own !== undefined) return { name: own.name === "" || own.name === "loss" ? "loss" : own.name, of: own };
  if (target === undefined) return undefined;
  const loss = lossFor(output, target, madeBy);
  notes.push(
    `This file exports no loss: ${loss.name} is used, which suits an output of shape [${output.shape.join(", ")}].`,
  );
  return loss;
}

function tracedCall<T>(module: Module | undefined, run: Parameters<typeof traced<T>>[0]): ReturnType<typeof traced<T>> {
  return withLayers(module, (current) => traced(run, current));
}

/** A model may answer with several things; the first tensor among them is its output. */
function outputOf(name: string, answer: unknown): Tensor {
  if (answer instanceof Tensor) return answer;
  const parts: unknown[] = typeof answer === "object" && answer !== null ? Object.values(answer) : [];
  const tensor = parts.find((part) => part instanceof Tensor);
  if (tensor instanceof Tensor) return tensor;
  if (answer instanceof Promise) throw new Error(`${name} is async; a model answers at once, with a tensor.`);
  throw new Error(`${name} must return a tensor, and returned ${answer === null ? "null" : typeof answer}.`);
}

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
