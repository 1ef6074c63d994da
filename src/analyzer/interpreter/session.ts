// One file interpreted on its own: its top level with the imports it needs, ready for its functions to be tried.

import { type Cancellation } from "../analyzer";
import { globals } from "../builtins";
import { type Module } from "../program/module";
import { type Program } from "../program/program";
import { Recorder, type Sightings } from "../report/recorder";
import { DimFacts, enterFacts, type RecordedLayer, type ReportedProblem } from "../values";
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
  isComplete: boolean;
}

export function startSession(
  program: Program,
  module: Module,
  load: Modules["load"],
  budget: number,
  cancellation: Cancellation | undefined,
  onStart: (instance: Instance) => void,
): Session {
  const instance = createInstance(module);
  onStart(instance);
  const memo = new Memo();
  const modules: Modules = { program, instances: new Map([[module.file, instance]]), load };
  const recorder = new Recorder();
  const machine = new Machine(module.file, modules, recorder, globals(), memo, budget, cancellation);
  machine.journal.onTouch = (target) => {
    memo.wrote(target);
  };
  const facts = new DimFacts();
  const layers: RecordedLayer[] = [];
  machine.layers = layers;
  const problems = machine.problems;
  const isComplete = within(machine, facts, () => {
    runModule(machine, instance);
  });
  machine.layers = undefined;
  return { module, instance, machine, sightings: recorder.current, problems, layers, facts, isComplete };
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
