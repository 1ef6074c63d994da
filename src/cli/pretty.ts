// Problems for a person at a terminal: the message, the lines it is about with the places marked, the fix.

import { relative } from "node:path";
import { type Place, type Severity } from "../analyzer/facts";
import { type FileProblem } from "./json";
import { type Texts } from "./texts";

interface Options {
  /** How many files were read. */
  readonly files: number;
  readonly colors: boolean;
}

/** A place on one line of a file, with what is said about it. */
interface Mark {
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly isMain: boolean;
}

type Paint = (style: keyof typeof styles, text: string) => string;

const styles = { error: "1;31", warning: "1;33", hint: "1;36", bold: "1", faint: "34" } as const;

export function prettyProblems(problems: readonly FileProblem[], texts: Texts, { files, colors }: Options): string {
  const paint: Paint = (style, text) => (colors && text !== "" ? `\u001b[${styles[style]}m${text}\u001b[0m` : text);
  const blocks = problems.map((problem) => prettyProblem(problem, texts, paint));
  return `${[...blocks, summary(problems, files, paint)].join("\n\n")}\n`;
}

function prettyProblem({ file, problem }: FileProblem, texts: Texts, paint: Paint): string {
  const [first = "", ...others] = problem.message.split("\n");
  const head = `${paint(problem.severity, `${problem.severity}[${problem.code}]`)}${paint("bold", `: ${first}`)}`;
  const main = markOf({ file, start: problem.start, end: problem.end }, "", true, texts);
  const related = problem.related.map(({ place, message }) => markOf(place, message, false, texts));
  const marks = [...(main ? [main] : []), ...related.filter((mark) => mark !== undefined)];
  const gutter = String(Math.max(...marks.map(({ line }) => line + 1), 1)).length;
  const space = " ".repeat(gutter);
  const border = paint("faint", `${space} |`);
  // What a mark says beside its place need not be said again below.
  const notes = others
    .map((line) => line.trim().replace(/ \(line \d+\)$/, ""))
    .filter((line) => !marks.some(({ text }) => text === line))
    .map((line) => `${space} ${paint("faint", "=")} ${line}`);

  const excerpts = [file, ...new Set(marks.map((mark) => mark.file))]
    .filter((each, index, all) => all.indexOf(each) === index)
    .map((each) => excerpt(each, marks, { texts, paint, border, space, severity: problem.severity }));
  return [head, ...excerpts.flat(), ...(notes.length > 0 ? [border, ...notes] : [])].join("\n");
}

interface ExcerptStyle {
  readonly texts: Texts;
  readonly paint: Paint;
  readonly border: string;
  readonly space: string;
  readonly severity: Severity;
}

function excerpt(file: string, allMarks: readonly Mark[], style: ExcerptStyle): string[] {
  const { texts, paint, border, space, severity } = style;
  const marks = allMarks.filter((mark) => mark.file === file);
  const [first] = marks;
  if (!first) return [];
  const main = marks.find(({ isMain }) => isMain) ?? first;
  const arrow = paint("faint", `${space}${main.isMain ? "-->" : ":::"}`);
  const lines = [`${arrow} ${relative("", file) || file}:${main.line + 1}:${main.start + 1}`, border];
  let last: number | undefined;
  for (const line of [...new Set(marks.map((mark) => mark.line))].sort((a, b) => a - b)) {
    if (last !== undefined && line > last + 1) lines.push(paint("faint", `${space}...`));
    last = line;
    const source = lineText(texts, file, line);
    lines.push(`${paint("faint", `${String(line + 1).padStart(space.length)} |`)} ${source}`);
    for (const mark of marks.filter((each) => each.line === line).sort((a, b) => a.start - b.start)) {
      const sign = mark.isMain ? "^" : "-";
      const width = Math.max(1, displayWidth(source.slice(mark.start, mark.end)));
      const under = paint(mark.isMain ? severity : "faint", `${sign.repeat(width)}${mark.text && ` ${mark.text}`}`);
      lines.push(`${border} ${blank(source.slice(0, mark.start))}${under}`);
    }
  }
  return lines;
}

function markOf(place: Place, text: string, isMain: boolean, texts: Texts): Mark | undefined {
  const range = texts.range(place);
  if (!range) return undefined;
  const { line, character } = range.start;
  const end = range.end.line === line ? range.end.character : lineText(texts, place.file, line).length;
  return { file: place.file, line, start: character, end, text, isMain };
}

function lineText(texts: Texts, file: string, line: number): string {
  const range = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
  return (
    texts
      .document(file)
      ?.getText(range)
      .replace(/[\r\n]+$/, "") ?? ""
  );
}

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\p{Emoji_Presentation}]/u;

/** As wide as the text: tabs stay, and what takes two columns becomes a blank of two columns. */
function blank(text: string): string {
  return [...text].map((character) => (character === "\t" ? "\t" : wide.test(character) ? "  " : " ")).join("");
}

function displayWidth(text: string): number {
  return [...text].reduce((width, character) => width + (wide.test(character) ? 2 : 1), 0);
}

function summary(problems: readonly FileProblem[], files: number, paint: Paint): string {
  const count = (severity: Severity): number => problems.filter(({ problem }) => problem.severity === severity).length;
  const parts = (["error", "warning", "hint"] as const)
    .filter((severity) => count(severity) > 0)
    .map((severity) => paint(severity, plural(count(severity), severity)));
  return `${parts.length > 0 ? parts.join(", ") : "No problems"} in ${plural(files, "file")}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
