// After an edit only the statements that look at something that changed are interpreted again.

import assert from "node:assert/strict";
import { Session } from "../../src/analyzer/interpreter/session";
import { memoryFileSystem } from "../../src/analyzer/program/fileSystem";
import { Program } from "../../src/analyzer/program/program";

/** The statements that are interpreted anew when the one text becomes the other; undefined when all have to be. */
function interpretedAgain(before: string, after: string): string[] | undefined {
  const program = new Program(memoryFileSystem(new Map()));
  const header = 'import { Linear, relu, zeros } from "@shapelens/engine";\n';
  program.update("/main.ts", header + before);
  const none = (): undefined => undefined;
  const session = new Session(program, program.module("/main.ts")!, none, 2_000_000, undefined, none);
  const known = new Set(session.units);
  program.update("/main.ts", header + after);
  const { source } = program.module("/main.ts")!;
  if (!session.resume(undefined)) return undefined;
  return session.units.filter((unit) => !known.has(unit)).map(({ node }) => node.getText(source));
}

describe("after an edit", () => {
  const program = `const w = zeros([3, 4]);
const above = zeros([6]);
const x = zeros([2, 3]);
const below = zeros([7]);
const y = x.matmul(w);
const z = relu(y);
const other = zeros([5]);
`;

  it("what reads a changed variable is interpreted again, however far away", () => {
    assert.deepEqual(interpretedAgain(program, program.replace("[3, 4]", "[3, 8]")), [
      "const w = zeros([3, 8]);",
      "const y = x.matmul(w);",
      "const z = relu(y);",
    ]);
  });

  it("a new line is all that is interpreted", () => {
    const added = program.replace("const below", "const first = zeros([1]);\nconst below");
    assert.deepEqual(interpretedAgain(program, added), ["const first = zeros([1]);"]);
  });

  it("a line that goes takes along only what read it", () => {
    assert.deepEqual(interpretedAgain(program, program.replace("const x = zeros([2, 3]);\n", "")), [
      "const y = x.matmul(w);",
      "const z = relu(y);",
    ]);
  });

  it("a comment changes nothing", () => {
    const commented = program.replace("const below", "// The second one.\nconst below");
    assert.deepEqual(interpretedAgain(program, commented), []);
    assert.deepEqual(interpretedAgain(commented, commented.replace("second", "2nd")), []);
  });

  it("a brace too many leaves what stands below the function as it is", () => {
    const text = `export function f(n) {\n  const a = zeros([n]);\n  return a;\n}\n${program}`;
    const again = interpretedAgain(text, text.replace("return a", "} return a"))!;
    assert.deepEqual(
      again.filter((statement) => program.includes(statement)),
      [],
    );
  });

  it("conditions on numbers that are known teach nothing that others would have to hear of", () => {
    const text = `const n = 3;
const first = zeros([2]);
for (let i = 0; i < n; i++) relu(zeros([i + 1]));
if (n % 3 === 0 && n > 2) relu(zeros([n]));
const w = zeros([3, 4]);
const last = zeros([5]);
`;
    assert.deepEqual(interpretedAgain(text, text.replace("zeros([2])", "zeros([22])")), ["const first = zeros([22]);"]);
    assert.deepEqual(interpretedAgain(text, text.replace("i + 1", "i + 2")), [
      "for (let i = 0; i < n; i++) relu(zeros([i + 2]));",
    ]);
  });

  it("what is called above its declaration is found", () => {
    const text = "const a = make(3);\nconst b = zeros([2]);\nfunction make(n: number) { return zeros([n]); }\n";
    assert.deepEqual(interpretedAgain(text, text.replace("zeros([n])", "zeros([n, n])")), [
      "const a = make(3);",
      "function make(n: number) { return zeros([n, n]); }",
    ]);
  });

  it("what changes shared things is done in order", () => {
    const text = "const all = [1];\nall.push(2);\nconst a = zeros([2]);\nall.push(3);\nconst b = zeros(all);\n";
    assert.deepEqual(interpretedAgain(text, text.replace("push(2)", "push(7)")), [
      "all.push(7);",
      "all.push(3);",
      "const b = zeros(all);",
    ]);
  });

  it("other imports mean a new beginning", () => {
    assert.equal(interpretedAgain(program, `import { x as y2 } from "./other";\n${program}`), undefined);
  });
});
