// One program as a test: the source text carries carets under what is expected, and nothing else may be found.
// A line `//  ^^^ code` below a line of code expects a problem with that code on exactly that span.

import assert from "node:assert/strict";
import { createAnalyzer } from "../../src/analyzer/analyzer";
import { type Facts } from "../../src/analyzer/facts";
import { memoryFileSystem } from "../../src/analyzer/program/fileSystem";

const expectation = /^\s*\/\/\s*(\^+) (error |warning |hint )?([\w-]+)$/;

/** Analyses the text and compares its problems with the carets in it. Answers the facts. */
export function check(text: string, file = "/main.ts", others: Readonly<Record<string, string>> = {}): Facts {
  const facts = analyse(text, file, others);
  const found = facts.problems.map((problem) => `${problem.start}-${problem.end} ${problem.severity} ${problem.code}`);
  assert.deepEqual(found, expected(text), facts.problems.map((problem) => problem.message).join("\n"));
  return facts;
}

export function analyse(text: string, file = "/main.ts", others: Readonly<Record<string, string>> = {}): Facts {
  const analyzer = createAnalyzer({ fileSystem: memoryFileSystem(new Map(Object.entries(others))) });
  analyzer.update(file, text);
  const facts = analyzer.facts(file);
  assert.ok(facts);
  return facts;
}

function expected(text: string): string[] {
  const found: string[] = [];
  let codeLine = 0;
  let offset = 0;
  for (const line of text.split("\n")) {
    const match = expectation.exec(line);
    if (match) {
      const start = codeLine + line.indexOf("^");
      found.push(`${start}-${start + match[1]!.length} ${(match[2] ?? "error").trim()} ${match[3]!}`);
    } else codeLine = offset;
    offset += line.length + 1;
  }
  return found;
}

/** The shape the editor shows for a variable, parameter or field: the last one of that name. */
export function shapeOf(facts: Facts, name: string): string | undefined {
  return facts.shapes.filter((shape) => shape.name === name && shape.kind !== "call").at(-1)?.shape;
}
