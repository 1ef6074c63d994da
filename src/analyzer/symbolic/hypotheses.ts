// Trying a function with tensors of several ranks: ranks at which the body cannot run are dropped, what the others
// have in common is what is known of it.

import { type Machine } from "../interpreter/machine";
import { type DimFacts, type ReportedProblem, type Value } from "../values";
import { certainProblems, isSame } from "./certainty";
import { type GivenInputs, tryGiven } from "./given";
import { type Outcome, passes, runOnce } from "./outcome";
import { type Hypothesis, type Slot } from "./parameters";

export interface Trial {
  readonly survivors: readonly Outcome[];
  /** What shows what is needed of lengths: the survivors, or a run with open lengths where the lengths are given. */
  readonly open: readonly Outcome[];
  /** What to show the shapes of: the survivors, or where there are none those that come to the certain mistake. */
  readonly shown: readonly Outcome[];
  /** What is certainly wrong: found under every hypothesis, or there was nothing to assume. */
  readonly problems: readonly ReportedProblem[];
  readonly isComplete: boolean;
}

/** Makes the arguments under a hypothesis, notes them in `slots`, and calls the function. */
export type TrialCall = (hypothesis: Hypothesis, slots: Slot[]) => Value;

const ranks = [2, 4, 3, 1, 5, 0];
/** Tried where none of the others works: image patches have this many axes on their way. */
const rareRank = 6;
const mostVariations = 24;
const otherRanks = [1, 2, 3];

/** `given`: what the file brings for this very function. */
export function tryHypotheses(machine: Machine, facts: DimFacts, call: TrialCall, given?: GivenInputs): Trial {
  if (!given) return tryRanks(machine, facts, call);
  const { outcome, free, failures } = tryGiven(machine, facts, call, given);
  const open = [free].filter(passes);
  const runs = passes(outcome);
  const { isComplete } = outcome;
  if (runs && outcome.problems.length === 0) {
    return { survivors: [outcome], open, shown: [outcome], problems: failures, isComplete };
  }
  const general = tryRanks(machine, facts, call);
  const all = { ...general, isComplete: isComplete && general.isComplete };
  if (runs) {
    const problems = general.problems.filter((problem) => outcome.problems.some((each) => isSame(each, problem)));
    return { ...all, survivors: [outcome], open, shown: [outcome], problems: [...problems, ...failures] };
  }
  if (failures.length === 0 || general.problems.some(isError)) return all;
  return { ...all, shown: [outcome], problems: [...general.problems, ...failures] };
}

function tryRanks(machine: Machine, facts: DimFacts, call: TrialCall): Trial {
  const runs: Outcome[] = [];
  const run = (hypothesis: Hypothesis): Outcome => {
    const outcome = runOnce(machine, facts, (slots) => call(hypothesis, slots));
    runs.push(outcome);
    return outcome;
  };
  const isComplete = (): boolean => runs.every((outcome) => outcome.isComplete);
  const claimed = tryAll(run, (rank) => (_slot, claim) => claim ?? rank);
  const [first] = claimed;
  const guessed = first.slots.filter(({ isGuessed }) => isGuessed);
  if (guessed.length === 0) {
    const survivors = passes(first) ? [first] : [];
    return { survivors, open: survivors, shown: [first], problems: first.problems, isComplete: isComplete() };
  }
  // What the body says of a rank is believed where the function runs with it; a mistake must be one at any rank.
  const hasClaims = guessed.some(({ claim }) => claim !== undefined);
  const isBelieved = !hasClaims || claimed.some(passes);
  const outcomes = isBelieved ? claimed : tryAll(run, (rank) => () => rank);
  const more = (hypothesis: Hypothesis): void => void outcomes.push(run(hypothesis));
  if (!outcomes.some(passes)) more({ rankOf: () => rareRank, dtype: "float32" });
  if (!outcomes.some(passes)) variations(first.slots.length).forEach(more);
  else tryOtherRanks(outcomes, run);
  const passing = outcomes.filter(passes);
  const believed = passing.filter(isBelievable);
  const survivors = believed.length > 0 ? believed : passing;
  if (survivors.length > 0) {
    return {
      survivors,
      open: survivors,
      shown: survivors,
      problems: sharedWarnings(survivors),
      isComplete: isComplete(),
    };
  }
  const problems = certainProblems(outcomes);
  const [mistake] = problems;
  const shown = mistake ? outcomes.filter((outcome) => outcome.problems.some((each) => isSame(each, mistake))) : [];
  return { survivors, open: [], shown, problems, isComplete: isComplete() };
}

/** One rank after another. Two that both work show what is common to all; more would say the same, unless ranks are asked for. */
function tryAll(
  run: (hypothesis: Hypothesis) => Outcome,
  rankOf: (rank: number) => Hypothesis["rankOf"],
): [Outcome, ...Outcome[]] {
  const [first, ...others] = ranks.map((rank) => ({ rankOf: rankOf(rank), dtype: "float32" as const }));
  const outcomes: [Outcome, ...Outcome[]] = [run(first!)];
  const isOpen = outcomes[0].slots.some(({ isGuessed, claim }, i) => isGuessed && rankOf(-1)(i, claim) === -1);
  if (!isOpen) return outcomes;
  for (const other of others) {
    const isOpenStill = outcomes.filter(isBelievable).length < 2 || outcomes.some(({ asksForRank }) => asksForRank);
    if (isOpenStill) outcomes.push(run(other));
  }
  return outcomes;
}

/** Where only one rank works for all tensors, it may be needed by one of them: the others are tried with another one. */
function tryOtherRanks(outcomes: Outcome[], run: (hypothesis: Hypothesis) => Outcome): void {
  const [only, another] = outcomes.filter(isBelievable);
  if (!only || another) return;
  const base = only.slots.map(({ value }) => value.tensor!.dims.length);
  only.slots.forEach(({ isGuessed, claim }, varied) => {
    if (!isGuessed || claim !== undefined || only.slots.length === 1) return;
    for (const other of otherRanks) {
      if (other === base[varied]) continue;
      const outcome = run({ rankOf: (slot) => (slot === varied ? other : (base[slot] ?? other)), dtype: "float32" });
      if (!isBelievable(outcome)) continue;
      outcomes.push(outcome);
      break;
    }
  });
}

function isBelievable(outcome: Outcome): boolean {
  return passes(outcome) && !outcome.isContradicted;
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

function isError({ severity }: ReportedProblem): boolean {
  return severity === "error";
}

function sharedWarnings(survivors: readonly Outcome[]): ReportedProblem[] {
  const [first, ...others] = survivors;
  return first!.problems.filter((problem) =>
    others.every((other) => other.problems.some((each) => isSame(each, problem))),
  );
}
