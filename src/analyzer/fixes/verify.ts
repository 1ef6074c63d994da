// Tries an edit out: the whole program is analysed with it, and the problem must be gone without another one come.

import { Analysis } from "../analysis";
import { type Cancellation } from "../analyzer";
import { type Edit, type Facts, type Problem, type ShapeFact, type Span } from "../facts";
import { Program } from "../program/program";

/** A copy of the program to try edits in; the program itself is only read. */
export class Verifier {
  readonly #scratch: Program;
  readonly #trial: Analysis;
  readonly #before = new Map<string, Facts | undefined>();
  #edited: readonly string[] = [];

  constructor(
    readonly program: Program,
    readonly analysis: Analysis,
    /** The file with the problem. */
    readonly file: string,
    budget: number,
    readonly cancellation: Cancellation | undefined,
  ) {
    const { fileSystem } = program;
    this.#scratch = new Program({
      read: (each) => program.module(each)?.text,
      isFile: (each) => program.isOpen(each) || fileSystem.isFile(each),
    });
    this.#trial = new Analysis(this.#scratch, budget);
  }

  /** Whether the edits mend `problem` of the file and leave everything else as good as it was. */
  accepts(edits: readonly Edit[], problem: Span & { readonly code: string }, call: Span | undefined): boolean {
    for (const file of this.#edited) this.#restore(file);
    this.#edited = [...new Set(edits.map(({ file }) => file))];
    const touched = new Set([this.file, ...this.#edited].flatMap((file) => this.analysis.dependents(file)));
    for (const file of touched) if (!this.#before.has(file)) this.#watch(file);
    for (const file of this.#edited) {
      this.#scratch.update(file, applied(this.program.module(file)?.text ?? "", editsOf(file, edits)));
    }
    return [...touched].every((file) => {
      const before = this.#before.get(file);
      const after = this.#trial.facts(file, this.cancellation);
      if (!before || !after || after.complete !== before.complete) return false;
      const move = movedBy(editsOf(file, edits));
      const isTarget = (each: Problem): boolean => file === this.file && isSameProblem(each, problem);
      const allowed = before.problems.filter((each) => !isTarget(each)).map((each) => keyOf(each, move));
      const isKnown = after.problems.every((each) => isHint(each) || allowed.includes(keyOf(each)));
      return isKnown && isAsKnown(before, after, file === this.file ? call : undefined, move);
    });
  }

  #watch(file: string): void {
    this.#before.set(file, this.analysis.facts(file, this.cancellation));
    this.#restore(file);
  }

  #restore(file: string): void {
    this.#scratch.update(file, this.program.module(file)?.text ?? "");
  }
}

function editsOf(file: string, edits: readonly Edit[]): Edit[] {
  return edits.filter((edit) => edit.file === file).sort((a, b) => a.start - b.start);
}

function applied(text: string, edits: readonly Edit[]): string {
  return edits.reduceRight(
    (result, { start, end, text: put }) => result.slice(0, start) + put + result.slice(end),
    text,
  );
}

/** Where an offset of the old text is in the new one. */
function movedBy(edits: readonly Edit[]): (offset: number) => number {
  return (offset) =>
    edits.reduce(
      (moved, { start, end, text }) => (end <= offset ? moved + text.length - (end - start) : moved),
      offset,
    );
}

const still = (offset: number): number => offset;

function keyOf(problem: Problem, move: (offset: number) => number = still): string {
  return `${problem.code} ${move(problem.start)}`;
}

function isSameProblem(a: Problem, b: Span & { readonly code: string }): boolean {
  return a.code === b.code && a.start === b.start && a.end === b.end;
}

function isHint({ severity }: Problem): boolean {
  return severity === "hint";
}

/** Silence may also come of knowing less: what had a shape must have one still, the mended call above all. */
function isAsKnown(before: Facts, after: Facts, call: Span | undefined, move: (offset: number) => number): boolean {
  const names = ({ shapes }: Facts): number => shapes.filter(({ kind }) => kind !== "call").length;
  if (names(after) < names(before)) return false;
  if (!call || !before.shapes.some((fact) => isCallTo(fact, call.end))) return true;
  return after.shapes.some((fact) => isCallTo(fact, move(call.end)));
}

function isCallTo({ kind, end }: ShapeFact, place: number): boolean {
  return kind === "call" && end === place;
}
