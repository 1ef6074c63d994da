// Where a comment that silences a problem can stand.

import assert from "node:assert/strict";
import { createAnalyzer } from "../../../src/analyzer/analyzer";

/** The text with a comment that silences `rank` at the first place where `BAD` stands. */
function ignored(text: string, file = "/main.tsx"): string | undefined {
  const analyzer = createAnalyzer();
  analyzer.update(file, text);
  const start = text.indexOf("BAD");
  const fix = analyzer.ignore(file, { start, end: start + 3 }, "rank");
  const [edit] = fix?.edits ?? [];
  return edit && text.slice(0, edit.start) + edit.text + text.slice(edit.end);
}

const cases: Readonly<Record<string, readonly [before: string, after: string | undefined]>> = {
  "above a statement": ["f();\nBAD;", "f();\n// shapelens-ignore-next-line rank\nBAD;"],
  "on the first line": ["BAD;", "// shapelens-ignore-next-line rank\nBAD;"],
  "as deep as the line": ["if (a) {\n\tBAD;\n}", "if (a) {\n\t// shapelens-ignore-next-line rank\n\tBAD;\n}"],
  "among arguments": ["f(\n  a,\n  BAD,\n);", "f(\n  a,\n  // shapelens-ignore-next-line rank\n  BAD,\n);"],
  "with the line ends of the file": ["f();\r\nBAD;\r\n", "f();\r\n// shapelens-ignore-next-line rank\r\nBAD;\r\n"],
  "between the children of an element": [
    "const e = <div>\n  {BAD}\n</div>;",
    "const e = <div>\n  {/* shapelens-ignore-next-line rank */}\n  {BAD}\n</div>;",
  ],
  "in the code within an element": [
    "const e = <div>{\n  BAD\n}</div>;",
    "const e = <div>{\n  // shapelens-ignore-next-line rank\n  BAD\n}</div>;",
  ],
  "beside a code that is there": [
    "// shapelens-ignore-next-line broadcast -- why\nBAD;",
    "// shapelens-ignore-next-line broadcast, rank -- why\nBAD;",
  ],
  "not within a text": ["const t = `\n  ${BAD}`;", undefined],
};

describe("A comment that silences a problem stands", () => {
  for (const [name, [before, after]] of Object.entries(cases)) it(name, () => assert.equal(ignored(before), after));
});
