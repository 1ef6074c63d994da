// Diagnostics that are already shown move with the text while it is edited, until the next analysis replaces them.

import { type Diagnostic, type Position, type Range, type TextDocumentContentChangeEvent } from "vscode-languageserver";

/** The diagnostics of the document `uri` after one change of its text; those whose whole text was deleted are gone. */
export function shiftDiagnostics(
  diagnostics: readonly Diagnostic[],
  change: TextDocumentContentChangeEvent,
  uri: string,
): Diagnostic[] {
  if (!("range" in change)) return [];
  return diagnostics.flatMap((diagnostic) => {
    const range = shiftRange(diagnostic.range, change.range, change.text);
    if (!range) return [];
    const relatedInformation = diagnostic.relatedInformation?.flatMap((related) => {
      if (related.location.uri !== uri) return [related];
      const shifted = shiftRange(related.location.range, change.range, change.text);
      return shifted ? [{ ...related, location: { uri, range: shifted } }] : [];
    });
    return [{ ...diagnostic, range, ...(relatedInformation && { relatedInformation }) }];
  });
}

/** Where a range is after `edited` was replaced by `text`; `undefined` when the edit took all of it. */
export function shiftRange(range: Range, edited: Range, text: string): Range | undefined {
  const lines = text.split("\n");
  const lastLine = lines.at(-1)!.length;
  const newEnd: Position = {
    line: edited.start.line + lines.length - 1,
    character: lines.length === 1 ? edited.start.character + lastLine : lastLine,
  };
  const move = (position: Position): Position => {
    if (position.line > edited.end.line) {
      return { line: position.line - edited.end.line + newEnd.line, character: position.character };
    }
    return { line: newEnd.line, character: newEnd.character + position.character - edited.end.character };
  };

  if (!isBefore(edited.start, range.end)) return range;
  if (!isBefore(range.start, edited.end)) return { start: move(range.start), end: move(range.end) };
  const start = isBefore(range.start, edited.start) ? range.start : edited.start;
  const end = isBefore(range.end, edited.end) ? newEnd : move(range.end);
  return isBefore(start, end) ? { start, end } : undefined;
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
