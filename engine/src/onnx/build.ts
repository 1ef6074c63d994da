// From what was traced to a graph: every step that a result needs, in the order in which it ran.

import { opTable } from "../ops/op";
import { concrete } from "../shape/shape";
import { Tensor } from "../tensor/tensor";
import { Call, type Lowered, type Lowering } from "./call";
import { Graph, Value } from "./graph";
import { type ModelInput } from "./inputs";
import { Lengths } from "./lengths";
import { creationLowerings } from "./lowering/creation";
import { lowerings } from "./lowering";
import { inModule, type Step, type Trace } from "./trace";

/** @throws TypeError for a step that cannot be said in ONNX, and for inputs and results that cannot be. */
export function buildGraph(
  { steps, names }: Trace<unknown>,
  inputs: readonly ModelInput[],
  results: readonly (readonly [name: string, tensor: Tensor])[],
): Graph {
  const graph = new Graph();
  checkNames([...inputs.map(({ name }) => name), ...results.map(([name]) => name)], [...names.values()]);
  for (const { name } of inputs) graph.unique(name);
  for (const [name] of results) graph.unique(name);
  const lengths = new Lengths(graph);
  const lowered = new Map<Tensor, Lowered>();
  for (const { name, tensor, symbols } of inputs) {
    const value = graph.input(name, tensor);
    lowered.set(tensor, value);
    for (const [axis, dim] of symbols) lengths.define(dim, value, axis);
  }
  const lower = (tensor: Tensor): Lowered => {
    const known = lowered.get(tensor);
    if (known) return known;
    const step = steps.get(tensor);
    const made = step ? lowerStep(step) : tensor.isAbstract ? fromNowhere(tensor) : constantOf(tensor);
    lowered.set(tensor, made);
    return made;
  };
  const constantOf = (tensor: Tensor): Value =>
    graph.constant(tensor.data, concrete(tensor.dims), tensor.dtype, names.get(tensor));
  const lowerStep = (step: Step): Lowered => {
    const call = new Call(graph, lengths, detailsOf(step), lower);
    return call.inScope(() => loweringOf(step)(call));
  };
  const needed = neededBy(
    results.map(([, tensor]) => tensor),
    steps,
  );
  checkUse(inputs, results, needed);
  for (const [tensor, { kind }] of steps) if (kind === "op" && needed.has(tensor)) lower(tensor);
  for (const [name, tensor] of results) {
    const value = lower(tensor);
    graph.output(value instanceof Value ? value : value.whole(), name);
  }
  return graph;
}

function checkNames(names: readonly string[], parameters: readonly string[]): void {
  const wrong = names.find((name) => !/^[\p{L}_][\p{L}\d_.]*$/u.test(name));
  if (wrong !== undefined) {
    throw new TypeError(
      `exportOnnx: an input or result must have a name of letters and digits, found ${JSON.stringify(wrong)}.`,
    );
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new TypeError(
      `exportOnnx: ${JSON.stringify(twice)} names two inputs or results; name the results with { outputs: […] }.`,
    );
  }
  const taken = names.find((name) => parameters.includes(name));
  if (taken !== undefined) {
    throw new TypeError(`exportOnnx: ${JSON.stringify(taken)} is the name of a tensor of the module; take another.`);
  }
}

/** Everything that these tensors are computed from, themselves included. */
function neededBy(results: readonly Tensor[], steps: ReadonlyMap<Tensor, Step>): Set<Tensor> {
  const needed = new Set(results);
  for (const tensor of needed) {
    const step = steps.get(tensor);
    for (const input of step ? tensorsOf(step) : []) needed.add(input);
  }
  return needed;
}

function tensorsOf(step: Step): readonly Tensor[] {
  return step.kind === "op" ? step.inputs : step.args.filter((arg) => arg instanceof Tensor);
}

function checkUse(
  inputs: readonly ModelInput[],
  results: readonly (readonly [string, Tensor])[],
  needed: ReadonlySet<Tensor>,
): void {
  const unused = inputs.find(({ tensor }) => !needed.has(tensor));
  if (!unused) return;
  const names = results.map(([name]) => name).join(", ");
  throw new TypeError(
    `exportOnnx: ${names} ${results.length === 1 ? "does" : "do"} not depend on the input ${unused.name}: leave it out, or use it.`,
  );
}

function detailsOf(step: Step): Call["details"] {
  if (step.kind === "op") return { ...step, name: step.op, tensors: step.inputs };
  return { ...step, tensors: tensorsOf(step), params: step.args, output: step.result };
}

function loweringOf(step: Step): Lowering {
  const known = step.kind === "creation" ? creationLowerings[step.name] : engineLowering(step);
  if (known) return known as Lowering;
  const name = step.kind === "creation" ? step.name : step.op;
  throw new TypeError(
    `exportOnnx: ${name}${inModule(step.path)} cannot be exported: there is no ONNX for it. Write it with other ops, or leave it out of what is exported.`,
  );
}

/** An op of a user's own may have the name of one of the engine's. */
function engineLowering(step: Step & { kind: "op" }): Lowering<never> | undefined {
  return opTable.get(step.op)?.declaration === step.declaration ? lowerings[step.op] : undefined;
}

function fromNowhere(tensor: Tensor): never {
  throw new TypeError(
    `exportOnnx: the model uses ${String(tensor)}, which is neither an input nor the result of an op.`,
  );
}
