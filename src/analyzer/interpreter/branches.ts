// Where nobody knows which way the program goes: every path is run from the same state, then those that come
// out at the end are joined.

import { currentFacts, type DimFacts, enterFacts, joinAll, type Value } from "../values";
import { type Completion, dead, Thrown } from "./completions";
import { type Delta } from "./journal";
import { type Machine } from "./machine";

interface Survivor<T> {
  readonly result: T;
  readonly delta: Delta;
  readonly facts: DimFacts;
}

/**
 * Runs each path on its own and joins the states of those that neither throw nor leave. Answers their results.
 * A path whose result is `undefined` by `isAbrupt` has left and takes no part in the join.
 */
export function explore<T>(
  machine: Machine,
  paths: readonly (() => T)[],
  isAbrupt?: (result: T) => boolean,
): readonly T[] {
  const { journal } = machine;
  const facts = currentFacts();
  const survivors: Survivor<T>[] = [];
  const { depth } = machine;
  const boundaries = machine.boundaries.length;
  let thrown: Thrown | undefined;
  for (const path of paths) {
    const scope = journal.open();
    enterFacts(facts.copy());
    try {
      const result = path();
      if (isAbrupt?.(result)) machine.leave(result as unknown as Completion);
      else survivors.push({ result, delta: journal.capture(scope), facts: currentFacts() });
    } catch (error) {
      if (!(error instanceof Thrown)) throw error;
      thrown = error;
      machine.mayHaveThrown = true;
      machine.resetDepth(depth);
      machine.boundaries.length = boundaries;
    } finally {
      journal.undo(scope);
      enterFacts(facts);
    }
  }
  const [first, ...others] = survivors;
  if (!first) {
    if (thrown && !isAbrupt) throw thrown;
    return [];
  }
  if (others.length === 0) {
    journal.apply(first.delta);
    enterFacts(first.facts);
  } else {
    const scope = journal.open();
    journal.apply(first.delta);
    journal.joinWith(
      scope,
      others.map((other) => other.delta),
    );
    journal.commit(scope);
  }
  return survivors.map((survivor) => survivor.result);
}

/** Branches of an expression: the value is one of theirs. */
export function exploreValues(machine: Machine, paths: readonly (() => Value)[]): Value {
  return joinAll(explore(machine, paths));
}

/** Branches of a statement: goes on when one of them does. */
export function exploreStatements(
  machine: Machine,
  paths: readonly (() => Completion | undefined)[],
): Completion | undefined {
  const results = explore(machine, paths, (result) => result !== undefined);
  return results.length === 0 ? dead : undefined;
}
