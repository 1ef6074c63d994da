// A script as a model: its recorded operations, run again with other numbers in its parameters.

import { defineOp, type Tensor } from "@shapelens/engine";
import { type OpRecord, setRecordAll, untraced } from "@shapelens/engine/tooling";
import { type Step, type Trace } from "./tracing/trace";

/** What a script's operations are about. */
export interface Script {
  readonly steps: readonly Step[];
  /** The last tensor that no other operation consumed. */
  readonly output: Tensor;
  /** The tensors that learning may change, by name. */
  readonly parameters: ReadonlyMap<string, Tensor>;
  /** The tensors it was made from that stay as they are. */
  readonly data: readonly Tensor[];
}

/** Finds output, parameters and data among the recorded operations. `fixed` are known to be data. */
export function understandScript(
  { steps }: Trace,
  names: ReadonlyMap<Tensor, string>,
  fixed: ReadonlySet<Tensor>,
): Script {
  const own = withoutPreparation(steps, names);
  const consumed = new Set(own.flatMap(({ inputs }) => inputs));
  const output = own.map((step) => step.output).findLast((tensor) => !consumed.has(tensor)) ?? own.at(-1)!.output;
  const used = contributing(own, output);
  const leaves = leavesOf(used);
  const learning = [...leaves.keys()].filter((leaf) => leaf.requiresGrad && !fixed.has(leaf));
  const chosen =
    learning.length > 0
      ? learning
      : [...leaves].filter(([leaf, use]) => !fixed.has(leaf) && isParameter(leaf, use, names)).map(([leaf]) => leaf);
  const parameters = new Map(chosen.map((leaf, index) => [names.get(leaf) ?? `parameter ${index + 1}`, leaf]));
  return { steps: used, output, parameters, data: [...leaves.keys()].filter((leaf) => !chosen.includes(leaf)) };
}

/** Runs the operations again, on what their leaves hold now. Gives the new steps, in the same order. */
export function replay(steps: readonly Step[]): Step[] {
  const renewed = new Map<Tensor, Tensor>();
  setRecordAll(true);
  try {
    return untraced(() =>
      steps.map((step) => {
        const inputs = step.inputs.map((input) => renewed.get(input) ?? input);
        const output = opOf(step.declaration)(inputs, step.params);
        renewed.set(step.output, output);
        return { ...step, inputs, output };
      }),
    );
  } finally {
    setRecordAll(false);
  }
}

type Declaration = OpRecord["declaration"];
type Rerun = (inputs: readonly Tensor[], params: unknown) => Tensor;

const reruns = new WeakMap<Declaration, Rerun>();

/** The op as a function of its tensors and its sorted parameters. */
function opOf(declaration: Declaration): Rerun {
  let rerun = reruns.get(declaration);
  if (rerun === undefined) {
    rerun = defineOp<[readonly Tensor[], unknown], unknown>({
      ...declaration,
      args: (inputs, params) => ({ inputs, params }),
      samples: undefined,
    });
    reruns.set(declaration, rerun);
  }
  return rerun;
}

/**
 * `const W = randn([3, 4]).mul(0.1)` makes W by an operation and means it as a start. Operations that only turn fresh
 * numbers into such a named tensor are preparation, no part of the model.
 */
function withoutPreparation(steps: readonly Step[], names: ReadonlyMap<Tensor, string>): readonly Step[] {
  const prepared = new Set<Tensor>();
  const outputs = new Set(steps.map(({ output }) => output));
  const isFresh = (tensor: Tensor): boolean =>
    prepared.has(tensor) || tensor.isWeak || (!outputs.has(tensor) && !names.has(tensor) && !tensor.requiresGrad);
  const rest = steps.filter((step) => {
    if (!step.inputs.every((input) => isFresh(input) && !(prepared.has(input) && names.has(input)))) return true;
    prepared.add(step.output);
    return false;
  });
  if (rest.length === 0) return steps;
  const needed = new Set(rest.flatMap(({ inputs }) => inputs));
  const unnamed = [...prepared].some((tensor) => needed.has(tensor) && !names.has(tensor));
  if (unnamed) return steps;
  return rest;
}

/** The steps that the output was made from. */
function contributing(steps: readonly Step[], output: Tensor): readonly Step[] {
  const needed = new Set([output]);
  const kept: Step[] = [];
  for (const step of steps.toReversed()) {
    if (!needed.has(step.output)) continue;
    kept.push(step);
    for (const input of step.inputs) needed.add(input);
  }
  return kept.reverse();
}

interface Use {
  readonly op: string;
  readonly position: number;
}

/** The tensors no step made, with where they are first used. Plain numbers are none. */
function leavesOf(steps: readonly Step[]): Map<Tensor, Use> {
  const made = new Set(steps.map(({ output }) => output));
  const leaves = new Map<Tensor, Use>();
  for (const { op, inputs } of steps) {
    inputs.forEach((input, position) => {
      if (!made.has(input) && !input.isWeak && !leaves.has(input)) leaves.set(input, { op, position });
    });
  }
  return leaves;
}

const losses = new Set([
  "mse",
  "mae",
  "huber",
  "crossEntropy",
  "binaryCrossEntropy",
  "binaryCrossEntropyWithLogits",
  "nll",
  "klDivergence",
  "sub",
]);

/** A guess by name and, failing that, by place: the second operand of a product or a sum is what is learnt. */
function isParameter(leaf: Tensor, { op, position }: Use, names: ReadonlyMap<Tensor, string>): boolean {
  if (leaf.dtype !== "float32" && leaf.dtype !== "float64") return false;
  const name = names.get(leaf)?.split(/[.[]/).at(-1) ?? "";
  if (/^(x|y|t|input|target|label|image|feature|batch|data|sample|mask)s?(_?\d+|train|test)?$/i.test(name))
    return false;
  if (/^(w|b|u|v|theta|beta|gamma|alpha|weight|bias|scale|shift|table|kernel)(e?s)?_?\w{0,3}$/i.test(name)) return true;
  return position > 0 && !losses.has(op);
}
