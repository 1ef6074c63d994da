// What a function needs of its tensors and what it gives back, in one line.

import { type Signature } from "../facts";
import { type Session } from "../interpreter/session";
import { commonSuffix } from "../report/shapes";
import { formatDim, type Value, withFacts } from "../values";
import { type Outcome } from "./outcome";
import { type TargetFunction } from "./targets";

export function signatureOf(
  session: Session,
  target: TargetFunction,
  survivors: readonly Outcome[],
): Signature | undefined {
  const [first] = survivors;
  if (!first || first.slots.length === 0) return undefined;
  const inputs = first.slots.map(({ name }, i) => {
    const shapes = survivors.map((outcome) => shapeOf(outcome, outcome.slots[i]?.value));
    return `${name}: ${together(shapes)}`;
  });
  const output = together(survivors.map((outcome) => shapeOf(outcome, outcome.result)));
  const { node } = target.fn;
  const at = "name" in node && node.name ? node.name : node;
  return {
    start: at.getStart(session.module.source),
    end: at.end,
    name: target.name,
    text: `(${inputs.join(", ")}) → ${output}`,
    requires: survivors.length === 1 ? requirementsOf(first) : [],
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

function requirementsOf(outcome: Outcome): string[] {
  const needs = new Set<string>();
  withFacts(outcome.facts, () => {
    for (const assumption of outcome.facts.assumptions) {
      if (assumption.kind === "divides")
        needs.add(`requires ${formatDim(assumption.divisor)} | ${formatDim(assumption.dim)}`);
    }
  });
  return [...needs];
}
