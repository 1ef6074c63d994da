// The convention of the panel: beside its model a file exports `inputs`, which the model is run with.

import { type Tensor } from "@shapelens/engine";
import { mentions } from "@shapelens/engine/tooling";
import { type Machine } from "../interpreter/machine";
import { type Session } from "../interpreter/session";
import { exportedNames } from "../interpreter/statements/declarations";
import {
  type DimFacts,
  dimsEqual,
  NodePlace,
  polynomialOf,
  type ReportedProblem,
  subDims,
  symbolOf,
  type ValueOrigin,
  withFacts,
} from "../values";
import { type TrialCall } from "./hypotheses";
import { type Outcome, passes, runOnce } from "./outcome";
import { type GivenTensor } from "./parameters";

export interface GivenInputs {
  readonly tensors: readonly Tensor[];
  readonly origin: ValueOrigin;
  /** The file says besides what is to be learned from them, so that the model is what takes them. */
  readonly isMeant: boolean;
}

const exportedName = "inputs";

/** The tensors that a file exports for its model. */
export function givenInputs({ module, instance: { exports } }: Session): GivenInputs | undefined {
  const value = exports.get(exportedName)?.value;
  const items = value?.kind === "array" ? value.elements : value && [value];
  if (!items || items.length === 0) return undefined;
  const tensors: Tensor[] = [];
  for (const item of items) {
    if (item.kind !== "tensor" || !item.tensor) return undefined;
    tensors.push(item.tensor);
  }
  const named = module.source.statements.find((statement) => exportedNames(statement).includes(exportedName));
  const place = named && new NodePlace(module, named);
  const origin = { text: `from the exported \`${exportedName}\``, place };
  return { tensors, origin, isMeant: exports.has("targets") || exports.has("loss") };
}

/**
 * Runs a model with what is given. The batch stays open, as the panel takes a few rows at a time, and so does a length
 * that the model has a word for and asks nothing of. `free`: the run that leaves all lengths open.
 */
export function tryGiven(
  machine: Machine,
  facts: DimFacts,
  call: TrialCall,
  { tensors, origin }: GivenInputs,
): { readonly outcome: Outcome; readonly free: Outcome } {
  const run = (given: readonly GivenTensor[]): Outcome =>
    runOnce(machine, facts, (slots) => call({ rankOf: () => 2, dtype: "float32", given }, slots));
  const [rows] = tensors[0]!.dims;
  const haveRows = tensors.every(({ dims }) => dims.length > 0 && dimsEqual(dims[0]!, rows!) === "yes");
  const open = tensors.map(({ dims, dtype }) => ({
    dtype,
    origin,
    dims: dims.map((dim, axis) => (axis === 0 && !haveRows ? dim : undefined)),
  }));
  const free = run(open);
  const isFree = passes(free) ? (i: number, axis: number) => isOpenIn(free, i, axis) : () => false;
  const given = open.map(({ dims, ...rest }, i) => ({
    ...rest,
    dims: dims.map((dim, axis) => (axis === 0 || isFree(i, axis) ? dim : tensors[i]!.dims[axis])),
  }));
  const isSame = given.every(({ dims }, i) => dims.every((dim, axis) => dim === open[i]!.dims[axis]));
  return { outcome: isSame ? free : run(given), free };
}

/** Whether a length has a name in the model and can be any, as far as the model goes. */
function isOpenIn({ slots, facts, lengthNames }: Outcome, slot: number, axis: number): boolean {
  const dim = slots[slot]?.value.tensor?.dims[axis];
  if (dim === undefined) return false;
  return withFacts(facts, () => {
    const symbol = symbolOf(dim);
    if (!symbol || !lengthNames.isNamed(dim)) return false;
    return !facts.assumptions.some((assumption) => {
      // An equality that became plain by what else was learned asks nothing.
      const { kind } = assumption;
      const dims =
        kind === "divides" ? [assumption.divisor, assumption.dim] : [subDims(assumption.left, assumption.right)];
      return dims.some((each) => mentions(polynomialOf(each), symbol.key));
    });
  });
}

/** What goes wrong with the inputs that are given, as warnings that say so: somebody may run the model with others. */
export function failuresOf({ problems }: Outcome): ReportedProblem[] {
  return problems
    .filter(({ severity }) => severity === "error")
    .map((problem) => ({
      place: problem.place,
      severity: "warning",
      code: problem.code,
      get message() {
        return `${problem.message}\n  This happens with the exported inputs.`;
      },
      related: problem.related,
      subject: problem.subject,
      clues: problem.clues,
    }));
}
