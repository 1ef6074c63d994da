// Which problems are shown: those of the analyzer, with the severities the user wants, without those a comment silences.

import { problemCodes, unusedIgnoreCode } from "../../analyzer/codes";
import { type Facts, type Problem, type Severity, type Span } from "../../analyzer/facts";

/**
 * A comment that stands alone on its line and silences codes, or all of them, on the next line of code. Words after the
 * codes are the reason.
 */
const ignoreComment =
  /^[ \t]*(?:\/\/|\{?[ \t]*\/\*+)[ \t]*shapelens-ignore-next-line\b(?!-)([^\n*]*)(?:\*+\/[ \t]*\}?)?/gm;

interface Ignore {
  readonly start: number;
  readonly end: number;
  /** The lines' offsets from the comment to the end of the line it is about. */
  readonly until: number;
  readonly codes: readonly CodeWord[];
  isUsed: boolean;
}

/** A code in a comment. */
interface CodeWord extends Span {
  readonly code: string;
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
    for (const ignore of matching) {
      ignore.isUsed = true;
      for (const word of ignore.codes) word.isUsed ||= word.code === problem.code;
    }
    return matching.length === 0;
  });
  const unused = facts.complete ? ignores.flatMap(unusedIgnores) : [];
  return [...loud, ...unused]
    .flatMap((problem) => withSeverity(problem, severities.get(problem.code)))
    .sort((a, b) => a.start - b.start || a.end - b.end);
}

function withSeverity(problem: Problem, wish: Severity | "off" | undefined): Problem[] {
  if (wish === "off") return [];
  return [wish ? { ...problem, severity: wish } : problem];
}

function silences({ end, until, codes }: Ignore, { start, code }: Problem): boolean {
  return start > end && start <= until && (codes.length === 0 || codes.some((word) => word.code === code));
}

function ignoresIn(text: string): Ignore[] {
  return [...text.matchAll(ignoreComment)].map((match) => {
    const start = match.index + match[0].search(/\S/);
    const end = match.index + match[0].trimEnd().length;
    const words = match.index + match[0].indexOf(match[1]!, match[0].indexOf("next-line") + "next-line".length);
    return { start, end, until: endOfNextLine(text, end), codes: codesIn(match[1]!, words), isUsed: false };
  });
}

/** The codes at the beginning of the words; the first word is one even if there is no such code. */
function codesIn(words: string, offset: number): CodeWord[] {
  const codes: CodeWord[] = [];
  const pattern = /[ \t]*(,?)[ \t]*([a-z]+(?:-[a-z]+)*)(?=[\s,:(]|$)/y;
  for (let match = pattern.exec(words); match; match = pattern.exec(words)) {
    const [, comma, code] = match as unknown as [string, string, string];
    if (codes.length > 0 && comma === "" && !problemCodes.has(code)) break;
    const end = offset + pattern.lastIndex;
    codes.push({ code, start: end - code.length, end, isUsed: false });
  }
  return codes;
}

/**
 * The end of the next line of code: not of an empty one or a comment, so that such comments can be stacked, and with the
 * line below where it is a decorator.
 */
function endOfNextLine(text: string, from: number): number {
  for (let start = text.indexOf("\n", from) + 1; start > 0; start = text.indexOf("\n", start) + 1) {
    const next = text.indexOf("\n", start);
    const end = next < 0 ? text.length : next;
    if (next < 0 || !/^\s*(?:\/\/|\{?\s*\/\*.*\*\/\s*\}?\s*$|@[\w.]+(?:\(.*\))?\s*$|$)/.test(text.slice(start, end)))
      return end;
  }
  return from;
}

/** A comment of which nothing is used, or each of its codes that is not. */
function unusedIgnores({ start, end, codes, isUsed }: Ignore): Problem[] {
  const words = codes.filter((word) => !word.isUsed);
  if (isUsed) return words.map((word) => unusedIgnore(word, [word]));
  return [unusedIgnore({ start, end }, words)];
}

function unusedIgnore({ start, end }: Span, words: readonly CodeWord[]): Problem {
  const unknown = words.filter(({ code }) => !problemCodes.has(code)).map(({ code }) => code);
  const what = words.length > 0 ? `no problem ${words.map(({ code }) => code).join(" or ")}` : "no problem";
  const message =
    unknown.length > 0
      ? `${unknown.join(" and ")} is no code of a problem.`
      : `There is ${what} on the next line: this can go.`;
  return { start, end, severity: "hint", code: unusedIgnoreCode, message, related: [] };
}
