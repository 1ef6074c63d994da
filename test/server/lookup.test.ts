// What a person means who points at a word.

import assert from "node:assert/strict";
import { type Facts, type ShapeFact } from "../../src/analyzer/facts";
import { shapeAt } from "../../src/server/report/lookup";

const text = `const x = ones([2, 3]);
const y = relu(f(x)
  .matmul(w, ")"));
// x is input
const z = x.T + obj.x + x2;
this.w = x;
k(this.w);
function g(a) { return a; }
function h(a) { return a; }
a;
`;

/** The n-th place of a piece of the text. */
function spanOf(part: string, occurrence = 1): { start: number; end: number } {
  let start = -1;
  for (let count = 0; count < occurrence; count++) start = text.indexOf(part, start + 1);
  assert.ok(start >= 0, part);
  return { start, end: start + part.length };
}

function fact(kind: ShapeFact["kind"], part: string, shape: string, occurrence = 1, name = part): ShapeFact {
  return { ...spanOf(part, occurrence), kind, name, shape, dtype: "float32", origins: [] };
}

const facts: Facts = {
  file: "/a.ts",
  shapes: [
    fact("variable", "x", "[2, 3]"),
    fact("call", "ones([2, 3])", "[2, 3]"),
    fact("variable", "y", "[9]"),
    fact("call", `relu(f(x)\n  .matmul(w, ")"))`, "[9]"),
    fact("field", "w", "[7]", 2),
    fact("parameter", "a", "[1]", text.slice(0, text.indexOf("(a)") + 2).split("a").length - 1),
    fact("parameter", "a", "[5]", text.slice(0, text.lastIndexOf("(a)") + 2).split("a").length - 1),
  ],
  problems: [],
  models: [],
  signatures: [],
  complete: true,
};

function at(part: string, occurrence = 1, inside = 0): string | undefined {
  return shapeAt(facts, text, spanOf(part, occurrence).start + inside)?.shape;
}

describe("The shape under the mouse", () => {
  it("is that of the name", () => assert.equal(at("x"), "[2, 3]"));
  it("is that of the name with the mouse at its end", () => assert.equal(at("x", 1, 1), "[2, 3]"));
  it("is that of the call whose name it is", () => assert.equal(at("relu", 1, 2), "[9]"));
  it("is not that of a call around another call", () => assert.equal(at("f(x)"), undefined));
  it("is that of a use of the name", () => assert.equal(at("x.T"), "[2, 3]"));
  it("is not that of a member with the name", () => assert.equal(at("obj.x", 1, 4), undefined));
  it("is not that of a longer name", () => assert.equal(at("x2"), undefined));
  it("is nothing in a comment", () => assert.equal(at("// x", 1, 3), undefined));
  it("is that of a field by its name after a dot", () => assert.equal(at("this.w);", 1, 5), "[7]"));
  it("is nothing for a name that means several things", () => assert.equal(at("\na;", 1, 1), undefined));
  it("is nothing on a keyword, a number or a blank", () => {
    assert.equal(at("const"), undefined);
    assert.equal(at("2, 3"), undefined);
    assert.equal(at("= ones"), undefined);
  });
});
