// A quiet item in the status bar: there only while a file that uses the engine is in front, loud only when the server is gone.

import * as vscode from "vscode";
import { languages, type LanguageServer } from "./languageServer";

export function registerStatusBar({ subscriptions }: vscode.ExtensionContext, server: LanguageServer): void {
  const item = vscode.window.createStatusBarItem("shapelens.status", vscode.StatusBarAlignment.Right, 10);
  item.name = "Shapelens";
  const update = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    if (!document || !languages.includes(document.languageId) || !document.getText().includes("@shapelens/engine")) {
      item.hide();
      return;
    }
    const isPartial = server.state === "running" && !server.isComplete(document);
    const { text, tooltip, command } = looks[isPartial ? "partial" : server.state];
    item.text = text;
    item.tooltip = tooltip;
    item.command = command;
    const isStopped = server.state === "stopped";
    item.backgroundColor = isStopped ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    item.show();
  };
  subscriptions.push(
    item,
    vscode.commands.registerCommand(showOutput, () => server.output.show()),
    vscode.window.onDidChangeActiveTextEditor(update),
    vscode.workspace.onDidSaveTextDocument(update),
    server.onDidChangeState(update),
    server.onDidChangeCompleteness(update),
  );
  update();
}

const showOutput = "shapelens.showOutput";

const looks = {
  starting: { text: "$(loading~spin) Shapes", tooltip: "Shapelens is starting", command: showOutput },
  running: {
    text: "Shapes",
    tooltip: "Shapelens watches the shapes in this file. Click for its output.",
    command: showOutput,
  },
  partial: {
    text: "Shapes in part",
    tooltip: "This file has too much to follow. The shapes shown are right; others, and problems, may be missing.",
    command: showOutput,
  },
  stopped: {
    text: "$(error) Shapes",
    tooltip: "Shapelens has stopped. Click to start it again.",
    command: "shapelens.restartServer",
  },
} as const;
