// Comments and settings that silence problems.

import assert from "node:assert/strict";
import { type Facts, type Problem, type Severity } from "../../src/analyzer/facts";
import { shownProblems } from "../../src/server/report/problems";

/** A problem wherever `BAD-code` stands in the text. */
function factsOf(text: string): Facts {
  const problems = [...text.matchAll(/BAD_([a-z_]+)/g)].map((match): Problem => {
    const code = match[1]!.replaceAll("_", "-");
    const end = match.index + match[0].length;
    return { start: match.index, end, severity: "error", code, message: code, related: [] };
  });
  return { file: "/a.ts", problems, shapes: [], models: [], signatures: [], complete: true };
}

function shown(text: string, severities?: Record<string, Severity | "off">): string[] {
  const problems = shownProblems(factsOf(text), text, new Map(Object.entries(severities ?? {})));
  return problems.map(({ severity, code }) => `${severity} ${code}`);
}

describe("Problems that are shown", () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ["without a comment", "BAD_rank;\nBAD_broadcast;", ["error rank", "error broadcast"]],
    ["with their code", "// shapelens-ignore-next-line rank\nBAD_rank;\nBAD_rank;", ["error rank"]],
    ["with several codes", "// shapelens-ignore-next-line rank, broadcast\nBAD_rank; BAD_broadcast;", []],
    ["with no code, all of them", "// shapelens-ignore-next-line\nBAD_rank; BAD_broadcast;", []],
    ["with codes of several words", "// shapelens-ignore-next-line matmul-inner\nBAD_matmul_inner;", []],
    ["with another code", "  // shapelens-ignore-next-line broadcast\nBAD_rank;", ["hint unused-ignore", "error rank"]],
    ["with nothing to silence", "// shapelens-ignore-next-line rank\nfine();", ["hint unused-ignore"]],
    ["at the end of the file", "fine();\n// shapelens-ignore-next-line rank", ["hint unused-ignore"]],
    ["with other comments between", "// shapelens-ignore-next-line rank\n// why\n\nBAD_rank;", []],
    ["with a reason", "// shapelens-ignore-next-line rank the caller checks\nBAD_rank;", []],
    [
      "with a reason behind a dash",
      "// shapelens-ignore-next-line rank, broadcast -- as in NumPy\nBAD_rank; BAD_broadcast;",
      [],
    ],
    [
      "with a reason behind a colon",
      "// shapelens-ignore-next-line rank: broadcast is meant\nBAD_rank; BAD_broadcast;",
      ["error broadcast"],
    ],
    [
      "with one code of two that is not needed",
      "// shapelens-ignore-next-line rank, broadcast\nBAD_rank;",
      ["hint unused-ignore"],
    ],
    ["between the children of an element", "  {/* shapelens-ignore-next-line rank */}\n  {BAD_rank}", []],
    [
      "above a decorator",
      "// shapelens-ignore-next-line rank\n@traced()\n@bound\nBAD_rank;\nBAD_rank;",
      ["error rank"],
    ],
    ["with a warning", "// shapelens-ignore-next-line outer-broadcast\nBAD_outer_broadcast;", []],
    ["in block comments", "/* shapelens-ignore-next-line rank */\nBAD_rank;", []],
    ["with Windows line ends", "// shapelens-ignore-next-line rank\r\nBAD_rank;\r\nBAD_rank;", ["error rank"]],
    [
      "behind code, where it is no comment of ours",
      "f(); // shapelens-ignore-next-line rank\nBAD_rank;",
      ["error rank"],
    ],
    ["with a word that only begins alike", "// shapelens-ignore-next-lines\nBAD_rank;", ["error rank"]],
  ];
  for (const [name, text, expected] of cases) {
    it(`are right ${name}`, () => assert.deepEqual(shown(text), expected));
  }

  it("have the severity that the user gives their code", () => {
    const text = "BAD_rank; BAD_broadcast; BAD_contract;\n// shapelens-ignore-next-line";
    assert.deepEqual(shown(text, { rank: "warning", broadcast: "off", "unused-ignore": "off" }), [
      "warning rank",
      "error contract",
    ]);
  });

  it("say which code is not needed, and which is none", () => {
    const message = (text: string): [string, string][] =>
      shownProblems(factsOf(text), text).map(({ start, end, message: words }) => [text.slice(start, end), words]);
    assert.deepEqual(message("// shapelens-ignore-next-line rank, broadcast: why\nBAD_rank;"), [
      ["broadcast", "There is no problem broadcast on the next line: this can go."],
    ]);
    assert.deepEqual(message("{/* shapelens-ignore-next-line rnak */}\nBAD_rank;")[0], [
      "{/* shapelens-ignore-next-line rnak */}",
      "rnak is no code of a problem.",
    ]);
  });

  it("say nothing about unused comments where the analysis is incomplete", () => {
    const text = "// shapelens-ignore-next-line rank\nfine();";
    assert.deepEqual(shownProblems({ ...factsOf(text), complete: false }, text), []);
  });
});
