// Problems as facts: those of one file, each mistake once.

import { type Problem, type Related } from "../facts";
import { plainPlace, type ReportedProblem } from "../values";

/** The problems in a file in the order of the text. Of several at one place with one code the gravest stays. */
export function problemsIn(file: string, reported: readonly ReportedProblem[]): Problem[] {
  const byPlace = new Map<string, Problem>();
  for (const { place, severity, code, message, related } of reported) {
    if (place.file !== file) continue;
    const problem = { severity, code, message, related: related.map(plainRelated) };
    const key = `${place.start} ${place.end} ${problem.code}`;
    const before = byPlace.get(key);
    if (before && rank(before) <= rank(problem)) continue;
    byPlace.set(key, { ...problem, start: place.start, end: place.end });
  }
  return [...byPlace.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}

function plainRelated({ place, message }: Related): Related {
  return { place: plainPlace(place), message };
}

function rank(problem: Pick<Problem, "severity">): number {
  return ["error", "warning", "hint"].indexOf(problem.severity);
}
