// What a person sees while typing, in the real editor: shapes over names and beside them, squiggles, the shape table.

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, eventually, hoverText, openFile, openText, page, selectText } from "./driver";

interface Api {
  readonly activationTime: number;
  readonly ready: Promise<void>;
}

describe("Shapes in the editor", () => {
  before(async () => {
    const extension = vscode.extensions.getExtension<Api>("shapelens.shapelens");
    await (
      await extension!.activate()
    ).ready;
  });
  afterEach(closeAll);

  it("is active in under 50 ms", () => {
    const { activationTime } = vscode.extensions.getExtension<Api>("shapelens.shapelens")!.exports;
    assert.ok(activationTime < 50, `activation took ${activationTime} ms`);
  });

  it("shows [5, 4] over a1 of the lesson, under the mouse", async () => {
    const editor = await openFile("lesson.ts");
    const shown = await hoverText(editor, "a1");
    assert.match(shown, /a1: \[5, 4\]/);
    assert.match(shown, /sigmoid: \[5, 4\] → \[5, 4\]/);
    await page.screenshot("shapes-hover");
  });

  it("says the rule over an op", async () => {
    const editor = await openFile("lesson.ts");
    assert.match(await hoverText(editor, "matmul"), /matmul: \[5, 3\] · \[3, 4\] → \[5, 4\]/);
  });

  it("underlines a matmul that cannot fit with both numbers and origins, and clears it", async () => {
    const editor = await openFile("lesson.ts");
    await shownHints("[5, 4]");
    assert.deepEqual(squiggles(editor), []);
    await selectText(editor, "rand(3, 4)");
    await page.type("rand(2, 4)");
    const [problem] = await eventually(() => {
      assert.deepEqual(squiggles(editor), ["matmul-inner W1"]);
      return ours(editor);
    });
    assert.match(problem!.message, /\[5, 3\] · \[2, 4\]: inner dimensions differ, 3 ≠ 2/);
    const origins = problem!.relatedInformation!.map(
      ({ location, message }) => `${editor.document.lineAt(location.range.start.line).text.slice(0, 8)}: ${message}`,
    );
    assert.deepEqual(origins, [
      "const X : 3 is axis 1 of X, from rng.rand(5, 3)",
      "const W1: 2 is axis 0 of W1, from rng.rand(2, 4)",
    ]);
    await page.waitFor({ selector: ".squiggly-error" });
    await shownHints("W1[2, 4]");
    await page.screenshot("shapes-squiggle");
    await selectText(editor, "rand(2, 4)");
    await page.type("rand(3, 4)");
    await eventually(() => assert.deepEqual(squiggles(editor), []));
    await page.waitFor({ selector: ".squiggly-error" }, "detached");
  });

  it("finds the six mistakes of broken.ts, each on its own line, and none in the other examples", async () => {
    const broken = await openFile("broken.ts");
    const codes = await eventually(() => {
      const problems = ours(broken).sort((a, b) => a.range.start.line - b.range.start.line);
      assert.equal(problems.length, 6);
      return problems;
    });
    assert.deepEqual(
      codes.map(({ code }) => (code as { value: string }).value),
      ["matmul-inner", "broadcast", "reshape-size", "layer-input", "concat-axis", "loss-target"],
    );
    for (const { range } of codes) {
      const above = broken.document.lineAt(range.start.line - 1).text;
      assert.match(above, /^\/\/ \d\. /);
    }
    await page.screenshot("shapes-broken");
    for (const name of ["lesson.ts", "digits.ts", "moons.js"]) {
      const editor = await openFile(name);
      // The hints tell that the analysis of this very file is done.
      await eventually(async () => assert.ok((await hintsOf(editor)).length > 0));
      assert.deepEqual(squiggles(editor), [], name);
    }
  });

  it("puts shapes beside names, which a command hides and shows", async () => {
    const editor = await openFile("lesson.ts");
    await shownHints("[5, 4]");
    assert.deepEqual(await hintsOf(editor), [
      ...["X [5, 3]", "W1 [3, 4]", "b1 [4]", "W2 [4, 1]", "b2 [1]", "a1 [5, 4]", "output [5, 1]"],
      "targets [5, 1]",
    ]);
    await vscode.commands.executeCommand("shapelens.toggleShapeHints");
    await eventually(async () => assert.deepEqual(await hintsOf(editor), []));
    await eventually(async () => assert.ok(!(await lines()).includes("[5, 4]")));
    await vscode.commands.executeCommand("shapelens.toggleShapeHints");
    await shownHints("[5, 4]");
  });

  it("shows the layers of a network in a table that follows the text and cannot be edited", async () => {
    const editor = await openText(
      `import { Linear, Sequential, type Tensor } from "@shapelens/engine";
const net = new Sequential(new Linear(784, 128), new Linear(128, 10));
export function model(x: Tensor) {
  return net.forward(x);
}
`,
    );
    await vscode.commands.executeCommand("shapelens.showShapeTable");
    const table = await eventually(() => {
      const found = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "shapelens-table");
      assert.match(found?.getText() ?? "", /Linear\(784 → 128\).*100,480/);
      return found!;
    });
    assert.equal(table.languageId, "markdown");
    assert.match(table.getText(), /Trainable parameters: \*\*101,770\*\*/);
    await page.screenshot("shapes-table");
    const change = new vscode.WorkspaceEdit();
    for (const [from, to] of [
      ["784, 128", "784, 64"],
      ["128, 10", "64, 10"],
    ] as const) {
      const start = editor.document.getText().indexOf(from);
      const range = new vscode.Range(
        editor.document.positionAt(start),
        editor.document.positionAt(start + from.length),
      );
      change.replace(editor.document.uri, range, to);
    }
    await vscode.workspace.applyEdit(change);
    await eventually(() => assert.match(table.getText(), /Linear\(784 → 64\).*50,240/));
  });

  it("analyses again after the server was restarted", async () => {
    const editor = await openFile("broken.ts");
    await eventually(() => assert.equal(ours(editor).length, 6));
    await vscode.commands.executeCommand("shapelens.restartServer");
    await eventually(() => assert.equal(ours(editor).length, 6));
    assert.match(await hoverText(editor, "images"), /\[64, 784\]/);
  });

  it("says in the status bar that a file has too much to follow", async () => {
    const tree = "const tree = (depth, n) => (depth === 0 ? n : tree(depth - 1, 2 * n) + tree(depth - 1, 2 * n + 1));";
    const header = 'import { zeros } from "@shapelens/engine";';
    const item = (text: string) => ({ selector: ".statusbar-item", text });
    await openText(`${header}\nconst x = zeros([4, 2]);\n`, "javascript");
    await page.waitFor(item("Shapes"));
    await page.waitFor(item("Shapes in part"), "detached");
    await openText(`${header}\n${tree}\nconst x = zeros([tree(30, 1), 2]);\n`, "javascript");
    await page.waitFor(item("Shapes in part"));
  });

  it("says nothing about a file without the engine", async () => {
    const editor = await openText("const x: { matmul(y: unknown): void } = { matmul() {} };\nx.matmul(x);\n");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    assert.deepEqual(ours(editor), []);
    assert.deepEqual(await hintsOf(editor), []);
  });
});

function ours(editor: vscode.TextEditor): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(editor.document.uri).filter(({ source }) => source === "shapelens");
}

/** The code and the text under each squiggle. */
function squiggles(editor: vscode.TextEditor): string[] {
  return ours(editor).map(
    ({ code, range }) => `${(code as { value: string }).value} ${editor.document.getText(range)}`,
  );
}

/** What the editor's hint providers answer: the name in front of each hint, and the hint. */
async function hintsOf({ document }: vscode.TextEditor): Promise<string[]> {
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
    "vscode.executeInlayHintProvider",
    document.uri,
    whole,
  );
  return hints.flatMap(({ position, label }) => {
    const text = typeof label === "string" ? label : label.map(({ value }) => value).join("");
    const name = document.getText(document.getWordRangeAtPosition(position));
    return /^\[.*\]$/.test(text) ? [`${name} ${text}`] : [];
  });
}

/** The text that the window shows, hints included. */
async function lines(): Promise<string> {
  return (await page.allTexts({ selector: ".view-line" })).join("\n").replaceAll("\u00a0", " ");
}

async function shownHints(hint: string): Promise<void> {
  await eventually(async () => assert.ok((await lines()).includes(hint)), { what: `the hint ${hint}` });
}
