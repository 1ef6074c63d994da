// What an analyzer keeps does not grow with the number of edits.

import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createAnalyzer } from "../../src/analyzer/analyzer";
import { memoryFileSystem } from "../../src/analyzer/program/fileSystem";

const helper = (size: number): string => `export const size = ${size};\nexport const twice = (n: number) => 2 * n;\n`;
const main = `import { Linear, relu, zeros } from "@shapelens/engine";
import { size, twice } from "./helper";
const layers = Array.from({ length: 20 }, () => new Linear(size, size));
let h = zeros([twice(3), size]);
for (const layer of layers) h = relu(layer.forward(h));
`;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function heap(): number {
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

describe("memory", () => {
  for (const edited of ["/helper.ts", "/main.ts"]) {
    it(`stays as it is over edits of ${edited}`, () => {
      const analyzer = createAnalyzer({ fileSystem: memoryFileSystem(new Map()) });
      const edit = (n: number): void => {
        analyzer.update("/helper.ts", helper(edited === "/helper.ts" ? n : 8));
        analyzer.update("/main.ts", edited === "/main.ts" ? main.replace("3", String(n)) : main);
        for (const file of ["/helper.ts", "/main.ts"]) assert.ok(analyzer.facts(file)?.complete);
      };
      for (let n = 1; n <= 20; n++) edit(n);
      const before = heap();
      for (let n = 21; n <= 220; n++) edit(n);
      // An analysis that is kept for nothing takes about a hundred kilobytes.
      assert.ok(heap() - before < 5, `${before.toFixed(1)} MB became ${heap().toFixed(1)} MB`);
    });
  }
});
