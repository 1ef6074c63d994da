// `Shapelens: Toggle Shape Hints`: shows or hides the shapes between the code.

import * as vscode from "vscode";

const setting = "inlayHints.enable";

export function registerToggleShapeHints({ subscriptions }: vscode.ExtensionContext): void {
  subscriptions.push(
    vscode.commands.registerCommand("shapelens.toggleShapeHints", async () => {
      const section = vscode.workspace.getConfiguration("shapelens");
      const shown = section.get<boolean>(setting, true);
      await section.update(setting, !shown, targetOf(section));
      vscode.window.setStatusBarMessage(shown ? "Shape hints are hidden" : "Shape hints are shown", 3_000);
    }),
  );
}

/** Where the setting is made now: a change elsewhere would have no effect. */
function targetOf(section: vscode.WorkspaceConfiguration): vscode.ConfigurationTarget {
  const made = section.inspect<boolean>(setting);
  if (made?.workspaceFolderValue !== undefined) return vscode.ConfigurationTarget.WorkspaceFolder;
  if (made?.workspaceValue !== undefined) return vscode.ConfigurationTarget.Workspace;
  return vscode.ConfigurationTarget.Global;
}
