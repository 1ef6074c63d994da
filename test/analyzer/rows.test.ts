// The rows of the shape table, in words.

import assert from "node:assert/strict";
import { createAnalyzer } from "../../src/analyzer/analyzer";

function rowsOf(text: string): string[] {
  const analyzer = createAnalyzer();
  analyzer.update("/rows.ts", `import { concat, ones, randn, stack } from "@shapelens/engine";\n${text}`);
  return analyzer.facts("/rows.ts")!.models.flatMap(({ layers }) => layers.map(({ op, input }) => `${op} ${input}`));
}

describe("A row of the shape table", () => {
  it("puts a dot between factors and a comma between other operands", () => {
    assert.deepEqual(rowsOf("randn([5, 3]).matmul(randn([3, 4])).add(randn([4]));"), [
      "matmul [5, 3] · [3, 4]",
      "add [5, 4], [4]",
    ]);
  });

  it("counts operands that are alike", () => {
    assert.deepEqual(rowsOf("stack(Array.from({ length: 45 }, () => ones([16])));"), ["stack 45 × [16]"]);
    assert.deepEqual(rowsOf("concat([ones([2]), ones([3]), ones([3]), ones([3])]);"), ["concat [2], 3 × [3]"]);
  });
});
