// Diagnostics move with the text: checked against the same edit made to a text with the range marked in it.

import assert from "node:assert/strict";
import fc from "fast-check";
import { type Diagnostic } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { shiftDiagnostics, shiftRange } from "../../src/server/shift";

/** Texts with few different characters, many line breaks among them. */
const texts = fc.array(fc.constantFrom("a", "b", "\n", " "), { maxLength: 24 }).map((parts) => parts.join(""));
const document = (text: string): TextDocument => TextDocument.create("file:///a.ts", "typescript", 1, text);
const span = (from: TextDocument, start: number, end: number) => ({
  start: from.positionAt(start),
  end: from.positionAt(end),
});

describe("Shifting a range by an edit", () => {
  it("keeps pointing at the same characters when the edit is outside", () => {
    fc.assert(
      fc.property(texts, texts, texts, texts, texts, (head, old, middle, marked, tail) => {
        fc.pre(marked.length > 0);
        const replacement = tail.slice(0, 5);
        const check = (before: string[], after: string[], edited: number, range: number): void => {
          const [from, to] = [document(before.join("")), document(after.join(""))];
          const offset = (parts: string[], index: number): number => parts.slice(0, index).join("").length;
          const editStart = offset(before, edited);
          const edit = span(from, editStart, editStart + before[edited]!.length);
          const start = offset(before, range);
          const shifted = shiftRange(span(from, start, start + marked.length), edit, replacement);
          const expected = offset(after, range);
          assert.deepEqual(shifted, span(to, expected, expected + marked.length));
        };
        check([head, old, middle, marked, tail], [head, replacement, middle, marked, tail], 1, 3);
        // Text that is inserted right behind the range does not belong to it.
        check([head, marked, middle, old, tail], [head, marked, middle, replacement, tail], 3, 1);
      }),
      { numRuns: 2_000 },
    );
  });

  it("always stays inside the new text", () => {
    const offsets = fc.tuple(fc.nat(24), fc.nat(24)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    fc.assert(
      fc.property(texts, texts, offsets, offsets, (text, replacement, edited, marked) => {
        const before = document(text);
        const edit = span(before, ...edited);
        const after = document(TextDocument.applyEdits(before, [{ range: edit, newText: replacement }]));
        const shifted = shiftRange(span(before, ...marked), edit, replacement);
        if (!shifted) return;
        assert.deepEqual(span(after, after.offsetAt(shifted.start), after.offsetAt(shifted.end)), shifted);
        assert.ok(after.offsetAt(shifted.start) <= after.offsetAt(shifted.end));
      }),
      { numRuns: 2_000 },
    );
  });

  it("forgets what was deleted as a whole", () => {
    const text = document("const a = b;");
    assert.equal(shiftRange(span(text, 6, 7), span(text, 5, 8), ""), undefined);
    assert.equal(shiftRange(span(text, 6, 7), span(text, 6, 7), ""), undefined);
  });
});

describe("Shifting diagnostics", () => {
  it("moves the places of the same document that they point to", () => {
    const text = document("one\ntwo\nthree\n");
    const related = (uri: string) => ({ location: { uri, range: span(text, 0, 3) }, message: "from here" });
    const diagnostic: Diagnostic = {
      range: span(text, 8, 13),
      message: "three",
      relatedInformation: [related(text.uri), related("file:///b.ts")],
    };
    const change = { range: span(text, 0, 0), text: "zero\n" };
    const [moved] = shiftDiagnostics([diagnostic], change, text.uri);
    assert.equal(moved!.range.start.line, 3);
    assert.deepEqual(
      moved!.relatedInformation!.map(({ location }) => location.range.start.line),
      [1, 0],
    );
  });

  it("forgets everything when the whole text is replaced", () => {
    const diagnostic: Diagnostic = { range: span(document("one"), 0, 3), message: "one" };
    assert.deepEqual(shiftDiagnostics([diagnostic], { text: "two" }, "file:///a.ts"), []);
  });
});
