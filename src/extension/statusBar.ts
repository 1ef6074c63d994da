// A quiet item in the status bar: there only while a file that uses the engine is in front, loud only when the server is gone.

import * as vscode from "vscode";
import { languages, type LanguageServer } from "./languageServer";

export function registerStatusBar({ subscriptions }: vscode.ExtensionContext, server: LanguageServer): void {
  const showOutput = "shapelens.showOutput";
  const item = vscode.window.createStatusBarItem("shapelens.status", vscode.StatusBarAlignment.Right, 10);
  item.name = "Shapelens";
  const update = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    if (!document || !languages.includes(document.languageId) || !document.getText().includes("@shapelens/engine")) {
      item.hide();
      return;
    }
    const isStopped = server.state === "stopped";
    item.text = isStopped ? "$(error) Shapes" : server.state === "starting" ? "$(loading~spin) Shapes" : "Shapes";
    item.tooltip = tooltips[server.state];
    item.command = isStopped ? "shapelens.restartServer" : showOutput;
    item.backgroundColor = isStopped ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    item.show();
  };
  subscriptions.push(
    item,
    vscode.commands.registerCommand(showOutput, () => server.output.show()),
    vscode.window.onDidChangeActiveTextEditor(update),
    vscode.workspace.onDidSaveTextDocument(update),
    server.onDidChangeState(update),
  );
  update();
}

const tooltips = {
  starting: "Shapelens is starting",
  running: "Shapelens watches the shapes in this file. Click for its output.",
  stopped: "Shapelens has stopped. Click to start it again.",
} as const;
