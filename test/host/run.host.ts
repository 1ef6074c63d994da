// Run Model in the real editor: from the palette to numbers, gradients and training.

import assert from "node:assert/strict";
import { mse, RandomState, sigmoid, tensor } from "@shapelens/engine";
import * as vscode from "vscode";
import { closeAll, eventually, openFile, openText, page, runFromPalette, selectText } from "./driver";

const inPanel = (selector: string, text?: string) => ({ selector, text, frame: "webview" }) as const;

/** The full numbers of a small tensor, as the panel has them. */
async function numbersOf(name: string, rows: number, columns: number): Promise<number[]> {
  const numbers: number[] = [];
  for (let row = 1; row <= rows; row++) {
    for (let column = 1; column <= columns; column++) {
      const cell = `.value [data-name="${name}"] tr:nth-child(${row}) td:nth-child(${column})`;
      numbers.push(Number(await page.attribute(inPanel(cell), "title")));
    }
  }
  return numbers;
}

async function loss(): Promise<number> {
  return Number(await page.attribute(inPanel("[data-loss]"), "data-loss"));
}

function lessonLoss(nudged: number, delta: number): number {
  const rng = new RandomState(0);
  const X = rng.rand(5, 3);
  const [W1, b1] = [rng.rand(3, 4), rng.rand(4)];
  const [W2, b2] = [rng.rand(4, 1), rng.rand(1)];
  W1.data[nudged]! += delta;
  const a1 = sigmoid(X.matmul(W1).add(b1));
  const targets = tensor([[0], [1], [0], [1], [1]], { dtype: "float64" });
  return mse(sigmoid(a1.matmul(W2).add(b2)), targets).item();
}

describe("Run Model", () => {
  afterEach(async function () {
    if (this.currentTest?.state === "failed") await page.screenshot(`failure-${this.currentTest.title.slice(0, 20)}`);
    await vscode.commands.executeCommand("workbench.action.focusFirstEditorGroup");
    await closeAll();
  });

  it("runs the lesson from the palette with NumPy's numbers, and Backprop agrees with finite differences", async () => {
    await openFile("lesson.ts");
    await runFromPalette("Shapelens: Run Model");
    await page.waitFor(inPanel("[data-phase=ready]"));
    const expected = [
      0.8974274517544016, 0.8920457582503387, 0.9028237064161657, 0.8969811818337995, 0.8956000538179465,
    ];
    const output = await numbersOf("output", 5, 1);
    output.forEach((value, i) => {
      assert.ok(Math.abs(value / expected[i]! - 1) < 1e-12, `${value} ≠ ${expected[i]}`);
    });
    await page.click(inPanel("button", "Backprop"));
    await page.waitFor(inPanel(".equation"));
    const gradient = await numbersOf("∂L/∂W1", 3, 4);
    gradient.forEach((value, i) => {
      const difference = (lessonLoss(i, 1e-5) - lessonLoss(i, -1e-5)) / 2e-5;
      assert.ok(Math.abs(value - difference) < 1e-9, `∂L/∂W1[${i}]: ${value} ≠ ${difference}`);
    });
    await page.screenshot("run-lesson");
  });

  it("goes to the line of a step, and runs the edited text", async () => {
    const editor = await openFile("lesson.ts");
    await vscode.commands.executeCommand("shapelens.runModel");
    await page.waitFor(inPanel("[data-phase=ready]"));
    await page.click(inPanel(".step .link"));
    await eventually(() => {
      const { activeTextEditor } = vscode.window;
      assert.match(activeTextEditor!.document.lineAt(activeTextEditor!.selection.active.line).text, /a1 = sigmoid/);
    });
    await selectText(editor, "rng.rand(5, 3)");
    await page.type("rng.rand(2, 3)");
    // A bracket typed over a selection would go around it.
    await selectText(editor, "0], [1], [0], [1], [1");
    await page.type("0], [1");
    await eventually(() => assert.match(editor.document.getText(), /tensor\(\[\[0\], \[1\]\],/));
    await page.click(inPanel(".offer button", "Run"));
    await page.waitFor(inPanel(".step .shape", "[2, 3] · [3, 4] → [2, 4]"));
  });

  it("runs a text that was never saved", async () => {
    await openText(`import { ones } from "@shapelens/engine";\nexport const sum = ones([2, 3]).sum();\n`);
    await vscode.commands.executeCommand("shapelens.runModel");
    await page.waitFor(inPanel("[data-phase=ready]"));
    assert.deepEqual(await numbersOf("sum", 1, 1), [6]);
  });

  it("lowers the loss of the digits by training, until it reads more than 95 % of unseen ones", async function () {
    this.timeout(120_000);
    await openFile("digits.ts");
    await runFromPalette("Shapelens: Run Model");
    await page.waitFor(inPanel("[data-phase=ready]"));
    const before = await loss();
    await page.click(inPanel("button", "Train"));
    await eventually(async () => assert.ok((await loss()) < before / 2));
    const accuracy = async (): Promise<number> =>
      Number(await page.attribute(inPanel("[data-accuracy]"), "data-accuracy"));
    await eventually(async () => assert.ok((await accuracy()) > 0.95), { timeout: 60_000 });
    await page.screenshot("run-digits");
    await page.click(inPanel("button", "Pause"));
    await page.waitFor(inPanel("[data-phase=ready]"));
  });

  it("stops a loop that never ends", async () => {
    const editor = await openFile("lesson.ts");
    await selectText(editor, "console.log(String(output));");
    await page.type("for (;;);");
    await eventually(() => assert.match(editor.document.getText(), /for \(;;\);/));
    await vscode.commands.executeCommand("shapelens.runModel");
    await page.waitFor(inPanel(".status.warning", "does not answer"));
    await page.click(inPanel("button", "Stop"));
    await page.waitFor({ ...inPanel("[data-phase=stopped]"), timeout: 1000 });
  });
});
