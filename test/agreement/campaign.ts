// Many programs, one after another, and what came of them.

import { compare, type Disagreement } from "./compare";
import { generate } from "./generator";
import { Random } from "./generator/random";
import { changed, type Model, readModels } from "./models";
import { parseProgram } from "./program";

export interface Found {
  readonly seed: number;
  readonly text: string;
  readonly disagreement: Disagreement;
}

export interface Tally {
  programs: number;
  /** Places at which a run showed one shape, and how many of them the editor shows. */
  ran: number;
  shown: number;
  /** Programs in which something threw a ShapeError. */
  failing: number;
  /** Programs that ended early for another reason. */
  stopped: number;
  readonly found: Found[];
}

export function emptyTally(): Tally {
  return { programs: 0, ran: 0, shown: 0, failing: 0, stopped: 0, found: [] };
}

/** Adds what another part of the campaign came to. */
export function addTally(tally: Tally, part: Tally): void {
  tally.programs += part.programs;
  tally.ran += part.ran;
  tally.shown += part.shown;
  tally.failing += part.failing;
  tally.stopped += part.stopped;
  tally.found.push(...part.found);
}

/** One program in so many is a whole model with something changed in it: such a model takes longer than a random program. */
const modelEvery = 500;
let models: readonly Model[] | undefined;

/** The program of a seed. */
function programOf(seed: number): string {
  if (seed % modelEvery !== 0) return generate(seed);
  const random = new Random(seed);
  return changed(random, random.pick((models ??= readModels(process.cwd()))));
}

/** Makes the program of a seed, runs and analyses it, and adds what came of it. */
export function tryProgram(seed: number, tally: Tally): void {
  const text = programOf(seed);
  const comparison = compare(parseProgram(text));
  tally.programs++;
  tally.ran += comparison.ran;
  tally.shown += comparison.shown;
  if (comparison.failed) tally.failing++;
  if (comparison.stops.length > 0) tally.stopped++;
  for (const disagreement of comparison.disagreements) tally.found.push({ seed, text, disagreement });
}
