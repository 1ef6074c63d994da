// Holds what the editor says of a program against what happened when it ran.

import { createAnalyzer } from "../../src/analyzer/analyzer";
import { type Facts, type Problem, type Related, type ShapeFact } from "../../src/analyzer/facts";
import { memoryFileSystem } from "../../src/analyzer/program/fileSystem";
import { warningCodes } from "../../src/analyzer/codes";
import { type Probe } from "./instrument";
import { isCertain, type Program } from "./program";
import { type Failure, type Observation, observe } from "./run";

export interface Disagreement {
  /** `shape`: another shape ran than is shown. `alarm`: what is called wrong ran. `missed`: what threw is not marked. */
  readonly kind: "shape" | "alarm" | "missed" | "crash";
  readonly message: string;
}

/** What comparing a program came to. */
export interface Comparison {
  readonly disagreements: readonly Disagreement[];
  /** Nodes at which exactly one shape ran, and how many of them show it. */
  readonly ran: number;
  readonly shown: number;
  readonly failed: boolean;
  readonly stops: readonly string[];
}

const chances: readonly ((n: number) => boolean)[] = [
  () => true,
  () => false,
  (n) => n % 2 === 0,
  (n) => ((n * 2654435761) >>> 7) % 2 === 0,
];

/** Analyses a program and runs it: in several ways, where chance decides. */
export function compare(program: Program): Comparison {
  const certain = isCertain(program);
  let facts: ReadonlyMap<string, Facts>;
  try {
    facts = analyse(program);
  } catch (error) {
    const crash: Disagreement = { kind: "crash", message: (error as Error).stack ?? String(error) };
    return { disagreements: [crash], ran: 0, shown: 0, failed: false, stops: [] };
  }
  const observation = observe(program, certain ? chances.slice(0, 1) : chances);
  const found = new Comparer(program, facts, observation, certain);
  return { ...found.result(), stops: observation.stops };
}

function analyse({ files }: Program): Map<string, Facts> {
  const analyzer = createAnalyzer({ fileSystem: memoryFileSystem(files) });
  for (const [file, text] of files) analyzer.update(file, text);
  return new Map([...files.keys()].map((file) => [file, analyzer.facts(file)!]));
}

class Comparer {
  readonly #disagreements: Disagreement[] = [];
  readonly #byNode = new Map<string, Probe>();
  readonly #calls: Probe[];

  constructor(
    readonly program: Program,
    readonly facts: ReadonlyMap<string, Facts>,
    readonly observation: Observation,
    readonly certain: boolean,
  ) {
    for (const probe of observation.probes) this.#byNode.set(nodeKey(probe.file, probe), probe);
    this.#calls = observation.probes.filter(({ kind }) => kind === "call");
  }

  result(): Omit<Comparison, "stops"> {
    const shown = new Set<Probe>();
    for (const { shapes, problems, file } of this.facts.values()) {
      for (const fact of shapes) this.#shape(file, fact, shown);
      for (const problem of problems) this.#alarm(file, problem);
    }
    if (this.certain) this.#missed();
    const ran = [...this.observation.sighted].filter(([, { shapes }]) => shapes.size === 1);
    return {
      disagreements: this.#disagreements,
      ran: ran.length,
      shown: ran.filter(([probe]) => shown.has(probe)).length,
      failed: this.observation.runs.some((failures) => failures.length > 0),
    };
  }

  /** Every shape that ran is one of those that are shown. */
  #shape(file: string, fact: ShapeFact, shown: Set<Probe>): void {
    const probe = this.#byNode.get(nodeKey(file, fact));
    const sighted = probe && this.observation.sighted.get(probe);
    if (!sighted) return;
    shown.add(probe);
    const hasFailed = this.observation.runs.some((failures) => failures.length > 0);
    // What is said of a function nobody calls is what it needs on all its paths; chance may have left one of them out.
    if (sighted.isOutside && !this.certain) return;
    const isShown = fact.shape.split(" | ").map(matcher);
    for (const ran of sighted.shapes) {
      const [, shape, dtype] = /^(\[.*\]) (\w+)$/.exec(ran)!;
      const isType = hasFailed || fact.dtype.split(" | ").includes(dtype!);
      // What is said of any rank is worked out from tensors of two axes and more.
      if (sighted.isOutside && fact.shape.startsWith("[…") && !shape!.includes(",")) continue;
      if (isType && isShown.some((pattern) => pattern.test(shape!))) continue;
      this.#report("shape", file, fact, `shows ${fact.shape} ${fact.dtype}, ran ${ran}`);
    }
  }

  /** An error marks a call that throws; a warning does, too, where nothing is left to chance and it is not of what runs. */
  #alarm(file: string, problem: Problem): void {
    if (warningCodes.has(problem.code)) return;
    if (problem.severity === "hint" || (problem.severity === "warning" && !this.certain)) return;
    const around = this.#calls.filter(
      (call) => call.file === file && call.start <= problem.start && problem.end <= call.end,
    );
    const isFailed = (isIt: (failure: Failure) => boolean): boolean =>
      this.observation.runs.some((failures) => failures.some(isIt));
    const isOf = (call: Probe) => (failure: Failure) => failure.probe === call && failure.code === problem.code;
    if (around.some((call) => isFailed(isOf(call))) || isFailed((failure) => isBlamedFor(problem, failure))) return;
    const inner = around.sort((a, b) => a.end - a.start - (b.end - b.start));
    const isWhole = inner[0]?.start === problem.start && inner[0].end === problem.end;
    const blamed = (isWhole ? inner[1] : undefined) ?? inner[0];
    const sighted = blamed && this.observation.sighted.get(blamed);
    if (!sighted?.hasCompleted) return;
    // A warning is of one path through a function nobody calls; a call from outside may have gone another.
    if (problem.severity === "warning" && sighted.isOutside) return;
    this.#report("alarm", file, problem, `${problem.severity} ${problem.code}: ${problem.message}`);
  }

  /** What threw in every run carries a problem with the same code, unless it only comes of what threw before. */
  #missed(): void {
    const failures = this.observation.runs[0]!;
    for (const [i, { probe, code, message, numbers, isCaught }] of failures.entries()) {
      const before = failures.slice(0, i).flatMap((each) => [...each.numbers, ...each.likely]);
      if (numbers.some((number) => before.includes(number))) continue;
      // Whether an index lies inside is a matter of numbers, not of shapes.
      if (isCaught || code === "gather-index" || message.includes("holds the class id")) continue;
      const { problems, complete } = this.facts.get(probe.file)!;
      const isMarked = problems.some(
        (problem) => problem.code === code && probe.start <= problem.start && problem.end <= probe.end,
      );
      const isBlamed = [...this.facts.values()].some((facts) =>
        facts.problems.some((problem) => isBlamedFor(problem, { probe })),
      );
      if (!isMarked && !isBlamed && complete) this.#report("missed", probe.file, probe, message);
    }
  }

  #report(
    kind: Disagreement["kind"],
    file: string,
    { start, end }: { start: number; end: number },
    text: string,
  ): void {
    const source = this.program.files.get(file)!;
    const line = source.slice(0, start).split("\n").length;
    const message = `${kind} at ${file}:${line} \`${source.slice(start, end).replace(/\s+/g, " ")}\`: ${text}`;
    this.#disagreements.push({ kind, message });
  }
}

/** A caller is blamed for what goes wrong in the function that it calls: where that is stands beside the problem. */
function isBlamedFor({ code, related }: Problem, { probe }: Pick<Failure, "probe">): boolean {
  const isIn = ({ place }: Related): boolean =>
    place.file === probe.file && probe.start <= place.start && place.end <= probe.end;
  return code === "precondition" && related.some(isIn);
}

function nodeKey(file: string, { kind, start, end }: { kind: string; start: number; end: number }): string {
  return `${file} ${kind} ${start} ${end}`;
}

const longestRange = 1_000;

/** `4` and `4–7` as patterns; a symbolic length is any. */
function lengthPattern(axis: string): string {
  if (/^\d+$/.test(axis)) return axis;
  const [least = 0, greatest = Infinity] = /^(\d+)–(\d+)$/.exec(axis)?.slice(1).map(Number) ?? [];
  if (greatest - least > longestRange) return "\\d+";
  return `(${Array.from({ length: greatest - least + 1 }, (_, i) => least + i).join("|")})`;
}

/** A shape as shown, as a pattern of what may run: `…` is any axes. */
function matcher(shape: string): RegExp {
  const inside = shape.slice(1, -1);
  const axes = inside === "" ? [] : splitAxes(inside);
  const patterns = axes.map((axis) => (axis === "…" ? "…" : lengthPattern(axis)));
  return new RegExp(`^\\[${patterns.join(", ").replace(/^…(, )?/, "(\\d+, )*")}\\]$`);
}

/** Splits at the commas that are in no parentheses: `floor(H/2), max(a, b)` has two axes. */
function splitAxes(text: string): string[] {
  const axes: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")") depth--;
    else if (text[i] === "," && depth === 0) {
      axes.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return [...axes, text.slice(start).trim()];
}
