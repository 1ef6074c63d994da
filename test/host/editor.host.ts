// The editor itself, before anything of Shapelens is asked: the tests can type, hover, look into a web view.

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, eventually, hoverText, openText, page, putCursor, runFromPalette, selectText } from "./driver";

describe("The editor under test", () => {
  afterEach(closeAll);

  it("takes real keys", async () => {
    const editor = await openText("const answer = 41;\n");
    await selectText(editor, "41");
    await page.type("42");
    await eventually(() => {
      assert.equal(editor.document.getText(), "const answer = 42;\n");
    });
    await putCursor(editor, "answer", { after: true });
    await page.press("Backspace");
    await eventually(() => {
      assert.equal(editor.document.getText(), "const answe = 42;\n");
    });
  });

  it("shows a hover under the mouse", async () => {
    const provider = vscode.languages.registerHoverProvider("plaintext", {
      provideHover: (document, position) =>
        new vscode.Hover(`over ${document.getText(document.getWordRangeAtPosition(position))}`),
    });
    try {
      const editor = await openText("one two three\n", "plaintext");
      assert.match(await hoverText(editor, "two"), /over two/);
      await page.screenshot("editor-hover");
    } finally {
      provider.dispose();
    }
  });

  it("runs a command from the palette", async () => {
    await runFromPalette("File: New Untitled Text File");
    await eventually(() => {
      assert.equal(vscode.window.activeTextEditor?.document.isUntitled, true);
    });
  });

  it("presses buttons inside a web view", async () => {
    const panel = vscode.window.createWebviewPanel("test", "Test", vscode.ViewColumn.One, { enableScripts: true });
    const received = new Promise<string>((resolve) => panel.webview.onDidReceiveMessage(resolve));
    panel.webview.html = `
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-test'">
      <button>Press</button>
      <script nonce="test">
        document.querySelector("button").onclick = (event) => {
          event.target.textContent = "Done";
          acquireVsCodeApi().postMessage("pressed");
        };
      </script>`;
    const button = { selector: "button", frame: "webview" } as const;
    await page.click({ ...button, text: "Press" });
    assert.equal(await received, "pressed");
    assert.equal(await page.textContent(button), "Done");
    assert.equal(await page.evaluate(button, "return element.ownerDocument.scripts.length > 0"), true);
    await page.screenshot("editor-webview");
    panel.dispose();
  });
});
