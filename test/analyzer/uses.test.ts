// A name is what it is where it is read: the same variable before and after it changed, the same name in two functions.

import assert from "node:assert/strict";
import { createAnalyzer } from "../../src/analyzer/analyzer";

/** The shapes of all reads, as `line:name shape`. */
function usesIn(text: string): string[] {
  const file = "/model.ts";
  const analyzer = createAnalyzer();
  analyzer.update(file, text);
  return analyzer
    .facts(file)!
    .shapes.filter(({ kind }) => kind === "use")
    .sort((a, b) => a.start - b.start)
    .map(({ name, shape, start }) => `${text.slice(0, start).split("\n").length}:${name} ${shape}`);
}

describe("Reads of a name", () => {
  it("have the shape of the moment", () => {
    const text = `import { relu, zeros } from "@shapelens/engine";
let h = zeros([2, 3]);
h = h.matmul(zeros([3, 4]));
const k = relu(h);`;
    assert.deepEqual(usesIn(text), ["3:h [2, 3]", "4:h [2, 4]"]);
  });

  it("are told apart by function", () => {
    const text = `import { relu, type Tensor, zeros } from "@shapelens/engine";
const f = (x: Tensor) => relu(x);
const g = (x: Tensor) => relu(x);
f(zeros([5]));
g(zeros([7]));`;
    assert.deepEqual(usesIn(text), ["2:x [5]", "3:x [7]"]);
  });

  it("reach into objects", () => {
    const text = `import { zeros } from "@shapelens/engine";
const data = { x: zeros([4, 2]) };
console.log(data.x);`;
    assert.deepEqual(usesIn(text), ["3:x [4, 2]"]);
  });
});
