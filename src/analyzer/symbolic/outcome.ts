// One run of a function with made-up tensors, and what came of it. Whatever it did is undone.

import { Thrown } from "../interpreter/completions";
import { type Machine } from "../interpreter/machine";
import { within } from "../interpreter/session";
import { type Sightings } from "../report/recorder";
import {
  currentFacts,
  type DimFacts,
  LengthNames,
  type RecordedLayer,
  type ReportedProblem,
  type Value,
} from "../values";
import { type Slot } from "./parameters";

/** What came of one hypothesis. */
export interface Outcome {
  readonly slots: readonly Slot[];
  readonly result: Value | undefined;
  readonly sightings: Sightings;
  readonly problems: readonly ReportedProblem[];
  readonly layers: readonly RecordedLayer[];
  readonly facts: DimFacts;
  readonly lengthNames: LengthNames;
  /** How much was seen before the first error. */
  readonly progress: number;
  /** Something in it is at odds with what the body says of its lists. */
  readonly isContradicted: boolean;
  /** The program asked for the rank of a tensor: with another one it may do something else. */
  readonly asksForRank: boolean;
  readonly isComplete: boolean;
}

export function passes(outcome: Outcome): boolean {
  return outcome.result !== undefined && !outcome.problems.some(({ severity }) => severity === "error");
}

export function runOnce(machine: Machine, facts: DimFacts, call: (slots: Slot[]) => Value): Outcome {
  const { journal, recorder } = machine;
  const scope = journal.open();
  const before = recorder.begin();
  const { problems: outerProblems, layers: outerLayers, lengthNames: outerNames } = machine;
  const problems: ReportedProblem[] = [];
  const layers: RecordedLayer[] = [];
  machine.problems = problems;
  machine.layers = layers;
  machine.firstErrorAt = undefined;
  const lengthNames = new LengthNames();
  machine.lengthNames = lengthNames;
  const slots: Slot[] = [];
  const { contradictions, rankQuestions } = machine;
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
    machine.lengthNames = outerNames;
  }
  const progress = machine.firstErrorAt ?? sightings.size;
  const isContradicted = machine.contradictions > contradictions;
  return {
    slots,
    result,
    sightings,
    problems,
    layers,
    facts: learned,
    lengthNames,
    progress,
    isContradicted,
    asksForRank: machine.rankQuestions > rankQuestions,
    isComplete,
  };
}
