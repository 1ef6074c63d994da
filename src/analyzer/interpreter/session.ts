// One file interpreted on its own: its top level with the imports it needs, ready for its functions to be tried.

import { ts } from "ts-morph";
import { type Cancellation } from "../analyzer";
import { globals } from "../builtins";
import { type Module } from "../program/module";
import { type Program } from "../program/program";
import { Recorder, type Sightings } from "../report/recorder";
import { DimFacts, enterFacts, nextId, type RecordedLayer, type ReportedProblem } from "../values";
import { Stopped, Thrown } from "./completions";
import { Machine } from "./machine";
import { Memo } from "./memo";
import { createInstance, type Instance, type Modules, runModule } from "./modules";

/** A file after its top level ran. */
export interface Session {
  readonly module: Module;
  readonly instance: Instance;
  readonly machine: Machine;
  readonly sightings: Sightings;
  readonly problems: readonly ReportedProblem[];
  readonly layers: readonly RecordedLayer[];
  readonly facts: DimFacts;
  readonly effects: Effects;
  isComplete: boolean;
}

/** What a file did to the objects of files it imports. */
export type Effects = ReturnType<Machine["journal"]["takeBack"]>;

/** A file that another one imports: one that already ran with its effects, or one that is running. */
export interface Imported {
  readonly instance: Instance;
  readonly effects: Effects | undefined;
}

export function startSession(
  program: Program,
  module: Module,
  load: (file: string) => Imported | undefined,
  budget: number,
  cancellation: Cancellation | undefined,
  onStart: (instance: Instance) => void,
): Session {
  const first = nextId();
  const instance = createInstance(module);
  const last = nextId();
  onStart(instance);
  const memo = new Memo();
  // Imports come first, so that everything in them is older than what this file makes.
  const imports = new Map<string, Imported | undefined>();
  for (const specifier of specifiersIn(module)) {
    const target = program.resolve(module.file, specifier);
    if (target.kind === "file") imports.set(target.file, load(target.file));
  }
  const modules: Modules = {
    program,
    instances: new Map([[module.file, instance]]),
    load: (_machine, file) => (imports.has(file) ? imports.get(file) : load(file))?.instance,
  };
  const recorder = new Recorder();
  const machine = new Machine(module.file, modules, recorder, globals(), memo, budget, cancellation);
  const { journal } = machine;
  journal.onTouch = (target) => {
    memo.wrote(target);
  };
  const facts = new DimFacts();
  const layers: RecordedLayer[] = [];
  machine.layers = layers;
  const problems = machine.problems;
  const scope = journal.open();
  for (const imported of imports.values()) if (imported?.effects) journal.adopt(scope, imported.effects);
  let effects: Effects;
  let isComplete: boolean;
  try {
    isComplete = within(machine, facts, () => {
      runModule(machine, instance);
    });
  } finally {
    // Other files that import the same ones have their own view of them.
    effects = journal.takeBack(scope, ({ id }) => id < first || id > last);
    journal.commit(scope);
  }
  machine.layers = undefined;
  return { module, instance, machine, sightings: recorder.current, problems, layers, facts, effects, isComplete };
}

/** The files and packages that a file's text names: imports, re-exports, `require`, `import()`. */
function specifiersIn(module: Module): string[] {
  return ts.preProcessFile(module.text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** Runs with what the file did to the objects of others in force. */
export function withEffects<T>({ machine: { journal }, effects }: Session, run: () => T): T {
  const scope = journal.open();
  try {
    journal.apply(effects);
    return run();
  } finally {
    journal.undo(scope);
  }
}

/**
 * Runs with these facts in force. Answers false when the budget ran out or the program is nested too deeply for this
 * machine; cancellation passes through.
 */
export function within(machine: Machine, facts: DimFacts, run: () => void): boolean {
  const before = enterFacts(facts);
  const { depth } = machine;
  try {
    run();
    return true;
  } catch (error) {
    machine.resetDepth(depth);
    machine.boundaries.length = 0;
    if (error instanceof Thrown) return true;
    if (error instanceof Stopped && error.reason === "budget") return false;
    if (error instanceof RangeError) return false;
    throw error;
  } finally {
    enterFacts(before);
  }
}
