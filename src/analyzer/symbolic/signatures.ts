// What a function needs of its tensors and what it gives back, in one line.

import { type Signature } from "../facts";
import { type Session } from "../interpreter/session";
import { commonSuffix } from "../report/shapes";
import { type DimFacts, formatDim, noting, Reads, type Value, withFacts } from "../values";
import { type Trial } from "./hypotheses";
import { wordsOfNeeds } from "./needs/needs";
import { type Outcome } from "./outcome";
import { type TargetFunction } from "./targets";

type Worded = Pick<Signature, "text" | "requires">;

const wordings = new WeakMap<Trial, { readonly worded: Worded | undefined; readonly reads: Reads }>();

export function signatureOf(session: Session, target: TargetFunction, trial: Trial): Signature | undefined {
  let known = wordings.get(trial);
  if (!known?.reads.areValid) {
    const reads = new Reads();
    wordings.set(trial, (known = { worded: noting(reads, () => wordingOf(trial, session.facts)), reads }));
  }
  if (!known.worded) return undefined;
  const { node } = target.fn;
  const at = "name" in node && node.name ? node.name : node;
  return { start: at.getStart(session.module.source), end: at.end, name: target.name, ...known.worded };
}

/** What a trial tells of a function; `facts`: what was known before it, which the trial was kept for. */
function wordingOf({ survivors, open }: Trial, facts: DimFacts): Worded | undefined {
  const [first] = survivors;
  if (!first || first.slots.length === 0) return undefined;
  const inputs = first.slots.map(({ name }, i) => {
    const shapes = survivors.map((outcome) => shapeOf(outcome, outcome.slots[i]?.value));
    return `${name}: ${together(shapes)}`;
  });
  const output = together(survivors.map((outcome) => shapeOf(outcome, outcome.result)));
  return {
    text: `(${inputs.join(", ")}) → ${output}`,
    requires: [...neededShapes(survivors), ...neededMultiples(open, facts)],
  };
}

/** The dimensions of a tensor as text, with everything learned on the way put in. */
export function shapeOf(outcome: Outcome, value: Value | undefined): string[] | undefined {
  const actual = value?.kind === "promise" ? value.value : value;
  if (actual?.kind !== "tensor" || !actual.tensor) return undefined;
  const { dims } = actual.tensor;
  return withFacts(outcome.facts, () => dims.map(formatDim));
}

function together(shapes: readonly (string[] | undefined)[]): string {
  const known = shapes.filter((shape) => shape !== undefined);
  if (known.length < shapes.length || known.length === 0) return "?";
  const [first] = known;
  if (known.every((shape) => shape.join() === first!.join())) return `[${first!.join(", ")}]`;
  const suffix = commonSuffix(known);
  return suffix.length > 0 ? `[…, ${suffix.join(", ")}]` : "[…]";
}

/** `requires x: [*, 784]`: the lengths that a tensor must have, where its shape is not given anyway. */
function neededShapes(survivors: readonly Outcome[]): string[] {
  const { slots } = survivors[0]!;
  return slots.flatMap(({ name, isGuessed }, i) => {
    const shapes = survivors.map((outcome) => shapeOf(outcome, outcome.slots[i]?.value));
    if (!isGuessed || !shapes.every((shape) => shape !== undefined)) return [];
    const [first] = shapes;
    const isOne = shapes.every((shape) => shape.join() === first!.join());
    const shape = isOne ? first! : ["*", ...commonSuffix(shapes)];
    return shape.some((dim) => /^\d+$/.test(dim)) ? [`requires ${name}: [${shape.join(", ")}]`] : [];
  });
}

/** `requires 32 | height and 32 | width`: what is needed whatever the ranks are. */
function neededMultiples(outcomes: readonly Outcome[], before: DimFacts): string[] {
  const [first, ...others] = outcomes.map(({ facts }) => wordsOfNeeds(facts, before));
  const shared = first?.filter((need) => others.every((needs) => needs.includes(need))) ?? [];
  return shared.length > 0 ? [`requires ${shared.join(" and ")}`] : [];
}
