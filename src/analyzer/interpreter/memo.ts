// Remembered calls: a function called again with the same abstract arguments, in a world in which nothing it read
// has changed, gives the same result. Keeps diamonds of calls linear, and cuts recursion that leads nowhere.

import {
  assume,
  type Assumption,
  currentFacts,
  type FunctionValue,
  keyOf,
  type Mutable,
  nextId,
  type ReportedProblem,
  unknown,
  type RecordedLayer,
  type Value,
  noteRead,
} from "../values";
import { type Machine } from "./machine";

/** What one call did, apart from its result. */
interface Entry {
  readonly result: Value;
  readonly reads: ReadonlyMap<Mutable, number>;
  readonly problems: readonly ReportedProblem[];
  readonly assumptions: readonly Assumption[];
  readonly layers: readonly RecordedLayer[] | undefined;
  readonly mayHaveThrown: boolean;
}

/** A call under way. Everything with a smaller id than `since` was there before it. */
interface Recording {
  readonly since: number;
  readonly reads: Map<Mutable, number>;
  isPure: boolean;
}

const mostReads = 400;

export class Memo {
  readonly #entries = new Map<string, Entry>();
  readonly #running = new Set<string>();
  readonly #recordings: Recording[] = [];

  /** Something mutable is looked at. */
  read(target: Mutable): void {
    noteRead(target);
    const recording = this.#recordings[this.#recordings.length - 1];
    if (!recording || target.id > recording.since || !recording.isPure) return;
    if (!recording.reads.has(target)) recording.reads.set(target, target.version);
    if (recording.reads.size > mostReads) recording.isPure = false;
  }

  /** Something mutable is changed. */
  wrote(target: Mutable): void {
    for (let i = this.#recordings.length - 1; i >= 0; i--) {
      const recording = this.#recordings[i]!;
      if (target.id > recording.since) return;
      recording.isPure = false;
    }
  }

  call(machine: Machine, fn: FunctionValue, thisValue: Value, args: readonly Value[], run: () => Value): Value {
    const key = `${fn.id} ${keyOf(thisValue)}(${args.map(keyOf).join()})`;
    const entry = this.#entries.get(key);
    if (entry && isValid(entry) && (entry.layers || !machine.layers)) {
      replay(machine, entry);
      for (const target of entry.reads.keys()) this.read(target);
      return entry.result;
    }
    if (this.#running.has(key)) return unknown;
    this.#running.add(key);
    const recording: Recording = { since: nextId(), reads: new Map(), isPure: true };
    this.#recordings.push(recording);
    const problems = machine.problems.length;
    const list = machine.problems;
    const assumptions = currentFacts().assumptions.length;
    const layers = machine.layers?.length;
    const { mayHaveThrown } = machine;
    machine.mayHaveThrown = false;
    try {
      const result = run();
      if (recording.isPure && isRepeatable(result, args) && list === machine.problems) {
        this.#entries.set(key, {
          result,
          reads: recording.reads,
          problems: distinct(list, problems),
          assumptions: distinct(currentFacts().assumptions, assumptions),
          layers: layers === undefined ? undefined : machine.layers && distinct(machine.layers, layers),
          mayHaveThrown: machine.mayHaveThrown,
        });
      }
      return result;
    } finally {
      machine.mayHaveThrown ||= mayHaveThrown;
      this.#recordings.pop();
      this.#running.delete(key);
      for (const [target] of recording.reads) this.read(target);
    }
  }
}

/** What was added to a list, each once: calls replayed within calls would double it at every level. */
function distinct<T>(list: readonly T[], from: number): T[] {
  return [...new Set(list.slice(from))];
}

function isValid(entry: Entry): boolean {
  for (const [target, version] of entry.reads) if (target.version !== version) return false;
  return true;
}

function replay(machine: Machine, entry: Entry): void {
  for (const problem of entry.problems) machine.report(problem);
  entry.assumptions.forEach(assume);
  if (entry.layers) machine.layers?.push(...entry.layers);
  if (entry.mayHaveThrown) machine.mayHaveThrown = true;
}

/** A tensor made from nothing is a new one at each call: two weights of one shape are two weights. */
function isRepeatable(result: Value, args: readonly Value[]): boolean {
  const isNew = result.kind === "tensor" && result.tensor && !args.some((arg) => arg.kind === "tensor");
  return isImmutable(result) && !isNew;
}

/** A result that can be given out twice: nobody can change it. */
function isImmutable(value: Value): boolean {
  switch (value.kind) {
    case "array":
    case "object":
    case "function":
    case "class":
    case "map":
    case "set":
    case "iterator":
    case "engine":
      return false;
    case "promise":
      return isImmutable(value.value);
    case "oneOf":
      return value.alternatives.every(isImmutable);
    default:
      return true;
  }
}
