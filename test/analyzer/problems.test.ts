// The documentation of the problems is true: in docs/problems.md the first piece of code under each heading has exactly
// the problem it is about, and the second has none.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createAnalyzer } from "../../src/analyzer/analyzer";
import { problemCodes } from "../../src/analyzer/codes";

const text = readFileSync(resolve(__dirname, "../../docs/problems.md"), "utf8");

interface Manifest {
  readonly contributes: {
    readonly configuration: {
      readonly properties: {
        readonly "shapelens.problems.severity": { readonly propertyNames: { readonly enum: readonly string[] } };
      };
    };
  };
}

interface Section {
  readonly code: string;
  readonly extension: string;
  readonly wrong: string;
  readonly right: string;
}

const sections = text
  .split(/^## /m)
  .slice(1)
  .map((section): Section => {
    const fences = [...section.matchAll(/^```(ts|js)\n(.*?)^```/gms)];
    assert.equal(fences.length, 2, `two pieces of code under ${section.split("\n")[0]}`);
    const [wrong, right] = fences as [RegExpMatchArray, RegExpMatchArray];
    return { code: section.split("\n")[0]!, extension: wrong[1]!, wrong: wrong[2]!, right: right[2]! };
  });

function codesIn(source: string, extension: string): string[] {
  const file = `/model.${extension}`;
  const analyzer = createAnalyzer();
  analyzer.update(file, source);
  return analyzer.facts(file)!.problems.map((problem) => problem.code);
}

describe("docs/problems.md", () => {
  for (const { code, extension, wrong, right } of sections) {
    it(`shows ${code}`, () => assert.deepEqual(codesIn(wrong, extension), [code]));
    it(`shows how to mend ${code}`, () => assert.deepEqual(codesIn(right, extension), []));
  }

  it("documents each code once", () => {
    const codes = sections.map((section) => section.code);
    assert.deepEqual(codes, [...new Set(codes)]);
    // What an ignore comment is worth is explained above the sections.
    const explained = (code: string): boolean => codes.includes(code) || text.includes(`\`${code}\``);
    assert.deepEqual(
      [...problemCodes].filter((code) => !explained(code)),
      [],
    );
  });

  it("has the codes that the settings know", () => {
    const manifest = JSON.parse(readFileSync(resolve(__dirname, "../../package.json"), "utf8")) as Manifest;
    const { propertyNames } = manifest.contributes.configuration.properties["shapelens.problems.severity"];
    assert.deepEqual([...propertyNames.enum].sort(), [...problemCodes].sort());
  });
});
