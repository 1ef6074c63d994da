// A file that is parsed again after an edit has the very tree that a new parse gives, made of the old one's statements.

import assert from "node:assert/strict";
import fc from "fast-check";
import { ts } from "ts-morph";
import { type Module, parseModule } from "../../src/analyzer/program/module";

const text = `import { Linear, relu } from "@shapelens/engine";

/** Doubles a number. */
export function double(n: number): number {
  return 2 * n; // twice
}

/* A class. */
class Net {
  /** @type {Linear} */
  fc = new Linear(3, double(2));
  forward(x) {
    return relu(this.fc.forward(x));
  }
}

// The same line, three times.
double(1);
double(1);
double(1);
for (let i = 0; i < 3; i++) {
  double(i);
}
export const net = new Net();
`;

/** Every node and list of a tree in the order of the text: what it is, where it stands and what it stands in. */
function outline(source: ts.SourceFile): string[] {
  const lines: string[] = [];
  const visit = (node: ts.Node, parent: ts.Node | undefined): void => {
    assert.equal(node.parent, parent, `what ${ts.SyntaxKind[node.kind]} at ${node.pos} stands in`);
    lines.push(`${ts.SyntaxKind[node.kind]} ${node.pos}–${node.end}`);
    const { jsDoc = [] } = node as { readonly jsDoc?: readonly ts.JSDoc[] };
    for (const doc of jsDoc) visit(doc, node);
    ts.forEachChild(
      node,
      (child) => {
        visit(child, node);
      },
      (children) => {
        lines.push(`list ${children.pos}–${children.end}`);
        for (const child of children) visit(child, node);
      },
    );
  };
  visit(source, undefined);
  return lines;
}

const fresh = (edited: string): string[] => outline(parseModule("/net.ts", edited).source);

describe("a file parsed again", () => {
  it("has the tree that a new parse gives, whatever was typed", () => {
    const place = fc.integer({ min: 0, max: text.length });
    const piece = fc.constantFrom(
      "",
      "}",
      "{",
      "(",
      "/*",
      "*/",
      "/**",
      "//",
      "`",
      "1",
      "double(1);\n",
      "\n",
      "export ",
    );
    const edit = fc.record({ start: place, length: fc.integer({ min: 0, max: 30 }), piece });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) => {
        let module: Module = parseModule("/net.ts", text);
        for (const { start, length, piece } of edits) {
          const now = module.text;
          const edited = now.slice(0, start) + piece + now.slice(start + length);
          // There and back, as a person types.
          for (const next of [edited, now, edited]) {
            module = parseModule("/net.ts", next, module);
            assert.deepEqual(outline(module.source), fresh(next), next);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("keeps each statement that reads as before, though a brace is missing above it", () => {
    const module = parseModule("/net.ts", text);
    const before = [...module.source.statements];
    parseModule("/net.ts", text.replace("return 2 * n;", "} return 2 * n;"), module);
    const kept = before.filter((statement) => module.source.statements.includes(statement));
    assert.deepEqual(kept, [before[0], ...before.slice(2)]);
  });

  it("takes a statement whose documentation changes for another one", () => {
    const module = parseModule("/net.ts", text);
    const [, before] = module.source.statements;
    parseModule("/net.ts", text.replace("Doubles", "Halves"), module);
    assert.notEqual(module.source.statements[1], before);
  });
});
