// Which problems are shown: those of the analyzer, with the severities the user wants, without those a comment silences.

import { type Facts, type Problem, type Severity } from "../../analyzer/facts";

/** A comment that stands alone on its line and silences codes, or all of them, on the next line of code. */
const ignoreComment = /^[ \t]*(?:\/\/|\{?[ \t]*\/\*)[ \t]*shapelens-ignore-next-line\b([^\n*]*)/gm;

interface Ignore {
  readonly start: number;
  readonly end: number;
  /** The lines' offsets from the comment to the end of the line it is about. */
  readonly until: number;
  readonly codes: readonly string[];
  isUsed: boolean;
}

/** The problems to show, in order of the text; a comment that silences nothing is a problem itself. */
export function shownProblems(
  facts: Facts,
  text: string,
  severities: ReadonlyMap<string, Severity | "off"> = new Map(),
): Problem[] {
  const ignores = ignoresIn(text);
  const loud = facts.problems.filter((problem) => {
    const matching = ignores.filter((ignore) => silences(ignore, problem));
    for (const ignore of matching) ignore.isUsed = true;
    return matching.length === 0;
  });
  const unused = facts.complete ? ignores.filter(({ isUsed }) => !isUsed).map(unusedIgnore) : [];
  return [...loud, ...unused]
    .flatMap((problem) => withSeverity(problem, severities.get(problem.code)))
    .sort((a, b) => a.start - b.start || a.end - b.end);
}

function withSeverity(problem: Problem, wish: Severity | "off" | undefined): Problem[] {
  if (wish === "off") return [];
  return [wish ? { ...problem, severity: wish } : problem];
}

function silences({ end, until, codes }: Ignore, { start, code }: Problem): boolean {
  return start > end && start <= until && (codes.length === 0 || codes.includes(code));
}

function ignoresIn(text: string): Ignore[] {
  return [...text.matchAll(ignoreComment)].map((match) => {
    const start = match.index + match[0].search(/\S/);
    const end = match.index + match[0].trimEnd().length;
    return {
      start,
      end,
      until: endOfNextLine(text, end),
      codes: match[1]!.match(/[a-z]+(?:-[a-z]+)*/g) ?? [],
      isUsed: false,
    };
  });
}

/** The end of the next line that is neither empty nor a comment, so that such comments can be stacked. */
function endOfNextLine(text: string, from: number): number {
  for (let start = text.indexOf("\n", from) + 1; start > 0; start = text.indexOf("\n", start) + 1) {
    const next = text.indexOf("\n", start);
    const end = next < 0 ? text.length : next;
    if (!/^\s*(?:\/\/|\{?\s*\/\*.*\*\/\}?\s*$|$)/.test(text.slice(start, end))) return end;
    if (next < 0) return end;
  }
  return from;
}

function unusedIgnore({ start, end, codes }: Ignore): Problem {
  const what = codes.length > 0 ? `no problem ${codes.join(" or ")}` : "no problem";
  return {
    start,
    end,
    severity: "hint",
    code: "unused-ignore",
    message: `There is ${what} on the next line: this comment can go.`,
    related: [],
  };
}
