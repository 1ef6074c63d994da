// Trying a function with tensors of several ranks: ranks at which the body cannot run are dropped, what the others
// have in common is what is known of it.

import { type Machine } from "../interpreter/machine";
import { Thrown } from "../interpreter/completions";
import { within } from "../interpreter/session";
import { type Sightings } from "../report/recorder";
import { currentFacts, type DimFacts, type RecordedLayer, type ReportedProblem, type Value } from "../values";
import { certainProblems, isSame } from "./certainty";
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
  /** What to show the shapes of: the survivors, or where there are none those that come to the certain mistake. */
  readonly shown: readonly Outcome[];
  /** What is certainly wrong: found under every hypothesis, or there was nothing to assume. */
  readonly problems: readonly ReportedProblem[];
  readonly isComplete: boolean;
}

const ranks = [2, 4, 3, 1, 5, 0];
/** Tried where none of the others works: image patches have this many axes on their way. */
const rareRank = 6;
const mostVariations = 24;

/** `call` makes the arguments under a hypothesis, notes them in `slots`, and calls the function. */
export function tryHypotheses(
  machine: Machine,
  facts: DimFacts,
  call: (hypothesis: Hypothesis, slots: Slot[]) => Value,
): Trial {
  const outcomes: Outcome[] = [];
  const run = (hypothesis: Hypothesis): Outcome => {
    const outcome = runOnce(machine, facts, (slots) => call(hypothesis, slots));
    outcomes.push(outcome);
    return outcome;
  };
  const isComplete = (): boolean => outcomes.every((outcome) => outcome.isComplete);
  const first = run({ rankOf: () => ranks[0]!, dtype: "float32" });
  const guessed = first.slots.filter(({ isGuessed }) => isGuessed).length;
  if (guessed === 0) {
    const survivors = passes(first) ? [first] : [];
    return { survivors, shown: [first], problems: first.problems, isComplete: isComplete() };
  }
  // Two ranks that both work show what is common to all; more would say the same.
  for (const rank of ranks.slice(1)) {
    if (outcomes.filter(passes).length < 2) run({ rankOf: () => rank, dtype: "float32" });
  }
  if (!outcomes.some(passes)) run({ rankOf: () => rareRank, dtype: "float32" });
  if (!outcomes.some(passes)) for (const variation of variations(first.slots.length)) run(variation);
  const survivors = outcomes.filter(passes);
  if (survivors.length > 0) {
    return { survivors, shown: survivors, problems: sharedWarnings(survivors), isComplete: isComplete() };
  }
  const problems = certainProblems(outcomes);
  const [mistake] = problems;
  const shown = mistake ? outcomes.filter((outcome) => outcome.problems.some((each) => isSame(each, mistake))) : [];
  return { survivors, shown, problems, isComplete: isComplete() };
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
