// The panel in a real browser, with real workers: buttons, numbers, errors, endless loops, themes, reload.

import assert from "node:assert/strict";
import { type Browser } from "playwright-core";
import { type HostMessage } from "../../src/protocol/panel";
import { bundleText } from "../runner/workerHarness";
import { launchBrowser, openPanel, type PanelPage } from "./panelPage";

const lesson = `import { mse, RandomState, sigmoid, tensor } from "@shapelens/engine";
const rng = new RandomState(0);
const X = rng.rand(5, 3);
const W1 = rng.rand(3, 4), b1 = rng.rand(4);
const W2 = rng.rand(4, 1), b2 = rng.rand(1);
const a1 = sigmoid(X.matmul(W1).add(b1));
const output = sigmoid(a1.matmul(W2).add(b2));
export const targets = tensor([[0], [1], [0], [1], [1]], { dtype: "float64" });
export const loss = mse;
`;

async function programOf(text: string): Promise<HostMessage> {
  const result = await bundleText(text, "lesson.ts");
  assert.ok(result.ok, result.ok ? "" : result.message);
  const file = result.files.find((path) => path.endsWith("lesson.ts"))!;
  const model = { name: "lesson.ts", kind: "script", inputs: [] } as const;
  const { code, map } = result;
  return { type: "program", code, map, info: { file, title: "lesson.ts", model, names: [], layers: [] } };
}

describe("the panel", function () {
  this.timeout(40_000);
  let browser: Browser;
  let lessonProgram: HostMessage;
  let panel: PanelPage;
  before(async () => {
    [browser, lessonProgram] = await Promise.all([launchBrowser(), programOf(lesson)]);
  });
  after(() => browser.close());
  afterEach(() => panel.page.close());

  const numbersOf = async (name: string): Promise<number[]> => {
    const cells = panel.page.locator(`[data-name="${name}"] td`);
    const titles = await cells.evaluateAll((found) => found.map((cell) => cell.getAttribute("title")));
    return titles.map(Number);
  };
  const running = async (program: HostMessage): Promise<PanelPage> => {
    panel = await openPanel(browser);
    await panel.send(program);
    await panel.waitForPhase("ready");
    return panel;
  };

  it("shows the lesson's numbers, shapes and lines, under the closed policy", async () => {
    await running(lessonProgram);
    const output = await numbersOf("output");
    const expected = [
      0.8974274517544016, 0.8920457582503387, 0.9028237064161657, 0.8969811818337995, 0.8956000538179465,
    ];
    output.forEach((value, i) => assert.ok(Math.abs(value / expected[i]! - 1) < 1e-12));
    const first = panel.page.locator(".step").first();
    assert.match(
      await first.innerText(),
      /X · W1[\s\S]*matmul\(X, W1\)[\s\S]*\[5, 3\] · \[3, 4\] → \[5, 4\][\s\S]*lesson\.ts:6/,
    );
    await first.getByRole("button", { name: "lesson.ts:6" }).click();
    const reveal = panel.messages.find(({ type }) => type === "reveal");
    assert.equal(reveal?.type === "reveal" && reveal.position.line, 5);
    assert.deepEqual(panel.errors, []);
  });

  it("shows the chain rule after Backprop, with matrices that multiply", async () => {
    await running(lessonProgram);
    await panel.button("Backprop").click();
    const equations = panel.page.locator(".equation h4");
    await equations.first().waitFor();
    assert.deepEqual(await equations.allInnerTexts(), [
      "∂L/∂z = ∂L/∂a1 ⊙ sigmoid′(z)",
      "∂L/∂W1 = Xᵀ · ∂L/∂z",
      "∂L/∂b1 = Σ rows of ∂L/∂z",
      "∂L/∂z = ∂L/∂output ⊙ sigmoid′(z)",
      "∂L/∂W2 = a1ᵀ · ∂L/∂z",
      "∂L/∂b2 = Σ rows of ∂L/∂z",
      "∂L/∂a1 = ∂L/∂z · W2ᵀ",
    ]);
    const parts = await panel.page
      .locator(".equation")
      .nth(1)
      .locator("figure")
      .evaluateAll((figures) =>
        figures.map((figure) =>
          [...figure.querySelectorAll("tr")].map((row) =>
            [...row.children].map((cell) => Number(cell.getAttribute("title"))),
          ),
        ),
      );
    const [xT, dz, dW] = parts;
    dW!.forEach((row, i) =>
      row.forEach((value, j) => {
        const product = xT![i]!.reduce((sum, x, k) => sum + x * dz![k]![j]!, 0);
        assert.ok(Math.abs(product - value) < 1e-12);
      }),
    );
  });

  it("steps and trains with the keyboard, and pauses", async () => {
    await running(lessonProgram);
    const loss = async (): Promise<number> => Number(await panel.page.locator("[data-loss]").getAttribute("data-loss"));
    const before = await loss();
    await panel.page.keyboard.press("s");
    await panel.page.locator('[data-steps="1"]').waitFor();
    assert.ok((await loss()) < before);
    await panel.page.keyboard.press("t");
    await panel.waitForPhase("training");
    await panel.page.locator("svg .curve").waitFor();
    await panel.page.keyboard.press("t");
    await panel.waitForPhase("ready");
    assert.ok((await loss()) < before);
    await panel.page.keyboard.press("r");
    await panel.page.locator('[data-steps="0"]').waitFor();
    assert.deepEqual(panel.errors, []);
  });

  it("says that a program does not answer, and stops it at once", async () => {
    panel = await openPanel(browser);
    await panel.send(await programOf(`console.log("begins"); for (;;);`));
    await panel.page.getByText("does not answer").waitFor();
    const asked = performance.now();
    await panel.button("Stop").click();
    await panel.waitForPhase("stopped");
    assert.ok(performance.now() - asked < 1000);
    await panel.send(lessonProgram);
    await panel.waitForPhase("ready");
  });

  it("shows an error with its line, and what was printed before", async () => {
    panel = await openPanel(browser);
    await panel.send(
      await programOf(
        `import { ones } from "@shapelens/engine";\nconsole.log("so far");\nones([2, 3]).matmul(ones([2, 3]));\n`,
      ),
    );
    const alert = panel.page.getByRole("alert");
    await alert.waitFor();
    assert.match(await alert.innerText(), /inner dimensions differ, 3 ≠ 2[\s\S]*lesson\.ts:3/);
    assert.match(await panel.page.locator(".log").innerText(), /so far/);
  });

  it("keeps user code away from the network and the page", async () => {
    panel = await openPanel(browser);
    await panel.send(
      await programOf(`import { ones } from "@shapelens/engine";
        const tries = { fetch: () => fetch("https://example.com"), eval: () => Function("return 1")(), import: () => import("https://example.com/" + Math.random()), page: () => document.title };
        for (const [name, attempt] of Object.entries(tries)) {
          try { await attempt(); console.log(name, "worked"); } catch { console.log(name, "refused"); }
        }
        ones([1]).mul(2);`),
    );
    await panel.waitForPhase("ready");
    const printed = (await panel.page.locator(".log pre").innerText()).trim().split(/\n+/);
    assert.deepEqual(printed, ["fetch refused", "eval refused", "import refused", "page refused"]);
  });

  it("offers to run again after an edit", async () => {
    await running(lessonProgram);
    await panel.send({ type: "edited" });
    await panel.page.locator(".offer", { hasText: "has changed" }).getByRole("button", { name: "Run" }).click();
    assert.ok(panel.messages.some(({ type }) => type === "run"));
  });

  it("shows the last results after a reload, and runs nothing unasked", async () => {
    await running(lessonProgram);
    await panel.button("Backprop").click();
    await panel.page.locator(".equation").first().waitFor();
    await panel.page.waitForTimeout(1500);
    const saved = await panel.page.evaluate(() => (globalThis as unknown as { savedState: string }).savedState);
    const before = await numbersOf("∂L/∂W1");
    await panel.page.close();
    panel = await openPanel(browser, saved);
    await panel.page.getByText("before the window was reloaded").waitFor();
    assert.deepEqual(await numbersOf("∂L/∂W1"), before);
    assert.equal(panel.page.workers().length, 0);
    const [ready] = panel.messages;
    assert.ok(ready?.type === "ready" && ready.file?.endsWith("lesson.ts"));
    assert.ok(await panel.button("Train").isDisabled());
  });

  it("draws heat maps anew in another theme", async () => {
    await running(
      await programOf(`import { randn } from "@shapelens/engine"; export const x = randn([20, 20]).mul(2);`),
    );
    const colors = (): Promise<number[]> =>
      panel.page
        .locator("canvas")
        .first()
        .evaluate((canvas: HTMLCanvasElement) => [...canvas.getContext("2d")!.getImageData(0, 0, 3, 3).data]);
    const dark = await colors();
    await panel.setTheme("light");
    await panel.page.waitForTimeout(200);
    assert.notDeepEqual(await colors(), dark);
  });

  it("ignores messages that are none of the extension's", async () => {
    panel = await openPanel(browser);
    await panel.page.evaluate(() => {
      postMessage({ type: "program", code: 1 }, "*");
      postMessage("nonsense", "*");
    });
    await panel.page.waitForTimeout(300);
    assert.deepEqual(panel.errors, []);
    assert.equal(panel.page.workers().length, 0);
  });
});
