// The built language server as a process, spoken to by a real client of the protocol over stdio.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DiagnosticSeverity } from "vscode-languageserver-protocol";
import { commands, TestClient } from "./client";

const lesson = `import { RandomState, sigmoid } from "@shapelens/engine";
const rng = new RandomState(0);
const X = rng.rand(5, 3);
const W1 = rng.rand(3, 4), b1 = rng.rand(4);
const W2 = rng.rand(4, 1), b2 = rng.rand(1);
const a1 = sigmoid(X.matmul(W1).add(b1));
const output = sigmoid(a1.matmul(W2).add(b2));
`;

const network = `import { Linear, Module, relu, type Tensor } from "@shapelens/engine";
export class Net extends Module {
  fc1 = new Linear(784, 128);
  fc2 = new Linear(128, 10);
  forward(x: Tensor) {
    return this.fc2.forward(relu(this.fc1.forward(x)));
  }
}
`;

describe("The language server over stdio", function () {
  this.timeout(30_000);
  let client: TestClient;
  let folder: string;
  let uri: string;

  const use = (options?: Parameters<typeof TestClient.start>[0]): void => {
    before(async () => {
      client = await TestClient.start(options);
    });
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "shapelens-server-"));
      uri = uriOf("lesson.ts");
    });
    afterEach(async () => {
      await client.closeAll();
      rmSync(folder, { recursive: true });
    });
    after(async () => {
      assert.equal(await client.stop(), 0);
    });
  };
  const uriOf = (name: string): string => pathToFileURL(join(folder, name)).href;

  describe("with a problem at once", () => {
    use({ settings: { diagnostics: { delay: 0 } } });

    it("underlines a mistake with both numbers and both origins, and clears it", async () => {
      await client.open(uri, lesson);
      await client.eventually(() => assert.deepEqual(client.squiggles(uri), []));
      await client.replace(uri, "rand(3, 4)", "rand(2, 4)");
      await client.eventually(() => assert.deepEqual(client.squiggles(uri), ["matmul-inner W1"]));
      const [problem] = client.diagnostics(uri)!;
      assert.equal(problem!.severity, DiagnosticSeverity.Error);
      assert.equal(problem!.source, "shapelens");
      assert.match(problem!.message, /\[5, 3\] · \[2, 4\].*3 ≠ 2/);
      assert.deepEqual(
        problem!.relatedInformation!.map(({ location, message }) => [location.range.start.line, message]),
        [
          [2, "3 is axis 1 of X, from rng.rand(5, 3)"],
          [3, "2 is axis 0 of W1, from rng.rand(2, 4)"],
        ],
      );
      assert.match(problem!.codeDescription!.href, /docs\/problems\.md#matmul-inner$/);
      await client.replace(uri, "rand(2, 4)", "rand(3, 4)");
      await client.eventually(() => assert.deepEqual(client.squiggles(uri), []));
    });

    it("tells the version that its diagnostics belong to", async () => {
      await client.open(uri, lesson);
      for (let count = 2; count < 30; count++) {
        const [from, to] = count % 2 === 0 ? ["rand(3, 4)", "rand(2, 4)"] : ["rand(2, 4)", "rand(3, 4)"];
        await client.replace(uri, from!, to!);
        if (count % 5 === 0) await client.settled();
      }
      await client.eventually(() => assert.deepEqual(client.squiggles(uri), []));
      for (const { version, diagnostics } of client.published) {
        assert.equal(diagnostics.length, version! % 2 === 0 ? 1 : 0, `version ${version}`);
      }
    });

    it("answers a hover for the text as it is now", async () => {
      await client.open(uri, lesson);
      for (const width of [3, 7, 4, 9]) {
        await client.replace(uri, /rand\(5, \d+\)/.exec(await text())![0], `rand(5, ${width})`);
        assert.match((await client.hover(uri, "X"))!, new RegExp(`X: \\[5, ${width}\\]`));
      }
      async function text(): Promise<string> {
        const hover = await client.hover(uri, "X");
        return /rand\(5, \d+\)/.exec(hover!)![0];
      }
    });

    it("clears what it said when the document is closed", async () => {
      await client.open(uri, lesson.replace("rand(3, 4)", "rand(2, 4)"));
      await client.eventually(() => assert.equal(client.diagnostics(uri)?.length, 1));
      await client.close(uri);
      await client.eventually(() => assert.deepEqual(client.diagnostics(uri), []));
    });

    it("clears what it said when the file is deleted, or does not use the engine any more", async () => {
      await client.open(uri, lesson.replace("rand(3, 4)", "rand(2, 4)"));
      await client.eventually(() => assert.equal(client.diagnostics(uri)?.length, 1));
      await client.notify("workspace/didChangeWatchedFiles", { changes: [{ uri, type: 3 }] });
      await client.eventually(() => assert.deepEqual(client.diagnostics(uri), []));
      await client.replace(uri, "rand(4);", "rand(4) ;");
      await client.eventually(() => assert.equal(client.diagnostics(uri)?.length, 1));
      await client.replace(uri, "@shapelens/engine", "elsewhere");
      await client.eventually(() => assert.deepEqual(client.diagnostics(uri), []));
    });

    it("says nothing at all about files without the engine", async () => {
      await client.open(uri, `const x: number[] = [1, 2];\nconst y = x.matmul(x);\n`);
      await client.open(uriOf("notes.md"), lesson, "markdown");
      await client.settled();
      assert.deepEqual(client.published, []);
      assert.equal(await client.hover(uri, "x"), undefined);
      assert.deepEqual(await client.hints(uri), []);
    });

    it("follows imports between open documents and files on disk", async () => {
      mkdirSync(join(folder, "lib"));
      writeFileSync(join(folder, "lib/sizes.ts"), "export const width = 3;\n");
      const main = lesson.replace("rand(5, 3)", "rand(5, width)") + `import { width } from "./lib/sizes";\n`;
      await client.open(uri, main);
      await client.eventually(() => assert.deepEqual(client.squiggles(uri), []));

      const sizes = uriOf("lib/sizes.ts");
      await client.open(sizes, "export const width = 3;\n");
      await client.replace(sizes, "3", "6");
      await client.eventually(() => assert.deepEqual(client.squiggles(uri), ["matmul-inner W1"]));
      await client.close(sizes);
      await client.eventually(() => assert.deepEqual(client.squiggles(uri), []));

      writeFileSync(join(folder, "lib/sizes.ts"), "export const width = 8;\n");
      await client.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: sizes, type: 2 }] });
      await client.eventually(() => assert.deepEqual(client.squiggles(uri), ["matmul-inner W1"]));
    });

    it("asks for new hints when an import changed them, and not otherwise", async () => {
      writeFileSync(join(folder, "sizes.ts"), "export const width = 3;\n");
      const main = `import { ones } from "@shapelens/engine";\nimport { width } from "./sizes";\nconst x = ones([width]);\n`;
      await client.open(uri, main);
      assert.deepEqual(await client.hints(uri), ["x [3]"]);
      await client.settled();
      client.refreshes.length = 0;
      const sizes = uriOf("sizes.ts");
      await client.open(sizes, "export const width = 3;\n");
      await client.settled();
      assert.deepEqual(client.refreshes, []);
      await client.replace(sizes, "3", "4");
      await client.eventually(() => assert.ok(client.refreshes.includes("inlayHint")));
      assert.deepEqual(await client.hints(uri), ["x [4]"]);
    });
  });

  describe("with problems that wait", () => {
    use({ settings: { diagnostics: { delay: 600 } } });

    it("shows a new problem after a pause, and moves it with the text", async () => {
      await client.open(uri, lesson);
      await client.eventually(() => assert.deepEqual(client.squiggles(uri), []));
      const edited = Date.now();
      await client.replace(uri, "rand(3, 4)", "rand(2, 4)");
      await client.eventually(() => assert.deepEqual(client.squiggles(uri), ["matmul-inner W1"]));
      assert.ok(Date.now() - edited >= 590);
      await client.replace(uri, "const rng", "// a line more\nconst rng");
      await client.eventually(() => assert.deepEqual(client.squiggles(uri), ["matmul-inner W1"]));
      assert.equal(client.diagnostics(uri)![0]!.range.start.line, 6);
    });

    it("takes a fixed problem away at once, and another one stays", async () => {
      const broken = lesson.replace("rand(3, 4)", "rand(2, 4)").replace("rand(4, 1)", "rand(7, 1)");
      await client.open(uri, broken);
      await client.eventually(() => assert.deepEqual(client.squiggles(uri), ["matmul-inner W1", "matmul-inner W2"]));
      const edited = Date.now();
      await client.replace(uri, "rand(2, 4)", "rand(3, 4)");
      await client.eventually(() => assert.deepEqual(client.squiggles(uri), ["matmul-inner W2"]));
      assert.ok(Date.now() - edited < 500);
    });
  });

  describe("with settings", () => {
    use({ settings: { diagnostics: { when: "onSave" } } });

    it("waits for the file to be saved", async () => {
      await client.open(uri, lesson);
      await client.eventually(() => assert.deepEqual(client.squiggles(uri), []));
      await client.replace(uri, "rand(3, 4)", "rand(2, 4)");
      await client.settled();
      assert.deepEqual(client.squiggles(uri), []);
      await client.save(uri);
      await client.eventually(() => assert.deepEqual(client.squiggles(uri), ["matmul-inner W1"]));
      await client.replace(uri, "rand(2, 4)", "rand(3, 4)");
      await client.eventually(() => assert.deepEqual(client.squiggles(uri), []));
    });

    it("can be switched off and on, as a whole or one problem at a time", async () => {
      await client.open(uri, lesson.replace("rand(3, 4)", "rand(2, 4)"));
      await client.eventually(() => assert.equal(client.diagnostics(uri)?.length, 1));
      await client.changeSettings({ enable: false });
      await client.eventually(() => assert.deepEqual(client.diagnostics(uri), []));
      assert.equal(await client.hover(uri, "a1"), undefined);
      assert.deepEqual(await client.hints(uri), []);
      await client.changeSettings({ problems: { severity: { "matmul-inner": "warning" } } });
      await client.eventually(() => assert.equal(client.diagnostics(uri)?.[0]?.severity, DiagnosticSeverity.Warning));
      await client.changeSettings({ problems: { severity: { "matmul-inner": "off" } } });
      await client.eventually(() => assert.deepEqual(client.diagnostics(uri), []));
      await client.changeSettings({ inlayHints: { enable: false } });
      await client.eventually(() => assert.equal(client.diagnostics(uri)?.length, 1));
      assert.deepEqual(await client.hints(uri), []);
      assert.ok(await client.hover(uri, "a1"));
    });
  });

  describe("asked about a file", () => {
    use({ initializationOptions: { runsModels: true } });

    it("shows shapes over names, calls and uses", async () => {
      await client.open(uri, lesson);
      const a1 = await client.hover(uri, "a1");
      assert.match(a1!, /^\*\*`a1: \[5, 4\]`\*\* float64\n/);
      assert.match(a1!, /sigmoid: \[5, 4\] → \[5, 4\]/);
      assert.match(a1!, /`4` is axis 1 of a1, .* \(\[line 4\]\(file:.*lesson\.ts#L4\)\)/);
      assert.match((await client.hover(uri, "matmul"))!, /`matmul: \[5, 3\] · \[3, 4\] → \[5, 4\]`/);
      assert.match((await client.hover(uri, "add(b2)"))!, /add: \[5, 1\], \[1\] → \[5, 1\]/);
      assert.match((await client.hover(uri, "a1", 2))!, /a1: \[5, 4\]/);
      assert.equal(await client.hover(uri, "const"), undefined);
      assert.equal(await client.hover(uri, "rng"), undefined);
    });

    it("shows what a function takes and gives over its name", async () => {
      await client.open(uri, network);
      const forward = await client.hover(uri, "forward");
      assert.match(forward!, /^\*\*`Net\.forward\(x: \[…, 784\]\) → \[…, 10\]`\*\*/);
    });

    it("shows what a function requires that is called", async () => {
      await client.open(
        uri,
        `${network}\nnew Net().forward(zeros([2, 784]));\nimport { zeros } from "@shapelens/engine";\n`,
      );
      assert.match((await client.hover(uri, "forward"))!, /Net\.forward[^]*- requires x: \\\[\\\*, 784\\\]/);
    });

    it("puts short hints beside names", async () => {
      await client.open(uri, lesson);
      const expected = ["X [5, 3]", "W1 [3, 4]", "b1 [4]", "W2 [4, 1]", "b2 [1]", "a1 [5, 4]", "output [5, 1]"];
      assert.deepEqual(await client.hints(uri), expected);
    });

    it("offers to run the model, with its shapes, and tells its models", async () => {
      await client.open(uri, network);
      const lenses = await client.request<{ command: { title: string; command: string; arguments: unknown[] } }[]>(
        "textDocument/codeLens",
        { textDocument: { uri } },
      );
      assert.deepEqual(
        lenses.map(({ command }) => command),
        [
          { title: "▶ Run model", command: "shapelens.runModel", arguments: [uri, "Net"] },
          { title: "x: [batch, 784] → [batch, 10]", command: "shapelens.showShapeTable", arguments: [uri] },
          { title: "requires x: [*, 784]", command: "" },
        ],
      );
      const { models } = await client.request<{ models: { name: string; kind: string }[] }>("shapelens/models", {
        uri,
      });
      assert.deepEqual(
        models.map(({ name, kind }) => [name, kind]),
        [["Net", "class"]],
      );
    });

    it("writes the shape table", async () => {
      await client.open(uri, network);
      const { markdown } = await client.request<{ markdown: string }>("shapelens/shapeTable", { uri });
      assert.match(
        markdown,
        /\| fc1 {3}\| Linear\(784 → 128\) \| \[batch, 784\] \| \[batch, 128\] \| +6 \| +100,480 \|/,
      );
      assert.match(markdown, /Trainable parameters: \*\*101,770\*\*/);
    });

    it("names the lines of activations", async () => {
      await client.open(uri, lesson.replace("sigmoid(X", "sigmoid(\n  X"));
      const { names } = await client.request<{ names: object[] }>("shapelens/names", { uri });
      assert.deepEqual(
        names.filter((each) => "name" in each && (each.name === "a1" || each.name === "output")),
        [
          { name: "a1", startLine: 5, endLine: 6 },
          { name: "output", startLine: 7, endLine: 7 },
        ],
      );
    });

    it("reads documents that were never saved", async () => {
      await client.open("untitled:Untitled-1", lesson);
      assert.match((await client.hover("untitled:Untitled-1", "a1"))!, /\[5, 4\]/);
    });

    it("silences a problem with the comment it offers", async () => {
      await client.open(uri, lesson.replace("rand(3, 4)", "rand(2, 4)"));
      await client.eventually(() => assert.equal(client.diagnostics(uri)?.length, 1));
      const [diagnostic] = client.diagnostics(uri)!;
      const action = (await client.actions(uri, diagnostic!)).at(-1);
      const { newText } = action!.edit!.changes![uri]![0]!;
      assert.equal(newText, "// shapelens-ignore-next-line matmul-inner\n");
      await client.replace(uri, "const a1", `${newText}const a1`);
      await client.eventually(() => assert.deepEqual(client.diagnostics(uri), []));
    });

    it("offers repairs, the best first and preferred", async () => {
      await client.open(uri, lesson.replace("rand(3, 4)", "rand(2, 4)"));
      await client.eventually(() => assert.equal(client.diagnostics(uri)?.length, 1));
      const actions = await client.actions(uri, client.diagnostics(uri)![0]!);
      assert.deepEqual(
        actions.map(({ title, isPreferred }) => [title, isPreferred]),
        [
          ["Change 2 to 3 in rng.rand(2, 4)", true],
          ["Change 3 to 2 in rng.rand(5, 3)", false],
          ["Ignore matmul-inner on this line", false],
        ],
      );
      const [edit] = actions[0]!.edit!.changes![uri]!;
      assert.equal(edit!.newText, "3");
      await client.replace(uri, "rand(2, 4)", "rand(3, 4)");
      await client.eventually(() => assert.deepEqual(client.diagnostics(uri), []));
    });

    it("repairs what another file says", async () => {
      writeFileSync(join(folder, "sizes.ts"), "export const width = 6;\n");
      await client.open(uri, lesson.replace("rand(3, 4)", "rand(width, 4)") + 'import { width } from "./sizes";\n');
      await client.eventually(() => assert.equal(client.diagnostics(uri)?.length, 1));
      const [best] = await client.actions(uri, client.diagnostics(uri)![0]!);
      assert.equal(best!.title, "Change 6 to 3 (sizes.ts)");
      const range = { start: { line: 0, character: 21 }, end: { line: 0, character: 22 } };
      assert.deepEqual(best!.edit!.changes, { [uriOf("sizes.ts")]: [{ range, newText: "3" }] });
    });

    it("takes away a comment, or the code in it, that silences nothing", async () => {
      const comment = "// shapelens-ignore-next-line matmul-inner, rank: tried\n";
      await client.open(uri, lesson.replace("rand(3, 4)", "rand(2, 4)").replace("const a1", `${comment}const a1`));
      await client.eventually(() => assert.deepEqual(client.squiggles(uri), ["unused-ignore rank"]));
      const [one] = await client.actions(uri, client.diagnostics(uri)![0]!);
      assert.equal(one!.title, "Remove rank from this comment");
      const [edit] = one!.edit!.changes![uri]!;
      assert.deepEqual([edit!.range.start.character, edit!.range.end.character, edit!.newText], [42, 48, ""]);
      await client.replace(uri, "rand(2, 4)", "rand(3, 4)");
      await client.eventually(() => assert.equal(client.diagnostics(uri)?.[0]?.range.start.character, 0));
      const [whole] = await client.actions(uri, client.diagnostics(uri)![0]!);
      assert.equal(whole!.title, "Remove this comment");
    });

    it("survives requests about documents that are not open, and broken text", async () => {
      const nowhere = { textDocument: { uri: "file:///nowhere.ts" }, position: { line: 3, character: 1 } };
      assert.equal(await client.request("textDocument/hover", nowhere), null);
      await client.open(uri, lesson);
      await client.replace(uri, "const a1 = sigmoid(", "const a1 = = sigmoid((");
      assert.match((await client.hover(uri, "X"))!, /\[5, 3\]/);
    });
  });

  describe("as a part of the command line", () => {
    use({ command: commands.cli });

    it("serves the same", async () => {
      assert.equal(client.initialized?.serverInfo?.name, "shapelens");
      await client.open(uri, lesson);
      assert.match((await client.hover(uri, "a1"))!, /\[5, 4\]/);
    });
  });
});
