// A folder that nobody has trusted: shapes and problems are shown, and nothing of it is run.

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { closeAll, eventually, hoverText, openFile, page } from "./driver";

describe("In a folder that is not trusted", () => {
  afterEach(closeAll);

  it("is not trusted", () => assert.equal(vscode.workspace.isTrusted, false));

  it("shows shapes and problems", async () => {
    const lesson = await openFile("lesson.ts");
    await eventually(async () => assert.match(await hoverText(lesson, "a1"), /a1: \[5, 4\]/));
    const broken = await openFile("broken.ts");
    await eventually(() => {
      const ours = vscode.languages.getDiagnostics(broken.document.uri).filter(({ source }) => source === "shapelens");
      assert.equal(ours.length, 6);
    });
  });

  it("does not run a model, and says why", async () => {
    await openFile("lesson.ts");
    void vscode.commands.executeCommand("shapelens.runModel");
    // An automated editor keeps its notifications in their list.
    await vscode.commands.executeCommand("notifications.showList");
    await page.waitFor({ selector: ".notification-list-item", text: "this folder is not trusted" });
    await page.screenshot("trust-refused");
    const panels = vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .filter(({ input }) => input instanceof vscode.TabInputWebview);
    assert.deepEqual(panels, []);
    await vscode.commands.executeCommand("notifications.clearAll");
  });
});
