// The convention of the panel: beside its model a file exports `inputs`, which the model is run with.

import { type Tensor } from "@shapelens/engine";
import { mentions } from "@shapelens/engine/tooling";
import { ts } from "ts-morph";
import { callValue } from "../interpreter/calls";
import { type Machine } from "../interpreter/machine";
import { type Session } from "../interpreter/session";
import { boundNames } from "../interpreter/hoisting";
import { exportedValues } from "../interpreter/modules";
import { exportedNames } from "../interpreter/statements/declarations";
import {
  CallSite,
  type DimFacts,
  dimsEqual,
  isPrimitive,
  NodePlace,
  polynomialOf,
  type ReportedProblem,
  subDims,
  symbolOf,
  type TensorValue,
  undefinedValue,
  type Value,
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
  /** What the model is taught with, where the file exports all of it. */
  readonly lesson: Lesson | undefined;
}

/** The loss that compares what the model gives with the targets; `site`: where these are exported. */
interface Lesson {
  readonly loss: Value;
  readonly targets: TensorValue;
  readonly site: CallSite;
}

/** The name of the exported targets stands for the call of the loss. */
class LessonSite extends CallSite {
  override get argumentNodes(): readonly ts.Expression[] {
    return [];
  }
}

/** What a trial with given inputs depends on. */
export function keyOfGiven(given: GivenInputs | undefined): readonly unknown[] {
  if (!given) return [];
  const { tensors, isMeant, lesson } = given;
  return [isMeant, ...tensors, lesson?.loss, lesson?.targets, lesson?.site.node];
}

const exportedName = "inputs";

/** The tensors that a file exports for its model. */
export function givenInputs(session: Session): GivenInputs | undefined {
  const { module, instance } = session;
  const exports = exportedValues(instance);
  const value = exports.get(exportedName);
  const items = value?.kind === "array" ? value.elements : value && [value];
  if (!items || items.length === 0) return undefined;
  const tensors: Tensor[] = [];
  for (const item of items) {
    if (item.kind !== "tensor" || !item.tensor) return undefined;
    tensors.push(item.tensor);
  }
  const named = module.source.statements.find((statement) => namesOf(statement).includes(exportedName));
  const place = named && new NodePlace(module, named);
  const origin = { text: `from the exported \`${exportedName}\``, place };
  return {
    tensors,
    origin,
    isMeant: exports.has("targets") || exports.has("loss"),
    lesson: lessonIn(session, exports),
  };
}

/** The names that a statement exports, or else the variables that it declares: CommonJS exports them elsewhere. */
function namesOf(statement: ts.Statement): readonly string[] {
  const exported = exportedNames(statement);
  if (exported.length > 0 || !ts.isVariableStatement(statement)) return exported;
  return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name));
}

function lessonIn({ module }: Session, exports: ReadonlyMap<string, Value>): Lesson | undefined {
  const loss = exports.get("loss");
  const targets = exports.get("targets");
  const [node] = module.source.statements.flatMap((statement) =>
    ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.map(({ name }) => name).filter((name) => name.getText() === "targets")
      : [],
  );
  if (!node || targets?.kind !== "tensor" || !targets.tensor || !loss || isPrimitive(loss)) return undefined;
  return { loss, targets, site: new LessonSite(module, node, undefined) };
}

/**
 * Runs a model with what is given. The batch stays open, as the panel takes a few rows at a time, and so does a length
 * that the model has a word for and asks nothing of. `free`: the run that leaves all lengths open. `failures`:
 * what goes wrong with what is given, in the model or in the loss.
 */
export function tryGiven(
  machine: Machine,
  facts: DimFacts,
  call: TrialCall,
  { tensors, origin, isMeant, lesson }: GivenInputs,
): { readonly outcome: Outcome; readonly free: Outcome; readonly failures: readonly ReportedProblem[] } {
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
  const outcome = isSame ? free : run(given);
  if (!isMeant) return { outcome, free, failures: [] };
  if (!lesson || !passes(outcome)) return { outcome, free, failures: failuresOf(outcome, "inputs") };
  const whole = tensors.map(({ dims, dtype }) => ({ dims, dtype, origin }));
  const taught = runOnce(machine, facts, (slots) => {
    const output = call({ rankOf: () => 2, dtype: "float32", given: whole }, slots);
    return callValue(machine, lesson.loss, undefinedValue, [output, lesson.targets], lesson.site);
  });
  return { outcome, free, failures: failuresOf(taught, "inputs and targets") };
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
      // As long as a table of positions is, say: shorter ones are as good.
      if (kind === "at-most" && symbolOf(assumption.left)?.key === symbol.key) return false;
      const dims =
        kind === "divides" ? [assumption.divisor, assumption.dim] : [subDims(assumption.left, assumption.right)];
      return dims.some((each) => mentions(polynomialOf(each), symbol.key));
    });
  });
}

/** What goes wrong with the inputs that are given, as warnings that say so: somebody may run the model with others. */
function failuresOf({ problems }: Outcome, given: string): ReportedProblem[] {
  return problems
    .filter(({ severity }) => severity === "error")
    .map((problem) => ({
      place: problem.place,
      severity: "warning",
      code: problem.code,
      get message() {
        return `${problem.message}\n  This happens with the exported ${given}.`;
      },
      related: problem.related,
      subject: problem.subject,
      clues: problem.clues,
    }));
}
