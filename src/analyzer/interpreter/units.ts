// The statements of a file's top level, one by one, each with what it looked at and what it did. After an edit those
// that look at nothing that changed are not interpreted again: what they did is undone and done again.

import { type Bindings } from "@shapelens/engine/tooling";
import { ts } from "ts-morph";
import { type Sightings } from "../report/recorder";
import {
  currentFacts,
  type DimFacts,
  enterFacts,
  type ObjectValue,
  type RecordedLayer,
  type ReportedProblem,
  type TensorValue,
  noting,
  Reads,
} from "../values";
import { type Completion, Thrown } from "./completions";
import { type Change } from "./journal";
import { type Machine } from "./machine";
import { Memo } from "./memo";
import { restoreVersion } from "./states";
import { execute } from "./statements/statements";
import { type Instance } from "./modules";

/** What is the case before a statement, apart from the values of variables. */
export interface Situation {
  /** What is known about symbolic dimensions. */
  readonly facts: DimFacts;
  /** What the names in the contracts of the top level stand for. */
  readonly bindings: Readonly<Bindings>;
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
  /** Tensors that got their names here. */
  readonly named: readonly { readonly value: TensorValue; readonly name: string }[];
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
}

/** Interprets a piece of the program on its own: nothing is remembered from others, and everything it looks at is noted. */
export function interpretPiece<T>(machine: Machine, run: () => T): { result: T; piece: Piece } {
  const { called, instances, stepsLeft, isIrreversible, memo, named } = machine;
  const reads = new Reads();
  machine.called = new Set();
  machine.instances = new Map();
  machine.isIrreversible = false;
  machine.memo = new Memo();
  machine.named = [];
  try {
    const result = noting(reads, run);
    const piece = {
      reads,
      called: machine.called,
      instances: machine.instances,
      steps: stepsLeft - machine.stepsLeft,
      isIrreversible: machine.isIrreversible,
      named: machine.named.map((value) => ({ value, name: value.name! })),
    };
    return { result, piece };
  } finally {
    machine.called = called;
    machine.instances = instances;
    machine.isIrreversible ||= isIrreversible;
    machine.memo = memo;
    machine.named = named;
  }
}

export function interpretUnit(machine: Machine, instance: Instance, node: ts.Statement, before: Situation): Unit {
  const { journal, recorder, depth } = machine;
  const { bindings } = instance.environment.activation;
  bindings.clear();
  for (const [name, dim] of before.bindings) bindings.set(name, dim);
  const facts = before.facts.copy();
  const { revision } = facts;
  const problems: ReportedProblem[] = [];
  const layers: RecordedLayer[] = [];
  machine.problems = problems;
  machine.layers = before.hasThrown ? undefined : layers;
  const outerSightings = recorder.begin();
  const outerFacts = enterFacts(facts);
  const scope = journal.open();
  try {
    let { hasThrown } = before;
    let stoppedBy: unknown;
    const { result: isOver, piece } = interpretPiece(machine, () => {
      try {
        return endsProgram(execute(machine, instance.environment, node), instance);
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
      after: {
        facts: hasLearned ? learned : before.facts,
        bindings: bindings.size > before.bindings.size ? new Map(bindings) : before.bindings,
        hasThrown,
        isOver,
      },
      changes: journal.changesSince(scope),
      sightings: recorder.current,
      problems: before.hasThrown ? [] : problems,
      layers,
      stoppedBy,
    };
  } finally {
    journal.commit(scope);
    enterFacts(outerFacts);
    recorder.restore(outerSightings);
    machine.problems = [];
    machine.layers = undefined;
  }
}

/**
 * A return ends a CommonJS file. Elsewhere no statement may leave the top level: a brace too many has put it there, and
 * what follows stands where it stood.
 */
function endsProgram(completion: Completion | undefined, { module: { source } }: Instance): boolean {
  if (completion?.type === "return") return !ts.isExternalModule(source);
  return completion?.type === "dead";
}

export function undoUnit({ changes, named }: Unit): void {
  for (const { target, before } of changes) restoreVersion(target, before);
  takeNames(named);
}

/** Does again what was undone, where interpreting the statement again would do the same. Answers whether it did. */
export function redoUnit(unit: Unit, { facts, bindings, hasThrown, isOver }: Situation): boolean {
  const { before, changes } = unit;
  if (unit.isIrreversible || before.facts !== facts || before.bindings !== bindings) return false;
  if (before.hasThrown !== hasThrown || before.isOver !== isOver || !isStillTrue(unit)) return false;
  for (const { target, after } of changes) restoreVersion(target, after);
  return true;
}

/** Gives a piece's tensors their names again, where everything it looked at is as it was. Answers whether it is. */
export function isStillTrue({ reads, named }: Piece): boolean {
  const given = named.filter(({ value }) => value.name === undefined);
  for (const { value, name } of given) value.name = name;
  if (given.length === named.length && reads.areValid) return true;
  takeNames(given);
  return false;
}

export function takeNames(named: Piece["named"]): void {
  for (const { value } of named) value.name = undefined;
}
