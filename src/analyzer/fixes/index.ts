// Repairs for a problem: candidates from every maker, likeliest first, and of those only what stands the trial.

import { type Analysis } from "../analysis";
import { type Cancellation } from "../analyzer";
import { type Fix, type Span } from "../facts";
import { type Program } from "../program/program";
import { type Candidate, Scene } from "./candidate";
import { makers } from "./makers";
import { Verifier } from "./verify";

/** So many candidates are tried, for so many milliseconds, until so many are found. */
const mostTried = 24;
const mostFound = 4;
const longest = 3_000;
/** Steps of the interpreter for each trial. */
const budget = 500_000;

/**
 * The repairs of the problem that stands there with that code, best first. Gives `undefined` between two trials, so that
 * the caller can attend to something else or stop.
 */
export function* fixesFor(
  program: Program,
  analysis: Analysis,
  file: string,
  problem: Span & { readonly code: string },
  cancellation?: Cancellation,
): Generator<Fix | undefined> {
  const module = program.module(file);
  const reported = analysis
    .problems(file, cancellation)
    .find(({ code, place }) => code === problem.code && place.start === problem.start && place.end === problem.end);
  if (!module || !reported) return;
  const scene = new Scene(reported.code, reported.place, reported.clues, module, (each) => program.module(each));
  const candidates = distinct(makers.flatMap((make) => make(scene))).sort((a, b) => a.rank - b.rank);
  if (candidates.length === 0) return;
  const verifier = new Verifier(program, analysis, file, budget, cancellation);
  let found = 0;
  let spent = 0;
  for (const { title, edits } of candidates.slice(0, mostTried)) {
    if (found >= mostFound || spent > longest) return;
    const started = Date.now();
    const isGood = verifier.accepts(edits, problem, reported.clues?.call);
    spent += Date.now() - started;
    if (isGood) found++;
    yield isGood ? { title, edits } : undefined;
  }
}

function distinct(candidates: readonly Candidate[]): Candidate[] {
  const byEdits = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const key = JSON.stringify(candidate.edits);
    const before = byEdits.get(key);
    if (!before || candidate.rank < before.rank) byEdits.set(key, candidate);
  }
  return [...byEdits.values()];
}
