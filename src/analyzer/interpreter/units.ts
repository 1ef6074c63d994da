// The statements of a file's top level, one by one, each with what it looked at and what it did. After an edit those
// that look at nothing that changed are not interpreted again: what they did is undone and done again.

import { type ts } from "ts-morph";
import { type Sightings } from "../report/recorder";
import {
  currentFacts,
  type DimFacts,
  enterFacts,
  type ObjectValue,
  type RecordedLayer,
  type ReportedProblem,
  type TensorValue,
} from "../values";
import { Thrown } from "./completions";
import { type Change } from "./journal";
import { type Machine } from "./machine";
import { Memo } from "./memo";
import { noting, Reads } from "./reads";
import { restoreVersion } from "./states";
import { execute } from "./statements/statements";
import { type Instance } from "./modules";

/** What is the case before a statement, apart from the values of variables. */
export interface Situation {
  /** What is known about symbolic dimensions. */
  readonly facts: DimFacts;
  /** The program has thrown: what stands here is shown as if it had not, and nothing in it is a mistake that happens. */
  readonly hasThrown: boolean;
  /** The program has ended. */
  readonly isOver: boolean;
}

/** One interpreted piece: what it looked at, what it said, and whom it called. */
export interface Piece {
  readonly reads: Reads;
  readonly called: ReadonlySet<ts.Node>;
  readonly instances: ReadonlyMap<ts.Node, readonly ObjectValue[]>;
  /** How many steps of the interpreter it took. */
  readonly steps: number;
  /** It can be neither undone nor kept. */
  readonly isIrreversible: boolean;
}

/** One statement of the top level. */
export interface Unit extends Piece {
  readonly node: ts.Statement;
  readonly before: Situation;
  readonly after: Situation;
  readonly changes: readonly Change[];
  readonly sightings: Sightings;
  readonly problems: readonly ReportedProblem[];
  readonly layers: readonly RecordedLayer[];
  /** What ended the analysis in the midst of it, if anything did. */
  readonly stoppedBy: unknown;
  /** Tensors of earlier statements that got their names here. */
  readonly named: readonly { readonly value: TensorValue; readonly name: string }[];
}

/** Interprets a piece of the program on its own: nothing is remembered from others, and everything it looks at is noted. */
export function interpretPiece<T>(machine: Machine, run: () => T): { result: T; piece: Piece } {
  const { called, instances, stepsLeft, isIrreversible, memo } = machine;
  const reads = new Reads();
  machine.called = new Set();
  machine.instances = new Map();
  machine.isIrreversible = false;
  machine.memo = new Memo();
  try {
    const result = noting(reads, run);
    const piece = {
      reads,
      called: machine.called,
      instances: machine.instances,
      steps: stepsLeft - machine.stepsLeft,
      isIrreversible: machine.isIrreversible,
    };
    return { result, piece };
  } finally {
    machine.called = called;
    machine.instances = instances;
    machine.isIrreversible ||= isIrreversible;
    machine.memo = memo;
  }
}

export function interpretUnit(machine: Machine, instance: Instance, node: ts.Statement, before: Situation): Unit {
  const { journal, recorder, depth } = machine;
  const facts = before.facts.copy();
  const { revision } = facts;
  const problems: ReportedProblem[] = [];
  const layers: RecordedLayer[] = [];
  machine.problems = problems;
  machine.layers = before.hasThrown ? undefined : layers;
  machine.named = [];
  const outerSightings = recorder.begin();
  const outerFacts = enterFacts(facts);
  const scope = journal.open();
  try {
    let { hasThrown } = before;
    let stoppedBy: unknown;
    const { result: isOver, piece } = interpretPiece(machine, () => {
      try {
        return execute(machine, instance.environment, node) !== undefined;
      } catch (error) {
        machine.resetDepth(depth);
        machine.boundaries.length = 0;
        if (error instanceof Thrown) hasThrown = true;
        else stoppedBy = error;
        return false;
      }
    });
    const learned = currentFacts();
    const hasLearned = learned !== facts || facts.revision !== revision;
    return {
      ...piece,
      node,
      before,
      after: { facts: hasLearned ? learned : before.facts, hasThrown, isOver },
      changes: journal.changesSince(scope),
      sightings: recorder.current,
      problems: before.hasThrown ? [] : problems,
      layers,
      stoppedBy,
      named: machine.named.map((value) => ({ value, name: value.name! })),
    };
  } finally {
    journal.commit(scope);
    enterFacts(outerFacts);
    recorder.restore(outerSightings);
    machine.problems = [];
    machine.layers = undefined;
  }
}

export function undoUnit({ changes, named }: Unit): void {
  for (const { target, before } of changes) restoreVersion(target, before);
  for (const { value } of named) value.name = undefined;
}

export function redoUnit({ changes, named }: Unit): void {
  for (const { target, after } of changes) restoreVersion(target, after);
  for (const { value, name } of named) value.name = name;
}

/** Whether interpreting the statement again would give what it gave before. */
export function isAsBefore(unit: Unit, { facts, hasThrown, isOver }: Situation): boolean {
  const { before } = unit;
  return (
    !unit.isIrreversible &&
    before.facts === facts &&
    before.hasThrown === hasThrown &&
    before.isOver === isOver &&
    unit.reads.areValid
  );
}
