// Statements that catch `break` and `continue`: loops, switches, labelled blocks.

import { currentFacts, enterFacts } from "../../values";
import { type Completion } from "../completions";
import { type Boundary, catches, type Machine } from "../machine";

/** Runs the body; paths that left it by a `break` (or, in a loop, `continue`) meant for it are joined after it. */
export function withBoundary(
  machine: Machine,
  kind: "loop" | "switch" | "block",
  label: string | undefined,
  body: () => Completion | undefined,
): Completion | undefined {
  const boundary: Boundary = { kind, label, scope: machine.journal.open(), exits: [] };
  const level = machine.boundaries.push(boundary) - 1;
  const facts = currentFacts();
  let completion: Completion | undefined;
  let isDone = false;
  try {
    completion = body();
    isDone = true;
  } finally {
    machine.boundaries.length = level;
    if (!isDone) machine.journal.commit(boundary.scope);
  }
  const { journal } = machine;
  if (completion && catches(boundary, completion)) completion = undefined;
  if (boundary.exits.length > 0) {
    const deltas = boundary.exits.map((exit) => exit.delta);
    if (completion) {
      machine.leave(completion);
      journal.replaceWith(boundary.scope, deltas);
    } else journal.joinWith(boundary.scope, deltas);
    enterFacts(facts);
    completion = undefined;
  }
  journal.commit(boundary.scope);
  return completion;
}
