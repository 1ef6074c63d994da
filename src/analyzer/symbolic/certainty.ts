// When a function fails with every rank that was tried: which of its problems are mistakes, and which only say that
// the right ranks were not among those tried.

import { type ReportedProblem, type TensorValue } from "../values";
import { type Outcome } from "./outcome";
import { type Slot } from "./parameters";

/** Errors that only say that the rank was guessed wrongly. */
const guessCodes: ReadonlySet<string> = new Set(["rank", "axis-range"]);

/** The problems that do not hang on what was assumed, and what else was seen on the way to them. */
export function certainProblems(outcomes: readonly Outcome[]): ReportedProblem[] {
  const furthest = Math.max(...outcomes.map(({ progress }) => progress));
  const candidates = outcomes.filter(({ progress }) => progress === furthest);
  const best = candidates.find((outcome) => !rejectsRank(outcome)) ?? candidates[0]!;
  const errors = best.problems.filter((problem) => isError(problem) && isCertain(problem, best, outcomes));
  if (errors.length === 0) return [];
  const reached = outcomes.filter(({ problems }) => problems.some((each) => isSame(each, errors[0]!)));
  const warnings = best.problems.filter(
    (problem) => !isError(problem) && reached.every(({ problems }) => problems.some((each) => isSame(each, problem))),
  );
  return [...errors, ...warnings];
}

/**
 * Every hypothesis ends at this problem, with the same numbers, or at an earlier one that only rejects its ranks. As
 * not every mix of ranks is tried, the problem must besides be the same whatever the ranks of the tensors are that it
 * was computed from.
 */
function isCertain(problem: ReportedProblem, best: Outcome, outcomes: readonly Outcome[]): boolean {
  if (isAboutRank(problem)) return false;
  const reached = outcomes.filter(({ problems }) => problems.some((each) => isSame(each, problem)));
  const others = outcomes.filter((outcome) => !reached.includes(outcome));
  const guessed = best.slots.filter(({ isGuessed }) => isGuessed);
  if (!others.every((other) => failsEarlier(other, best.progress, guessed.length))) return false;
  const slots = slotsOf(problem, best, guessed);
  // A number that was assumed for one parameter may have been learned from another.
  if (guessed.length > 1 && !problem.subject?.isConcrete) return false;
  switch (slots.length) {
    case 0:
      return true;
    case 1:
      return guessed.length === 1 || failsForAllRanks(slots[0]!, reached, others);
    default:
      return slots.every((slot) => slots.every((other) => slot >= other || meetInAllWays(slot, other, reached)));
  }
}

function isError({ severity }: ReportedProblem): boolean {
  return severity === "error";
}

function failsEarlier(outcome: Outcome, progress: number, guessed: number): boolean {
  if (rejectsRank(outcome)) return outcome.progress <= progress;
  // All ranks of a single tensor were tried: whatever is wrong with the others, they do not come so far.
  return guessed === 1 && outcome.problems.some(isError) && outcome.progress < progress;
}

function rejectsRank(outcome: Outcome): boolean {
  const first = outcome.problems.find(isError);
  return first !== undefined && isAboutRank(first);
}

function isAboutRank({ code, dependsOnRank }: ReportedProblem): boolean {
  return guessCodes.has(code) || dependsOnRank === true;
}

/** For each rank of the one tensor it hangs on: the call fails, or one before it that hangs on nothing else. */
function failsForAllRanks(slot: number, reached: readonly Outcome[], others: readonly Outcome[]): boolean {
  return [0, 1, 2, 3, 4, 5].every((rank) => {
    const isMeant = (outcome: Outcome): boolean => rankOf(outcome, slot) === rank;
    if (reached.some(isMeant)) return true;
    return others.some((other) => {
      const first = other.problems.find(isError)!;
      const guessed = other.slots.filter(({ isGuessed }) => isGuessed);
      return isMeant(other) && slotsOf(first, other, guessed).every((each) => each === slot);
    });
  });
}

/** The call was reached with the one of a lower, the same and a higher rank than the other: ranks play no part. */
function meetInAllWays(slot: number, other: number, reached: readonly Outcome[]): boolean {
  const signs = new Set(reached.map((outcome) => Math.sign(rankOf(outcome, slot) - rankOf(outcome, other))));
  return signs.size === 3;
}

function rankOf(outcome: Outcome, slot: number): number {
  return outcome.slots[slot]?.value.tensor?.rank ?? -1;
}

/** The indexes of the parameters that the tensors of a failing call were computed from. */
function slotsOf(problem: ReportedProblem, outcome: Outcome, guessed: readonly Slot[]): number[] {
  const found = new Set<number>();
  const seen = new Set<TensorValue>();
  const pending = [...(problem.subject?.tensors ?? [])];
  for (let value = pending.pop(); value; value = pending.pop()) {
    if (seen.has(value)) continue;
    seen.add(value);
    const slot = guessed.find((each) => each.value.tensor === (value as TensorValue).tensor);
    if (slot) found.add(outcome.slots.indexOf(slot));
    pending.push(...(value.record?.inputs ?? []));
  }
  return [...found];
}

/** One mistake, found twice. */
export function isSame(a: ReportedProblem, b: ReportedProblem): boolean {
  return (
    a.code === b.code &&
    a.place.file === b.place.file &&
    a.place.start === b.place.start &&
    a.place.end === b.place.end &&
    (!a.subject?.isConcrete || a.subject.numbers === b.subject?.numbers)
  );
}
