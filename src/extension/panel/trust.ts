// Running is running code of the workspace: not before its author is trusted.

import * as vscode from "vscode";

/** Whether models may run here; says why when they may not. */
export async function isTrusted(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = "Manage Workspace Trust";
  const answer = await vscode.window.showWarningMessage(
    "Run Model runs the code of this folder, and this folder is not trusted. Shapes and problems are shown without running anything.",
    manage,
  );
  if (answer === manage) await vscode.commands.executeCommand("workbench.trust.manage");
  return false;
}
