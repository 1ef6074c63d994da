// The state of one analysis, and what built-ins and the engine bridge may ask of it.

import { type ts } from "ts-morph";
import { type Cancellation } from "../analyzer";
import { type Recorder } from "../report/recorder";
import {
  CallSite,
  type Context,
  type FunctionValue,
  type Iteration,
  type LengthNames,
  type MutableValue,
  type ObjectValue,
  type RecordedLayer,
  type ReportedProblem,
  type TensorValue,
  unknown,
  type Value,
  isOlder,
} from "../values";
import { explore } from "./branches";
import { callValue, constructValue } from "./calls";
import { type Completion, type PendingExit, Stopped, Thrown } from "./completions";
import { type Environment } from "./environment";
import { escapeValue } from "./escape";
import { iterate } from "./iteration";
import { Journal, type JournalScope } from "./journal";
import { type Memo } from "./memo";
import { type Modules } from "./modules";
import { getProperty } from "./properties";
import { setProperty } from "./propertyWrites";

/** Where early exits end: the call or loop that is being interpreted. */
export interface Boundary {
  readonly kind: "function" | "loop" | "switch" | "block";
  readonly label: string | undefined;
  readonly scope: JournalScope;
  readonly exits: PendingExit[];
}

/** A call of a function of the user, where the arguments are as they stand there. */
export interface FailedCall {
  readonly fn: FunctionValue;
  readonly thisValue: Value;
  readonly args: readonly Value[];
  readonly site: CallSite;
}

const deepest = 800;

export class Machine implements Context {
  readonly journal = new Journal();
  readonly boundaries: Boundary[] = [];
  /** Problems found meanwhile; swapped while a hypothesis or an alternative is tried. */
  problems: ReportedProblem[] = [];
  /** Rows of the layer table, when somebody listens. */
  layers: RecordedLayer[] | undefined;
  /** More than zero where a throw is caught by the user's program or expected. */
  caught = 0;
  /** Whether an error is to end the path as the throw it is, because the program catches it or asserts that it comes. */
  expectsThrow = false;
  /** Something may have thrown since this was last set to false. */
  mayHaveThrown = false;
  /** Functions and classes that were called or instantiated, by their node. */
  called = new Set<ts.Node>();
  /** Functions whose effects are being interpreted because unknown code may call them. */
  readonly escaping = new Set<ts.Node>();
  /** A few instances of each class, by its node. */
  instances = new Map<ts.Node, ObjectValue[]>();
  /** How much the recorder had seen when the first error was reported. */
  firstErrorAt: number | undefined;
  /** Something was done that cannot be undone, such as setting a field of an object of the engine. */
  isIrreversible = false;
  /** Told of each call in which something went wrong, and from where on that is among the problems. */
  blame: ((machine: Machine, call: FailedCall, from: number) => void) | undefined;
  /** What the made-up lengths are called, where a function is tried with such. */
  lengthNames: LengthNames | undefined;
  /** How often the program said of a list that it has another length: `x.shape as [number, number]` for three axes. */
  contradictions = 0;
  /** How often the program asked how many axes a tensor has. */
  rankQuestions = 0;
  /** The lists that `x.shape` gave: whoever asks for their length asks for a rank. */
  readonly shapes = new WeakSet<Value>();
  /** Tensors that were named by other code than that which made them. */
  named: TensorValue[] = [];
  /** What the file imports, as written. */
  readonly imported = new Set<string>();
  #steps: number;
  #depth = 0;

  constructor(
    readonly file: string,
    readonly modules: Modules,
    readonly recorder: Recorder,
    readonly globals: ReadonlyMap<string, Value>,
    public memo: Memo,
    budget: number,
    public cancellation: Cancellation | undefined,
  ) {
    this.#steps = budget;
  }

  step(): void {
    if (--this.#steps <= 0) throw new Stopped("budget");
    if (this.#steps % 1024 === 0 && this.cancellation?.isCancellationRequested) throw new Stopped("cancelled");
  }

  get isTrying(): boolean {
    return this.lengthNames !== undefined;
  }

  get stepsLeft(): number {
    return this.#steps;
  }

  set stepsLeft(steps: number) {
    this.#steps = steps;
  }

  /** Counts what was interpreted before and stands as it did. */
  spend(steps: number): void {
    this.#steps -= steps;
    if (this.#steps <= 0) throw new Stopped("budget");
  }

  irreversible(target?: { readonly id: number }): void {
    if (!target || isOlder(target)) this.isIrreversible = true;
  }

  /** Goes one syntactic level down; answers false where the program is nested too deeply to follow. */
  enter(): boolean {
    if (this.#depth >= deepest) return false;
    this.#depth++;
    return true;
  }

  exit(): void {
    this.#depth--;
  }

  get depth(): number {
    return this.#depth;
  }

  /** Back to a depth noted before an exception. */
  resetDepth(depth: number): void {
    this.#depth = depth;
  }

  site(environment: Environment, node: ts.Node): CallSite {
    const { module, frame } = environment.activation;
    return new CallSite(module, node, frame);
  }

  call(fn: Value, thisValue: Value, args: readonly Value[], site: CallSite): Value {
    return callValue(this, fn, thisValue, args, site);
  }

  construct(fn: Value, args: readonly Value[], site: CallSite): Value {
    return constructValue(this, fn, args, site);
  }

  iterate(value: Value, site: CallSite): Iteration {
    return iterate(this, value, site);
  }

  getProperty(target: Value, name: string, site: CallSite): Value {
    return getProperty(this, target, name, site);
  }

  setProperty(target: Value, name: string, value: Value, site: CallSite): void {
    setProperty(this, target, name, value, site);
  }

  touch(target: MutableValue): void {
    this.journal.touch(target);
  }

  escape(value: Value): void {
    escapeValue(this, value);
  }

  maybe(body: () => void): void {
    explore(this, [body, () => undefined]);
  }

  repeat(body: () => void): void {
    for (let round = 0; round < 6; round++) {
      const scope = this.journal.open();
      let hasChanged: boolean;
      try {
        explore(this, [() => undefined, body]);
        hasChanged = this.journal.hasChanged(scope, new Set());
        if (hasChanged && round >= 2) this.journal.widenSince(scope);
      } finally {
        this.journal.commit(scope);
      }
      if (!hasChanged) return;
    }
  }

  expectThrow(body: () => void): boolean {
    const { depth, problems, expectsThrow } = this;
    const boundaries = this.boundaries.length;
    this.caught++;
    this.expectsThrow = true;
    this.problems = [];
    try {
      body();
      return false;
    } catch (error) {
      if (error instanceof Thrown) return true;
      throw error;
    } finally {
      this.#depth = depth;
      this.boundaries.length = boundaries;
      this.problems = problems;
      this.expectsThrow = expectsThrow;
      this.caught--;
    }
  }

  report(problem: ReportedProblem): void {
    if (problem.severity === "error") this.firstErrorAt ??= this.recorder.current.size;
    this.problems.push(problem);
    if (!problem.isStatic) this.failed(problem.severity === "error");
  }

  failed(isCertain: boolean): void {
    // Elsewhere the analysis goes on as if the mistake were mended; here what it leads to is the point.
    if (this.expectsThrow && isCertain) throw new Thrown(unknown);
    this.mayHaveThrown = true;
  }

  throwValue(value: Value): never {
    throw new Thrown(value);
  }

  recordLayer(layer: RecordedLayer): void {
    this.layers?.push(layer);
  }

  /** Notes a path that leaves its function, loop or switch here while another path goes on. */
  leave(completion: Completion): void {
    if (completion.type === "dead") return;
    const boundary = this.#boundaryOf(completion);
    boundary?.exits.push({ completion, delta: this.journal.capture(boundary.scope) });
  }

  #boundaryOf(completion: Completion): Boundary | undefined {
    for (let i = this.boundaries.length - 1; i >= 0; i--) {
      const boundary = this.boundaries[i]!;
      if (catches(boundary, completion)) return boundary;
      if (boundary.kind === "function") return undefined;
    }
    return undefined;
  }
}

/** Whether a `return`, `break` or `continue` ends at this boundary. */
export function catches(boundary: Boundary, completion: Completion): boolean {
  if (completion.type === "return") return boundary.kind === "function";
  if (completion.type === "dead" || boundary.kind === "function") return false;
  if (completion.label !== undefined) return boundary.label === completion.label;
  return boundary.kind === "loop" || (boundary.kind === "switch" && completion.type === "break");
}
