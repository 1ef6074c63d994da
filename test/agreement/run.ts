// Runs a program on the real engine and writes down every shape and every ShapeError, with the place of each.

import * as engine from "@shapelens/engine";
import { instrument, type Probe } from "./instrument";
import { mainFile, type Program } from "./program";

/** A ShapeError that a call of the program threw. */
export interface Failure {
  readonly probe: Probe;
  readonly code: string;
  readonly message: string;
  /** The lengths that do not fit. */
  readonly numbers: readonly unknown[];
  /** The lengths of the result to go on with. */
  readonly likely: readonly unknown[];
  /** The program catches it. */
  readonly isCaught: boolean;
}

/** What happened at one node. */
export interface Sighted {
  /** Shapes with their number type: `[2, 3] float32`. */
  readonly shapes: Set<string>;
  /** The node came to its end without an error, in a run or a call from outside that came to its end, too. */
  hasCompleted: boolean;
  /** It was reached by a call from outside the program. */
  isOutside: boolean;
}

/** What one or more runs of a program showed. */
export interface Observation {
  readonly probes: readonly Probe[];
  readonly sighted: ReadonlyMap<Probe, Sighted>;
  /** The failures of each run. */
  readonly runs: readonly (readonly Failure[])[];
  /** What ended a run early, other than a ShapeError. */
  readonly stops: readonly string[];
}

const mostCalls = 4000;

class Stop extends Error {}

/**
 * Runs the program once for each way chance may fall: `chances` answers for the n-th question of a run. Where there is
 * chance, a call that throws may be one that nobody can foresee, and what is shown holds for the runs that do not: the
 * shapes of such a run are left out.
 */
export function observe(program: Program, chances: readonly ((n: number) => boolean)[]): Observation {
  const probes: Probe[] = [];
  const code = new Map([...program.files].map(([file, text]) => [file, compile(file, text, probes)]));
  const observer = new Observer(probes, chances.length === 1);
  const stops: string[] = [];
  const runs = chances.map((chance) => {
    observer.begin();
    try {
      runOnce(code, program.calls, observer, chance);
    } catch (error) {
      if (!(error instanceof engine.ShapeError)) stops.push(String(error));
    }
    observer.end();
    return observer.failures;
  });
  return { probes, sighted: observer.all, runs, stops };
}

const silent: Partial<Console> = Object.fromEntries(
  ["log", "info", "warn", "error", "table"].map((name) => [name, () => undefined]),
);

type Body = (...args: unknown[]) => unknown;

function compile(file: string, text: string, probes: Probe[]): Body {
  const names = ["$", "require", "exports", "module", "Math", "process", "console"];
  return new Function(...names, instrument(file, text, probes)) as Body;
}

function runOnce(
  code: ReadonlyMap<string, Body>,
  calls: readonly string[],
  observer: Observer,
  chance: (n: number) => boolean,
): void {
  let asked = 0;
  // A program that waits for luck has it in the end.
  const random = (): number => (asked++ > 40 ? (asked % 2 ? 0.9 : 0.1) : chance(asked - 1) ? 0.1 : 0.9);
  const math = Object.create(Math, { random: { value: random } }) as typeof Math;
  const env = new Proxy({}, { get: () => (random() < 0.5 ? "1" : "2") });
  const loaded = new Map<string, { exports: Record<string, unknown> }>();
  const load = (file: string): Record<string, unknown> => {
    const before = loaded.get(file);
    if (before) return before.exports;
    const module = { exports: {} as Record<string, unknown> };
    loaded.set(file, module);
    const require = (name: string): unknown =>
      name.startsWith("@shapelens/") ? engine : load(name.replace(/^\./, "").replace(/(\.js|\.ts)?$/, ".ts"));
    code.get(file)!(observer, require, module.exports, module, math, { env }, silent);
    return module.exports;
  };
  const exported = load(mainFile);
  observer.complete();
  for (const call of calls) {
    const names = { ...engine, ...exported };
    observer.outside(() => new Function(...Object.keys(names), `return ${call};`)(...Object.values(names)) as unknown);
  }
}

/** What the probes call. */
class Observer {
  /** What the runs showed that count. */
  readonly all = new Map<Probe, Sighted>();
  sighted = new Map<Probe, Sighted>();
  failures: Failure[] = [];
  #calls = 0;
  #tries = 0;
  #thrown: engine.ShapeError | undefined;
  #completed = new Set<Sighted>();

  constructor(
    readonly probes: readonly Probe[],
    readonly isCertain: boolean,
  ) {}

  begin(): void {
    this.sighted = new Map();
    this.failures = [];
    this.#calls = 0;
    this.#tries = 0;
    this.#thrown = undefined;
    this.#completed = new Set();
  }

  end(): void {
    const isForeseen = this.isCertain || this.failures.every((failure) => failure.isCaught);
    if (isForeseen) addTo(this.all, this.sighted);
  }

  /** What was seen so far was no way to an error that ends the run. */
  complete(): void {
    for (const sighted of this.#completed) sighted.hasCompleted = true;
    this.#completed.clear();
  }

  /** A call from outside the program: it counts when it ends well, as nobody said what the function may be given. */
  outside(run: () => unknown): void {
    const { sighted, failures } = this;
    this.sighted = new Map();
    this.#tries = 1;
    try {
      run();
      this.complete();
      for (const each of this.sighted.values()) each.isOutside = true;
      addTo(sighted, this.sighted);
    } catch (error) {
      if (!(error instanceof engine.ShapeError || error instanceof TypeError)) throw error;
    } finally {
      this.#completed.clear();
      this.sighted = sighted;
      this.failures = failures.filter((failure) => !failure.isCaught);
    }
  }

  tries(change: number): void {
    this.#tries += change;
    this.#thrown = undefined;
  }

  /** A call: what it gives, or after its ShapeError the likeliest result, as the analyzer goes on, too. */
  call(id: number, run: () => unknown): unknown {
    if (++this.#calls > mostCalls) throw new Stop("too many calls");
    try {
      return this.see(id, run());
    } catch (error) {
      if (!(error instanceof engine.ShapeError) || isSame(error, this.#thrown)) throw error;
      this.#thrown = error;
      const isCaught = this.#tries > 0;
      const { code, message, numbers = [], likely } = error;
      const lengths = likely?.dims ?? [];
      this.failures.push({ probe: this.probes[id]!, code, message, numbers, likely: lengths, isCaught });
      if (isCaught || !likely || !likely.dims.every((dim) => typeof dim === "number" && dim >= 0)) throw error;
      this.#thrown = undefined;
      return engine.zeros([...likely.dims] as number[], { dtype: (likely.dtype ?? "float32") as engine.DType });
    }
  }

  see(id: number, value: unknown): unknown {
    const probe = this.probes[id]!;
    let sighted = this.sighted.get(probe);
    if (!sighted) this.sighted.set(probe, (sighted = { shapes: new Set(), hasCompleted: false, isOutside: false }));
    this.#completed.add(sighted);
    if (value instanceof engine.Tensor) sighted.shapes.add(`[${value.shape.join(", ")}] ${value.dtype}`);
    return value;
  }
}

function addTo(all: Map<Probe, Sighted>, more: ReadonlyMap<Probe, Sighted>): void {
  for (const [probe, { shapes, hasCompleted, isOutside }] of more) {
    const before = all.get(probe);
    all.set(probe, {
      shapes: new Set([...(before?.shapes ?? []), ...shapes]),
      hasCompleted: hasCompleted || before?.hasCompleted === true,
      isOutside: isOutside || before?.isOutside === true,
    });
  }
}

/** An error on its way out, as it is or as a container of layers hands it on. */
function isSame(error: engine.ShapeError, thrown: engine.ShapeError | undefined): boolean {
  return error === thrown || (error.code === thrown?.code && error.details.message === thrown.details.message);
}
