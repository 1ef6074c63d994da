// After any edits the facts are those of an analyzer that never saw another text.

import assert from "node:assert/strict";
import fc from "fast-check";
import { type Analyzer, createAnalyzer } from "../../src/analyzer/analyzer";
import { edit, programs } from "./edits";
import { memoryFileSystem } from "../../src/analyzer/program/fileSystem";

const engine = 'import { Linear, Module, Tensor, relu, zeros } from "@shapelens/engine";\n';

const project: Readonly<Record<string, string>> = {
  "/sizes.ts": "export const sizes = [784, 128];\nexport let hidden = 64;\nexport const grow = (n: number) => n * 2;\n",
  "/block.ts": `${engine}import { hidden, grow } from "./sizes";
import { depth } from "./main";
export class Block extends Module {
  first = new Linear(hidden, grow(hidden));
  second = new Linear(128, hidden);
  override forward(x: Tensor) { return this.second.forward(relu(this.first.forward(x))); }
}
export const twice = (x: Tensor) => x.add(x);
export const deepest = () => depth;
`,
  "/extend.ts": 'import { sizes } from "./sizes";\nsizes.push(10);\nexport const count = sizes.length;\n',
  "/main.ts": `${engine}import { count } from "./extend";
import { sizes } from "./sizes";
import { Block, twice } from "./block";
export const depth = 2;
const x = zeros([32, 64]);
let h = x;
for (let i = 0; i < depth; i++) h = new Block().forward(h);
const out = twice(h).matmul(zeros([64, sizes[count - 1]!]));
sizes.push(7);
const all = zeros(sizes);
`,
};

type Step =
  | {
      readonly kind: "edit";
      readonly file: string;
      readonly at: number;
      readonly length: number;
      readonly text: string;
    }
  | { readonly kind: "restore" | "close" | "disk"; readonly file: string };

const file = fc.constantFrom(...Object.keys(project));
const text = fc.constantFrom("1", "7", "(", ")", "}", "{", ";", "x", " + 1", '"', "export ", "// ", "\n", "");
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("edit" as const), file, at: fc.nat(600), length: fc.nat(4), text }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom("restore" as const, "close" as const, "disk" as const), file }),
  },
);

/** An editor's side: what is on the disk, what is open, and the analyzer that is told of every change. */
class Editor {
  readonly disk = new Map(Object.entries(project));
  readonly open = new Map<string, string>();
  readonly analyzer: Analyzer = createAnalyzer({ fileSystem: memoryFileSystem(this.disk) });

  do(step: Step): void {
    const { file } = step;
    switch (step.kind) {
      case "edit": {
        const before = this.open.get(file) ?? this.disk.get(file)!;
        const at = Math.min(step.at, before.length);
        this.type(file, before.slice(0, at) + step.text + before.slice(at + step.length));
        break;
      }
      case "restore":
        this.type(file, project[file]!);
        break;
      case "close":
        this.open.delete(file);
        this.analyzer.close(file);
        break;
      case "disk":
        this.disk.set(file, this.open.get(file) ?? project[file]!.replace("128", "100"));
        this.analyzer.changedOnDisk(file);
        break;
    }
  }

  type(file: string, content: string): void {
    this.open.set(file, content);
    this.analyzer.update(file, content);
  }

  /** An analyzer that sees only the present. */
  fresh(): Analyzer {
    const analyzer = createAnalyzer({ fileSystem: memoryFileSystem(this.disk) });
    for (const [file, content] of this.open) analyzer.update(file, content);
    return analyzer;
  }
}

describe("incremental analysis", () => {
  it("says what a fresh one says", () => {
    const property = fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
      const editor = new Editor();
      editor.type("/main.ts", project["/main.ts"]!);
      editor.type("/block.ts", project["/block.ts"]!);
      for (const each of steps) {
        editor.do(each);
        for (const file of editor.open.keys()) {
          assert.deepEqual(editor.analyzer.facts(file), editor.fresh().facts(file), file);
        }
      }
    });
    fc.assert(property, { numRuns: 60 });
  }).timeout(60_000);

  it("says what a fresh one says of a file that is edited again and again", () => {
    const edits = fc.array(fc.oneof({ weight: 5, arbitrary: edit }, { weight: 1, arbitrary: fc.constant(undefined) }), {
      minLength: 1,
      maxLength: 10,
    });
    const property = fc.property(fc.constantFrom(...programs), edits, (program, changes) => {
      const analyzer = createAnalyzer({ fileSystem: memoryFileSystem(new Map()) });
      let text = program;
      for (const change of [(unchanged: string) => unchanged, ...changes]) {
        // Taking everything back is an edit, too.
        text = change ? change(text) : program;
        analyzer.update("/main.ts", text);
        const fresh = createAnalyzer({ fileSystem: memoryFileSystem(new Map()) });
        fresh.update("/main.ts", text);
        assert.deepEqual(analyzer.facts("/main.ts"), fresh.facts("/main.ts"));
      }
    });
    fc.assert(property, { numRuns: 80 });
  }).timeout(120_000);

  it("leaves nothing behind where it is cancelled", () => {
    const editor = new Editor();
    const loop = "for (let i = 0; i < 900; i++) { sizes[0] = sizes[0]! + i % 7; sizes.push(i); }\n";
    editor.type("/main.ts", project["/main.ts"]! + loop);
    editor.type("/extend.ts", project["/extend.ts"]!);
    for (const text of [loop, `${loop}const more = 1;\n`, "", loop]) {
      editor.type("/main.ts", project["/main.ts"]! + text);
      let asked = 0;
      const cancelled = editor.analyzer.facts("/main.ts", {
        get isCancellationRequested() {
          return ++asked > 1;
        },
      });
      assert.equal(cancelled === undefined, text !== "", "only the loop takes long enough to be cancelled");
      for (const file of editor.open.keys()) {
        assert.deepEqual(editor.analyzer.facts(file), editor.fresh().facts(file), file);
      }
    }
  }).timeout(60_000);

  it("names every open file that an edit reaches", () => {
    const editor = new Editor();
    for (const [name, content] of Object.entries(project)) editor.type(name, content);
    for (const name of Object.keys(project)) editor.analyzer.facts(name);
    assert.deepEqual([...editor.analyzer.dependents("/sizes.ts")].sort(), Object.keys(project).sort());
  });
});
