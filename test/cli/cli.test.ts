// The command line as a process: what it prints, where, and its exit code.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(__dirname, "../..");

const clean = `import { ones } from "@shapelens/engine";
export const y = ones([5, 3]).matmul(ones([3, 4]));
`;
const broken = `import { ones } from "@shapelens/engine";
const x = ones([5, 3]);
const w = ones([2, 4]);
\tconst 図 = "🙂", y = x.matmul(w);
`;
const network = `import { Linear, Module } from "@shapelens/engine";
export class Net extends Module {
  fc = new Linear(784, 10);
  forward(x) {
    return this.fc.forward(x);
  }
}
`;

const column = `import { Linear, randn } from "@shapelens/engine";
export const error = new Linear(8, 1).forward(randn([64, 8])).sub(randn([64]));
`;
const squeezed = `import { type Tensor } from "@shapelens/engine";
export const flat = (x: Tensor<"batch 1">) => x.squeeze();
`;

interface Position {
  readonly line: number;
  readonly character: number;
}

interface Range {
  readonly start: Position;
  readonly end: Position;
}

describe("The command line", function () {
  this.timeout(30_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "shapelens-cli-"));
    const files: Readonly<Record<string, string>> = {
      "clean.ts": clean,
      "broken.ts": broken,
      "net.js": network,
      "plain.ts": "const x: number = 'not our business';\n",
      "ignored.ts": broken.replace("\tconst", "// shapelens-ignore-next-line matmul-inner\n\tconst"),
      "unused.ts": `// shapelens-ignore-next-line matmul-inner\n${clean}`,
      "column.ts": column,
      "squeezed.ts": squeezed,
      "notes.md": "# Notes\n",
      "project/a.mjs": broken.replace("図", "z"),
      "project/deep/b.tsx": broken.replace("図", "z"),
      "project/types.d.ts": broken,
      "project/node_modules/package/c.ts": broken,
      "project/dist/d.js": broken,
      "project/.hidden/e.ts": broken,
      "empty/notes.md": "",
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    symlinkSync(join(folder, "project"), join(folder, "project/deep/circle"));
    symlinkSync(join(folder, "gone.ts"), join(folder, "project/dangling.ts"));
  });
  after(() => rmSync(folder, { recursive: true }));

  function run(...args: string[]): { code: number | null; out: string; error: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "dist/cli.js"), ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, FORCE_COLOR: "1" },
    });
    return { code: status, out: stdout, error: stderr };
  }

  /** The problems as JSON, with the text under each place. */
  function problems(...args: string[]): { code: number | null; problems: Record<string, unknown>[] } {
    const { code, out } = run("check", ...args, "--format", "json");
    const parsed = JSON.parse(out) as { version: number; problems: Record<string, unknown>[] };
    assert.equal(parsed.version, 1);
    return { code, problems: parsed.problems };
  }

  function textAt(file: string, { start, end }: Range): string {
    assert.equal(start.line, end.line);
    return readFileSync(file, "utf8").split("\n")[start.line]!.slice(start.character, end.character);
  }

  describe("check", () => {
    it("is 0 and says so when there is no problem", () => {
      assert.deepEqual(run("check", "clean.ts"), { code: 0, out: "No problems in 1 file\n", error: "" });
      assert.deepEqual(problems("clean.ts", "plain.ts"), { code: 0, problems: [] });
    });

    it("is 1 and shows the lines with their places marked", () => {
      const { code, out, error } = run("check", "broken.ts");
      assert.equal(code, 1);
      assert.equal(error, "");
      assert.equal(
        out,
        `error[matmul-inner]: matmul: [5, 3] · [2, 4]: inner dimensions differ, 3 ≠ 2.
 --> broken.ts:4:31
  |
2 | const x = ones([5, 3]);
  |                    - 3 is axis 1 of x, from ones([5, 3])
3 | const w = ones([2, 4]);
  |                 - 2 is axis 0 of w, from ones([2, 4])
4 | \tconst 図 = "🙂", y = x.matmul(w);
  | \t                              ^
  |
  = Fix: make the second operand [3, 4].

1 error in 1 file
`,
      );
    });

    it("tells programs the same", () => {
      const file = join(folder, "broken.ts");
      const { code, problems: found } = problems("broken.ts");
      assert.equal(code, 1);
      assert.equal(found.length, 1);
      const [{ range, related, message, ...problem }] = found as [
        { range: Range; message: string; related: { file: string; range: Range; message: string }[] },
      ];
      assert.deepEqual(problem, { file, severity: "error", code: "matmul-inner" });
      assert.match(message, /3 ≠ 2/);
      assert.deepEqual(range, { start: { line: 3, character: 30 }, end: { line: 3, character: 31 } });
      assert.deepEqual(
        related.map((each) => [each.file, textAt(each.file, each.range), each.message]),
        [
          [file, "3", "3 is axis 1 of x, from ones([5, 3])"],
          [file, "2", "2 is axis 0 of w, from ones([2, 4])"],
        ],
      );
    });

    it("searches folders, without node_modules, dist, hidden ones, declarations and circles", () => {
      const found = problems("project").problems.map(({ file }) => file);
      assert.deepEqual(found, [join(folder, "project/a.mjs"), join(folder, "project/deep/b.tsx")]);
    });

    it("reads a file once however often it is named", () => {
      assert.equal(problems("project", "project/a.mjs", join(folder, "project/a.mjs")).problems.length, 2);
    });

    it("heeds comments that silence a problem; an unused one is no failure", () => {
      assert.deepEqual(problems("ignored.ts"), { code: 0, problems: [] });
      const { code, problems: found } = problems("unused.ts");
      assert.equal(code, 0);
      assert.deepEqual(
        found.map(({ severity, code }) => [severity, code]),
        [["hint", "unused-ignore"]],
      );
    });

    it("counts warnings of what runs, and not what hangs on a batch of one", () => {
      const { code, problems: found } = problems("column.ts");
      assert.equal(code, 1);
      assert.deepEqual(
        found.map((each) => [each.severity, each.code]),
        [["warning", "outer-broadcast"]],
      );
      const hint = problems("squeezed.ts");
      assert.equal(hint.code, 0);
      assert.deepEqual(
        hint.problems.map((each) => [each.severity, each.code]),
        [["hint", "squeeze-batch"]],
      );
    });

    it("is 0 for a folder without sources", () => {
      assert.equal(run("check", "empty").code, 0);
      assert.deepEqual(problems("empty"), { code: 0, problems: [] });
    });

    it("prints no colors into a pipe", () => assert.ok(!run("check", "broken.ts").out.includes("\u001b")));
  });

  describe("could not run", () => {
    const cases: readonly (readonly [string, string[], RegExp])[] = [
      ["without a command", [], /No command was given/],
      ["with an unknown command", ["chek", "a.ts"], /There is no command chek/],
      ["without a path", ["check"], /needs a path/],
      ["with a path that is not there", ["check", "gone.ts"], /gone\.ts: there is no such file or folder/],
      ["with a file of another kind", ["check", "notes.md"], /notes\.md: neither a folder nor a TypeScript/],
      ["with an unknown format", ["check", "clean.ts", "--format", "xml"], /is pretty or json; found xml/],
      ["with an unknown option", ["check", "clean.ts", "--fast"], /--fast/],
      ["shapes of a folder", ["shapes", "project"], /takes one file/],
      ["shapes of nothing", ["shapes", "gone.ts"], /gone\.ts: there is no such file or folder/],
      ["lsp over anything else", ["lsp", "--tcp"], /--stdio/],
    ];
    for (const [name, args, message] of cases) {
      it(name, () => {
        const { code, out, error } = run(...args);
        assert.equal(code, 2);
        assert.equal(out, "");
        assert.match(error, message);
        assert.ok(!error.includes("    at "), "a stack trace is no message");
      });
    }

    it("with one of several paths, but checks the others", () => {
      const { code, problems: found } = problems("gone.ts", "broken.ts");
      assert.equal(code, 2);
      assert.equal(found.length, 1);
    });

    it("with a file that cannot be read", function () {
      if (process.getuid?.() === 0) {
        // The super-user reads everything but a folder that has the name of a file.
        mkdirSync(join(folder, "folder.ts"), { recursive: true });
        assert.equal(run("shapes", "folder.ts").code, 2);
        return;
      }
      writeFileSync(join(folder, "secret.ts"), clean, { mode: 0o000 });
      const { code, error } = run("check", "secret.ts");
      assert.equal(code, 2);
      assert.match(error, /secret\.ts: cannot be read/);
      rmSync(join(folder, "secret.ts"));
    });
  });

  describe("shapes", () => {
    it("prints the layers and the tensors as Markdown", () => {
      const { code, out } = run("shapes", "net.js");
      assert.equal(code, 0);
      assert.match(out, /^# Shapes of net\.js\n\n## Net\n/);
      assert.match(out, /\| fc +\| Linear\(784 → 10\) \| \[batch, 784\] \| \[batch, 10\] \| +5 \| +7,850 \|/);
      assert.match(out, /Trainable parameters: \*\*7,850\*\*/);
    });

    it("prints them as JSON", () => {
      const { code, out } = run("shapes", "clean.ts", "--format", "json");
      assert.equal(code, 0);
      const parsed = JSON.parse(out) as { version: number; shapes: { name: string; range: Range }[]; layers: object[] };
      assert.equal(parsed.version, 1);
      const y = parsed.shapes.find(({ name }) => name === "y")!;
      assert.equal(textAt(join(folder, "clean.ts"), y.range), "y");
      assert.deepEqual(
        { ...y, range: undefined, rule: undefined },
        {
          file: join(folder, "clean.ts"),
          range: undefined,
          rule: undefined,
          name: "y",
          kind: "variable",
          shape: "[5, 4]",
          dtype: "float32",
        },
      );
      const layers = JSON.parse(run("shapes", "net.js", "--format", "json").out) as {
        layers: Record<string, unknown>[];
      };
      assert.deepEqual(
        layers.layers.map(({ model, name, input, output, parameters }) => [model, name, input, output, parameters]),
        [["Net", "fc", "[batch, 784]", "[batch, 10]", 7850]],
      );
    });
  });

  it("tells its version and how to use it", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    assert.deepEqual(run("--version"), { code: 0, out: `${version}\n`, error: "" });
    const { code, out } = run("--help");
    assert.equal(code, 0);
    for (const command of ["check", "shapes", "lsp --stdio", "Exit code"]) assert.ok(out.includes(command));
  });
});
