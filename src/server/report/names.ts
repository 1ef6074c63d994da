// Which variable receives the value that is computed on a line.

import { type TextDocument } from "vscode-languageserver-textdocument";
import { type Facts } from "../../analyzer/facts";
import { type NamedLine } from "../../protocol/editor";

/** What may stand between a name and the expression it is given: a type and the equals sign. */
const between = /^[!?]?\s*(?::[^=]*)?=\s*(?:await\s+)?$/;

/** Each tensor variable or field with the lines of the call that defines it, or its own line where it is no call. */
export function namedLines({ shapes }: Facts, document: TextDocument): NamedLine[] {
  const text = document.getText();
  const calls = shapes.filter(({ kind }) => kind === "call").sort((a, b) => a.start - b.start || b.end - a.end);
  return shapes
    .filter(({ kind }) => kind === "variable" || kind === "field")
    .map(({ name, start, end }) => {
      // Calls that begin at the same place are sorted outermost first.
      const next = calls.find((call) => call.start >= end);
      const value = next && between.test(text.slice(end, next.start)) ? next : { start, end };
      return {
        name,
        startLine: document.positionAt(Math.min(start, value.start)).line,
        endLine: document.positionAt(value.end).line,
      };
    });
}
