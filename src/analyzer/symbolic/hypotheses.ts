// Trying a function with tensors of several ranks: ranks at which the body cannot run are dropped, what the others
// have in common is what is known of it.

import { type Machine } from "../interpreter/machine";
import { Thrown } from "../interpreter/completions";
import { within } from "../interpreter/session";
import { type Sightings } from "../report/recorder";
import { currentFacts, type DimFacts, type RecordedLayer, type ReportedProblem, type Value } from "../values";
import { type Hypothesis, type Slot } from "./parameters";

/** What came of one hypothesis. */
export interface Outcome {
  readonly slots: readonly Slot[];
  readonly result: Value | undefined;
  readonly sightings: Sightings;
  readonly problems: readonly ReportedProblem[];
  readonly layers: readonly RecordedLayer[];
  readonly facts: DimFacts;
  /** How much was seen before the first error. */
  readonly progress: number;
  readonly isComplete: boolean;
}

export interface Trial {
  readonly survivors: readonly Outcome[];
  /** What is certainly wrong: found under every hypothesis, or there was nothing to assume. */
  readonly problems: readonly ReportedProblem[];
  readonly isComplete: boolean;
}

const ranks = [2, 4, 3, 1, 5, 0];
const mostVariations = 24;
/** Errors that only say that the rank was guessed wrongly. */
const rankCodes = new Set(["rank", "axis-range", "dtype"]);

/** `call` makes the arguments under a hypothesis, notes them in `slots`, and calls the function. */
export function tryHypotheses(
  machine: Machine,
  facts: DimFacts,
  call: (hypothesis: Hypothesis, slots: Slot[]) => Value,
): Trial {
  const run = (hypothesis: Hypothesis): Outcome => runOnce(machine, facts, (slots) => call(hypothesis, slots));
  const outcomes: Outcome[] = [];
  const first = run({ rankOf: () => ranks[0]!, dtype: "float32" });
  outcomes.push(first);
  if (first.slots.length === 0) {
    return { survivors: passes(first) ? [first] : [], problems: first.problems, isComplete: first.isComplete };
  }
  for (const rank of ranks.slice(1)) outcomes.push(run({ rankOf: () => rank, dtype: "float32" }));
  let survivors = outcomes.filter(passes);
  if (survivors.length === 0) {
    const others = variations(first.slots.length).map(run);
    outcomes.push(...others);
    survivors = others.filter(passes);
  }
  const isComplete = outcomes.every((outcome) => outcome.isComplete);
  const problems = survivors.length > 0 ? sharedWarnings(survivors) : certainProblem(outcomes);
  return { survivors, problems, isComplete };
}

function passes(outcome: Outcome): boolean {
  return outcome.result !== undefined && !outcome.problems.some(({ severity }) => severity === "error");
}

/** Class ids in place of numbers, then one tensor at a time with another rank. */
function variations(slots: number): Hypothesis[] {
  const found: Hypothesis[] = [2, 1, 3].map((rank) => ({ rankOf: () => rank, dtype: "int32" as const }));
  if (slots < 2) return found;
  for (const base of [2, 4, 3]) {
    for (let varied = 0; varied < slots; varied++) {
      for (const other of [1, 2, 3, 0]) {
        if (other === base) continue;
        found.push({ rankOf: (slot) => (slot === varied ? other : base), dtype: "float32" });
      }
    }
  }
  return found.slice(0, mostVariations);
}

function runOnce(machine: Machine, facts: DimFacts, call: (slots: Slot[]) => Value): Outcome {
  const { journal, recorder } = machine;
  const scope = journal.open();
  const before = recorder.begin();
  const { problems: outerProblems, layers: outerLayers } = machine;
  const problems: ReportedProblem[] = [];
  const layers: RecordedLayer[] = [];
  machine.problems = problems;
  machine.layers = layers;
  machine.firstErrorAt = undefined;
  const slots: Slot[] = [];
  let result: Value | undefined;
  let learned = facts.copy();
  let sightings: Sightings;
  let isComplete: boolean;
  try {
    isComplete = within(machine, learned, () => {
      try {
        result = call(slots);
      } catch (error) {
        if (!(error instanceof Thrown)) throw error;
      }
      learned = currentFacts();
    });
  } finally {
    journal.undo(scope);
    sightings = recorder.restore(before);
    machine.problems = outerProblems;
    machine.layers = outerLayers;
  }
  const progress = machine.firstErrorAt ?? sightings.size;
  return { slots, result, sightings, problems, layers, facts: learned, progress, isComplete };
}

function sharedWarnings(survivors: readonly Outcome[]): ReportedProblem[] {
  const [first, ...others] = survivors;
  return first!.problems.filter((problem) =>
    others.every((other) => other.problems.some((each) => isSame(each, problem))),
  );
}

/** When no hypothesis works and those that came furthest fail alike, the mistake is not in the guess. */
function certainProblem(outcomes: readonly Outcome[]): ReportedProblem[] {
  const failed = outcomes.filter(({ problems }) => problems.some(({ severity }) => severity === "error"));
  if (failed.length < outcomes.length || failed.length === 0) return [];
  const furthest = Math.max(...failed.map(({ progress }) => progress));
  const best = failed.filter(({ progress }) => progress === furthest);
  const firstError = ({ problems }: Outcome): ReportedProblem => problems.find(({ severity }) => severity === "error")!;
  const problem = firstError(best[0]!);
  if (rankCodes.has(problem.code) || !best.every((other) => isSame(firstError(other), problem))) return [];
  return best[0]!.problems.filter((each) => best.every((other) => other.problems.some((one) => isSame(one, each))));
}

function isSame(a: ReportedProblem, b: ReportedProblem): boolean {
  return (
    a.code === b.code && a.place.file === b.place.file && a.place.start === b.place.start && a.place.end === b.place.end
  );
}
