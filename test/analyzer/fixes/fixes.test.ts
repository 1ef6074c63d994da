// Repairs of whole programs: what is offered, and the text that comes of the best.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Analyzer, createAnalyzer } from "../../../src/analyzer/analyzer";
import { type Edit, type Fix } from "../../../src/analyzer/facts";
import { memoryFileSystem } from "../../../src/analyzer/program/fileSystem";

const head =
  'import { concat, Conv2d, crossEntropy, Linear, LSTM, matmul, MaxPool2d, mse, randint, randn, relu, sigmoid, softmax, zeros, type Tensor } from "@shapelens/engine";\n';

interface Case {
  readonly wrong: string;
  /** What is offered, best first; at least these, in this order. */
  readonly titles: readonly string[];
  /** The text after the best. */
  readonly right: string;
}

const cases: Readonly<Record<string, Case>> = {
  "the literal in the layer, from computed data": {
    wrong: "const h = randn([8, 64, 7, 7]).flatten(1); new Linear(1024, 10).forward(h);",
    titles: ["Change 1024 to 3136 in new Linear(1024, 10)"],
    right: "const h = randn([8, 64, 7, 7]).flatten(1); new Linear(3136, 10).forward(h);",
  },
  "arithmetic in the layer": {
    wrong: "const h = randn([8, 16, 4, 4]).flatten(1); new Linear(16 * 5 * 5, 120).forward(h);",
    titles: ["Change 16 * 5 * 5 to 256 in new Linear(16 * 5 * 5, 120)"],
    right: "const h = randn([8, 16, 4, 4]).flatten(1); new Linear(256, 120).forward(h);",
  },
  "a constant that a layer is made with": {
    wrong: "const hidden = 64; const h = randn([8, 128]); new Linear(hidden, 10).forward(h);",
    titles: ["Change 64 to 128"],
    right: "const hidden = 128; const h = randn([8, 128]); new Linear(hidden, 10).forward(h);",
  },
  "a missing flatten": {
    wrong: "const images = zeros([8, 1, 28, 28]); new Linear(784, 10).forward(images);",
    titles: ["Use images.flatten(1)"],
    right: "const images = zeros([8, 1, 28, 28]); new Linear(784, 10).forward(images.flatten(1));",
  },
  "an operand that is no simple expression": {
    wrong: "const pick = true; const a = zeros([4, 3]); matmul(zeros([5, 3]), pick ? a : a);",
    titles: ["Use (pick ? a : a).T"],
    right: "const pick = true; const a = zeros([4, 3]); matmul(zeros([5, 3]), (pick ? a : a).T);",
  },
  "operands in the wrong order": {
    wrong: "const w = zeros([10, 5]); const x = zeros([32, 10]); matmul(w, x);",
    titles: ["Swap w and x"],
    right: "const w = zeros([10, 5]); const x = zeros([32, 10]); matmul(x, w);",
  },
  "arguments of a loss in the wrong order": {
    wrong: "const ids = randint(0, 10, [32]); const logits = randn([32, 10]); crossEntropy(ids, logits);",
    titles: ["Swap ids and logits"],
    right: "const ids = randint(0, 10, [32]); const logits = randn([32, 10]); crossEntropy(logits, ids);",
  },
  "class ids with an axis too many": {
    wrong: "const ids = randint(0, 10, [32, 1]); crossEntropy(randn([32, 10]), ids);",
    titles: ["Use ids.squeeze(1)"],
    right: "const ids = randint(0, 10, [32, 1]); crossEntropy(randn([32, 10]), ids.squeeze(1));",
  },
  "class ids for a loss of rows": {
    wrong: "const rows = randn([32, 9]); crossEntropy(randn([32, 10]), rows);",
    titles: ["Use rows.argmax(1)"],
    right: "const rows = randn([32, 9]); crossEntropy(randn([32, 10]), rows.argmax(1));",
  },
  "a column and a row": {
    wrong: "const p = new Linear(8, 1).forward(randn([64, 8])); const y = randn([64]); p.sub(y).square().mean();",
    titles: ["Use p.squeeze(1)", "Use y.expandDims(1)"],
    right:
      "const p = new Linear(8, 1).forward(randn([64, 8])); const y = randn([64]); p.squeeze(1).sub(y).square().mean();",
  },
  "an axis that is not there": {
    wrong: "softmax(randn([32, 10]), 2);",
    titles: ["Use axis 1"],
    right: "softmax(randn([32, 10]), 1);",
  },
  "a batch that was counted by hand": {
    wrong: "const x = zeros([24, 1, 28, 28]); x.reshape([32, 784]);",
    titles: ["Change 32 to 24"],
    right: "const x = zeros([24, 1, 28, 28]); x.reshape([24, 784]);",
  },
  "channels that come last": {
    wrong: "const x = randn([8, 32, 32, 3]); new Conv2d(3, 16, 3).forward(x);",
    titles: ["Use x.transpose([0, 3, 1, 2])", "Tell new Conv2d(3, 16, 3) that channels come last"],
    right: "const x = randn([8, 32, 32, 3]); new Conv2d(3, 16, 3).forward(x.transpose([0, 3, 1, 2]));",
  },
  "an image without channels": {
    wrong: "const x = randn([8, 28, 28]); new Conv2d(1, 16, 3).forward(x);",
    titles: ["Use x.expandDims(1)"],
    right: "const x = randn([8, 28, 28]); new Conv2d(1, 16, 3).forward(x.expandDims(1));",
  },
  "a mistake in a function, once for all its callers": {
    wrong: "const f = (x: Tensor) => relu(x).matmul(zeros([4, 2])); f(zeros([5, 3])); f(zeros([6, 3]));",
    titles: ["Change 4 to 3 in zeros([4, 2])"],
    right: "const f = (x: Tensor) => relu(x).matmul(zeros([3, 2])); f(zeros([5, 3])); f(zeros([6, 3]));",
  },
};

function applied(text: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) => b.start - a.start);
  return sorted.reduce((result, edit) => result.slice(0, edit.start) + edit.text + result.slice(edit.end), text);
}

function fixesOf(analyzer: Analyzer, file: string): Fix[] {
  const [problem] = analyzer.facts(file)!.problems;
  assert.ok(problem);
  return [...analyzer.fixes(file, problem)].filter((fix) => fix !== undefined);
}

function codesIn(file: string, text: string): string[] {
  const analyzer = createAnalyzer({ fileSystem: memoryFileSystem(new Map()) });
  analyzer.update(file, text);
  return analyzer.facts(file)!.problems.map(({ code }) => code);
}

describe("Repairs", () => {
  for (const [name, { wrong, titles, right }] of Object.entries(cases)) {
    it(`mend ${name}`, () => {
      const analyzer = createAnalyzer({ fileSystem: memoryFileSystem(new Map()) });
      analyzer.update("/main.ts", head + wrong);
      const fixes = fixesOf(analyzer, "/main.ts");
      assert.deepEqual(fixes.map(({ title }) => title).slice(0, titles.length), titles);
      assert.equal(applied(head + wrong, fixes[0]!.edits).slice(head.length), right);
    });
  }

  it("leave everything else as it was", () => {
    for (const { wrong } of Object.values(cases)) {
      const analyzer = createAnalyzer({ fileSystem: memoryFileSystem(new Map()) });
      analyzer.update("/main.ts", head + wrong);
      const text = head + wrong;
      const before = analyzer.facts("/main.ts");
      for (const { edits, title } of fixesOf(analyzer, "/main.ts")) {
        assert.deepEqual(codesIn("/main.ts", applied(text, edits)), [], title);
      }
      assert.deepEqual(analyzer.facts("/main.ts"), before);
    }
  });

  it("reach into other files, and are refused where they would break those", () => {
    const config = "export const width = 64;\nexport const depth = 10;\n";
    const main = `${head}import { depth, width } from "./config";
new Linear(width, depth).forward(zeros([2, 128]));
`;
    const other = `${head}import { depth } from "./config";
zeros([3, depth]).matmul(zeros([10, 4]));
`;
    const analyzer = createAnalyzer({ fileSystem: memoryFileSystem(new Map([["/config.ts", config]])) });
    analyzer.update("/main.ts", main);
    const [first] = fixesOf(analyzer, "/main.ts");
    assert.equal(first!.title, "Change 64 to 128 (config.ts)");
    assert.deepEqual(first!.edits, [{ file: "/config.ts", start: 21, end: 23, text: "128" }]);

    analyzer.update("/main.ts", main.replace("new Linear(width, depth)", "new Linear(depth, 5)"));
    const changesDepth = (): boolean =>
      fixesOf(analyzer, "/main.ts").some(({ edits }) => edits[0]!.file === "/config.ts");
    assert.ok(changesDepth());
    analyzer.update("/config.ts", config);
    analyzer.update("/other.ts", other);
    analyzer.facts("/other.ts");
    assert.ok(!changesDepth());
  });

  it("are none for a problem that is not there", () => {
    const analyzer = createAnalyzer({ fileSystem: memoryFileSystem(new Map()) });
    analyzer.update("/main.ts", `${head}zeros([2, 3]);`);
    assert.deepEqual([...analyzer.fixes("/main.ts", { start: 0, end: 1, code: "rank" })], []);
  });
});

describe("The problems in docs/problems.md", () => {
  const text = readFileSync(resolve(__dirname, "../../../docs/problems.md"), "utf8");
  for (const section of text.split(/^## /m).slice(1)) {
    const code = section.split("\n")[0]!;
    // Nobody can know what the true values are, or which argument was meant.
    if (code === "scalar-target" || code === "argument") continue;
    it(`have a repair: ${code}`, () => {
      const [, extension, wrong] = /^```(ts|js)\n(.*?)^```/ms.exec(section)!;
      const analyzer = createAnalyzer();
      const file = `/model.${extension}`;
      analyzer.update(file, wrong!);
      const [best] = fixesOf(analyzer, file);
      assert.ok(best);
      assert.deepEqual(codesIn(file, applied(wrong!, best.edits)), []);
    });
  }
});
