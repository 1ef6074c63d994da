// How loops run, whatever they are written as. Known lists and counts run round by round as long as rounds still change
// something; loops nobody can count run to a fixpoint in which what goes on changing is given up.

import { explore } from "../branches";
import { type Completion, dead, Thrown } from "../completions";
import { type Changeable } from "../states";
import { type Boundary, catches, type Machine } from "../machine";
import { withBoundary } from "./boundary";
import { addUp, type Count } from "./counting";

/** A loop stops unrolling when it has cost this many steps, or run this many rounds. */
const mostSteps = 150_000;
const mostRounds = 4_000;
/** Rounds that change nothing but the counter before the rest is taken to be like them. */
const settledRounds = 3;
/** Rounds of a fixpoint before whatever still changes is widened, and before giving up. */
const widenAfter = 2;
const mostFixpointRounds = 6;

/** One loop, whatever it is written as. */
export interface Loop {
  /** Whether another round is certain (true), certain not to come (false), or nobody knows. */
  readonly hasNext: (round: number) => boolean | undefined;
  /** Prepares a round on the assumption that it comes. Answers false when that is impossible. */
  readonly begin: (round: number | undefined) => boolean;
  readonly body: () => Completion | undefined;
  /** What runs between rounds. */
  readonly advance: () => void;
  /** Cells that count rounds: their change alone does not make a round different. */
  readonly counters: ReadonlySet<Changeable>;
  /**
   * Whether the rounds from this one on are given the same: "yes", "no", or "perhaps" when they look at their number
   * in a condition only.
   */
  readonly isUniform: (round: number) => "yes" | "perhaps" | "no";
  /** Whether this round comes any number of times before the next. */
  readonly repeats: (round: number) => boolean;
  /** How many rounds are left, where they can be counted by an expression. */
  readonly count: () => Count | undefined;
  /** Forgets the counters: from here on a round stands for any. */
  readonly forget: () => void;
}

export function runLoop(machine: Machine, loop: Loop, label: string | undefined): Completion | undefined {
  return withBoundary(machine, "switch", label === undefined ? undefined : `break ${label}`, () =>
    runRounds(machine, loop, label),
  );
}

function runRounds(machine: Machine, loop: Loop, label: string | undefined): Completion | undefined {
  const { journal } = machine;
  const steps = machine.stepsLeft;
  let settled = 0;
  let mayGuess = true;
  for (let round = 0; ; round++) {
    const next = loop.hasNext(round);
    if (next === false) return undefined;
    if (next === undefined) break;
    const isUniform = round > 0 ? loop.isUniform(round - 1) : "no";
    // The same from the same: the rounds that are left end as the one before did.
    if (settled > 0 && isUniform === "yes") {
      loop.forget();
      return undefined;
    }
    if (settled >= settledRounds && isUniform === "perhaps" && mayGuess) {
      if (anyRoundChangesNothing(machine, loop, label)) return undefined;
      mayGuess = false;
    }
    if (steps - machine.stepsLeft > mostSteps || round > mostRounds) {
      loop.forget();
      break;
    }
    if (loop.repeats(round)) {
      if (settled === 0) fixpoint(machine, loop, label);
      continue;
    }
    const scope = journal.open();
    let completion: Completion | undefined;
    let hasChanged: boolean;
    try {
      completion = oneRound(machine, loop, label, round);
      if (!completion) loop.advance();
      hasChanged = journal.hasChanged(scope, loop.counters);
    } finally {
      journal.commit(scope);
    }
    if (completion) return ending(completion, label);
    settled = hasChanged || loop.isUniform(round) === "no" ? 0 : settled + 1;
  }
  fixpoint(machine, loop, label);
  return undefined;
}

/** Tries a round that stands for any of those that are left. When it leaves everything as it was, so do they all. */
function anyRoundChangesNothing(machine: Machine, loop: Loop, label: string | undefined): boolean {
  const { journal, problems, mayHaveThrown } = machine;
  const outer = machine.boundaries[machine.boundaries.length - 1]!;
  const exits = outer.exits.length;
  const scope = journal.open();
  const found: typeof problems = [];
  machine.problems = found;
  let isUnchanged = false;
  try {
    loop.forget();
    const completion = oneRound(machine, loop, label, undefined);
    if (!completion) loop.advance();
    isUnchanged =
      !completion &&
      outer.exits.length === exits &&
      machine.mayHaveThrown === mayHaveThrown &&
      !journal.hasChanged(scope, loop.counters);
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
  } finally {
    machine.problems = problems;
    if (isUnchanged) {
      journal.commit(scope);
      problems.push(...found);
    } else {
      journal.undo(scope);
      outer.exits.length = exits;
      machine.mayHaveThrown = mayHaveThrown;
    }
  }
  return isUnchanged;
}

/** Runs the body once; a path that says `continue` goes on after it. */
function oneRound(
  machine: Machine,
  loop: Loop,
  label: string | undefined,
  round: number | undefined,
): Completion | undefined {
  machine.step();
  const boundary: Boundary = { kind: "loop", label, scope: machine.journal.open(), exits: [] };
  const level = machine.boundaries.push(boundary) - 1;
  let completion: Completion | undefined;
  try {
    completion = loop.begin(round) ? loop.body() : dead;
  } finally {
    machine.boundaries.length = level;
  }
  return leaveRound(machine, boundary, completion);
}

/** `continue` paths join the end of the round; `break` paths are handed on to the loop as a whole. */
function leaveRound(machine: Machine, boundary: Boundary, completion: Completion | undefined): Completion | undefined {
  const { journal } = machine;
  const going = boundary.exits.filter((exit) => exit.completion.type === "continue");
  const leaving = boundary.exits.filter((exit) => exit.completion.type === "break");
  for (const exit of leaving) handOn(machine, boundary, exit.delta);
  let result = completion;
  if (result && result.type === "continue" && catches(boundary, result)) result = undefined;
  if (going.length > 0) {
    const deltas = going.map((exit) => exit.delta);
    if (result) {
      if (result.type === "break" && catches(boundary, result))
        handOn(machine, boundary, journal.capture(boundary.scope));
      else machine.leave(result);
      journal.replaceWith(boundary.scope, deltas);
      result = undefined;
    } else journal.joinWith(boundary.scope, deltas);
  }
  journal.commit(boundary.scope);
  return result;
}

type Delta = ReturnType<Machine["journal"]["capture"]>;

/** Makes a `break` out of a round an exit of the loop: its changes are counted from the loop's beginning. */
function handOn(machine: Machine, boundary: Boundary, delta: Delta): void {
  const outer = machine.boundaries[machine.boundaries.length - 1]!;
  const { journal } = machine;
  const scope = journal.open();
  journal.replaceWith(boundary.scope, [delta]);
  const whole = journal.capture(outer.scope);
  journal.undo(scope);
  outer.exits.push({ completion: { type: "break", label: undefined }, delta: whole });
}

/** What a round's ending means for the loop: a `break` of this loop ends it and goes on. */
function ending(completion: Completion, label: string | undefined): Completion | undefined {
  if (completion.type === "break" && (completion.label === undefined || completion.label === label)) {
    return { type: "break", label: undefined };
  }
  return completion;
}

/** Nobody knows how many rounds come: zero or more, until nothing new happens. */
function fixpoint(machine: Machine, loop: Loop, label: string | undefined): void {
  const count = loop.count();
  if (!count) return settle(machine, loop, label);
  const { journal } = machine;
  const scope = journal.open();
  try {
    settle(machine, loop, label);
    addUp(machine, count, journal.changesSince(scope), () => {
      const completion = oneRound(machine, loop, label, undefined);
      if (!completion) loop.advance();
      return !completion;
    });
  } finally {
    journal.commit(scope);
  }
}

function settle(machine: Machine, loop: Loop, label: string | undefined): void {
  const { journal } = machine;
  // A round stands for any: what it does with the first number is not what it does with the next.
  loop.forget();
  for (let round = 0; round < mostFixpointRounds; round++) {
    const scope = journal.open();
    let isSettled: boolean;
    try {
      explore<Completion | undefined>(
        machine,
        [
          () => undefined,
          () => {
            const completion = oneRound(machine, loop, label, undefined);
            if (!completion) loop.advance();
            return completion && ending(completion, label);
          },
        ],
        (result) => result !== undefined,
      );
      loop.forget();
      isSettled = !journal.hasChanged(scope, loop.counters);
      if (!isSettled && round === mostFixpointRounds - 1) journal.forgetSince(scope);
      else if (!isSettled && round >= widenAfter) journal.widenSince(scope);
    } finally {
      journal.commit(scope);
    }
    if (isSettled) return;
  }
}
