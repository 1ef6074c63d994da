// Ten thousand broken sources: the programs of the examples and the documentation, mutilated and cut off.

import assert from "node:assert/strict";
import fc from "fast-check";
import { createAnalyzer } from "../../src/analyzer/analyzer";
import { memoryFileSystem } from "../../src/analyzer/program/fileSystem";
import { edit, programs } from "./edits";

const count = 10_000;

describe("ten thousand broken sources", () => {
  it("give facts, one after the other in the same analyzer", () => {
    const analyzer = createAnalyzer({ fileSystem: memoryFileSystem(new Map()), budget: 50_000 });
    const source = fc.tuple(fc.constantFrom(...programs), fc.array(edit, { minLength: 1, maxLength: 6 }), fc.boolean());
    for (const [program, edits, isCut] of fc.sample(source, { numRuns: count, seed: 1 })) {
      const broken = edits.reduce((text, change) => change(text), program);
      const text = isCut ? broken.slice(0, broken.length / 2) : broken;
      analyzer.update("/main.ts", text);
      assert.ok(analyzer.facts("/main.ts"), text);
    }
  }).timeout(600_000);
});
