// `Shapelens: Restart Server`: starts the analysis afresh.

import * as vscode from "vscode";
import { type LanguageServer } from "../languageServer";

export function registerRestartServer({ subscriptions }: vscode.ExtensionContext, server: LanguageServer): void {
  subscriptions.push(
    vscode.commands.registerCommand("shapelens.restartServer", () =>
      vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: "Restarting Shapelens" },
        async () => {
          await server.restart();
        },
      ),
    ),
  );
}
