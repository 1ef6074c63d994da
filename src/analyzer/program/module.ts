// A file as the analyzer sees it: its text, its syntax tree, and a version that changes with every change.

import { ts } from "ts-morph";
import { keepSameStatements, standings } from "./sameStatements";

/**
 * The same object through all texts of the file: what holds on to a node asks it for the text as it is now. Nodes that
 * an edit did not touch stay the same, and their positions follow the text.
 */
export interface Module {
  readonly file: string;
  readonly text: string;
  readonly source: ts.SourceFile;
  /** Unique over all files and all their texts. */
  readonly version: number;
}

let versionCount = 0;

/** Parses a file; when it was parsed before, only what changed is parsed again. */
export function parseModule(file: string, text: string, before?: Module): Module {
  const now = { file, text, source: parse(file, text, before), version: ++versionCount };
  return before ? Object.assign(before, now) : now;
}

function parse(file: string, text: string, before: Module | undefined): ts.SourceFile {
  if (before) {
    const statements = standings(before.source);
    const source = parseChange(before, text);
    if (source) {
      keepSameStatements(source, statements, before.text);
      return source;
    }
  }
  try {
    return parseWhole(file, text);
  } catch {
    // Nested too deeply for the parser: there is nothing to say about such a file.
    return parseWhole(file, "");
  }
}

/** An incremental parse may give up on a broken text; a full one never does. */
function parseChange(before: Module, text: string): ts.SourceFile | undefined {
  try {
    return ts.updateSourceFile(before.source, text, changeBetween(before.text, text));
  } catch {
    return undefined;
  }
}

function parseWhole(file: string, text: string): ts.SourceFile {
  const options = { languageVersion: ts.ScriptTarget.ESNext, jsDocParsingMode: ts.JSDocParsingMode.ParseAll };
  return ts.createSourceFile(file, text, options, true, scriptKind(file));
}

function scriptKind(file: string): ts.ScriptKind {
  if (/\.(tsx)$/i.test(file)) return ts.ScriptKind.TSX;
  if (/\.jsx$/i.test(file)) return ts.ScriptKind.JSX;
  return /\.[cm]?js$/i.test(file) ? ts.ScriptKind.JS : ts.ScriptKind.TS;
}

/** The smallest single replacement that turns one text into the other. */
function changeBetween(before: string, after: string): ts.TextChangeRange {
  const shorter = Math.min(before.length, after.length);
  const start = countSame(shorter, (from, to) => before.slice(from, to) === after.slice(from, to));
  const end = countSame(shorter - start, (from, to) => fromEnd(before, from, to) === fromEnd(after, from, to));
  return { span: { start, length: before.length - start - end }, newLength: after.length - start - end };
}

/** How many of the first characters are the same; pieces are compared, since the texts are long and nearly alike. */
function countSame(most: number, isSame: (from: number, to: number) => boolean): number {
  let count = 0;
  for (let step = 4096; step >= 1; step /= 4) while (count + step <= most && isSame(count, count + step)) count += step;
  return count;
}

const fromEnd = (text: string, from: number, to: number): string => text.slice(text.length - to, text.length - from);
