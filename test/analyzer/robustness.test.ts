// Broken, truncated and hostile sources: facts or nothing, never an exception, never without end.

import assert from "node:assert/strict";
import fc from "fast-check";
import { createAnalyzer } from "../../src/analyzer/analyzer";
import { analyse } from "./check";

const source = `import { Linear, Module, relu, zeros, type Tensor } from "@shapelens/engine";
class Net extends Module {
  fc = new Linear(3, 4);
  get n() { return this.fc; }
  override forward(x: Tensor) { const [b = 1, ...rest] = x.shape; return relu(this.fc.forward(x)); }
}
function* pairs(n) { for (let i = 0; i < n; i++) yield { i, x: zeros([i, 3]) }; }
outer: for (const { i, x } of pairs(4)) { switch (i) { case 1: continue outer; default: break; } }
const net = new Net(); let y = net?.forward(zeros([2, 3])) ?? null;
try { y = y.matmul(zeros([4, 1])); } catch (e) { throw e; } finally { y = \`\${y}\` + [...[1, 2]].map((k) => k ** 2); }
const { a: { b: [c] } = { b: [1] } } = {}; export default async () => { await net.forward(y); };
`;

describe("bad input", () => {
  it("may end anywhere", () => {
    for (let end = 0; end < source.length; end += 3) analyse(source.slice(0, end));
  });

  it("may have anything in it", () => {
    const piece = fc.constantFrom(
      "(",
      ")",
      "{",
      "}",
      "[",
      "]",
      "=>",
      "...",
      "`",
      "class ",
      "yield ",
      "?.",
      "super",
      "=",
      ",",
      "this",
      "await ",
      "new ",
    );
    const edit = fc.tuple(fc.nat(source.length), fc.nat(12), piece);
    const property = fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let text = source;
      for (const [at, length, insert] of edits) text = text.slice(0, at) + insert + text.slice(at + length);
      const analyzer = createAnalyzer();
      analyzer.update("/main.ts", source);
      analyzer.facts("/main.ts");
      analyzer.update("/main.ts", text);
      assert.ok(analyzer.facts("/main.ts"));
    });
    fc.assert(property, { numRuns: 150 });
  });

  const hostile: Readonly<Record<string, string>> = {
    "an endless loop": "while (true) {} ",
    "an endless count": "let n = 0; for (;;) n++;",
    "endless recursion": "function f(n) { return f(n + 1) + f(n + 2); } f(0);",
    "mutual recursion": "const f = (x) => g(x), g = (x) => f(x); f(1);",
    "a getter that asks itself": "const o = { get x() { return this.x; } }; o.x;",
    "a class that extends itself": "class A extends A {} new A();",
    "a list that grows while it is looped over": "const a = [1]; for (const x of a) a.push(x);",
    "an endless generator": "function* g() { while (true) yield 1; } for (const x of g()) if (x > 2) break;",
    "deep nesting": `${"(".repeat(10_000)}1${")".repeat(10_000)}`,
    "deep blocks": `${"{".repeat(10_000)}${"}".repeat(10_000)}`,
    "deep lists": `const a = ${"[".repeat(10_000)}${"]".repeat(10_000)};`,
    "deep functions": `const f = ${"() => ".repeat(10_000)}1;`,
    "five megabytes in a comment": "const x = zeros([2, 3]).add(1); // a line of some length\n".padEnd(5_000_000, "x"),
    "a list of many numbers": `const numbers = [${"1.25, ".repeat(50_000)}];`,
    "a deep sum": `const s = ${"1 + ".repeat(5000)}1;`,
    "a long chain": `const s = x${".f()".repeat(3000)};`,
  };
  for (const [name, text] of Object.entries(hostile)) it(`may have ${name}`, () => assert.ok(analyse(text)));
});
