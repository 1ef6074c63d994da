// `Shapelens: Run Model`: runs the active editor's file, or the model whose lens was clicked, in a panel.

import * as vscode from "vscode";
import { type ModelProgram } from "./modelProgram";
import { PanelManager } from "./panelManager";
import { type AskServer } from "./serverFacts";
import { isTrusted } from "./trust";

const languages = ["typescript", "typescriptreact", "javascript", "javascriptreact"];

/** Registers the command, and the panels that come back after a window reload. */
export function registerRunModel(context: vscode.ExtensionContext, ask: AskServer): void {
  const manager = new PanelManager(context, ask);
  context.subscriptions.push(
    manager,
    vscode.window.registerWebviewPanelSerializer(PanelManager.viewType, manager),
    vscode.commands.registerCommand("shapelens.runModel", async (uri?: unknown, modelName?: unknown) => {
      if (!(await isTrusted())) return;
      const document = await documentOf(uri);
      if (document === undefined) {
        void vscode.window.showInformationMessage("Open a TypeScript or JavaScript file with a model to run it.");
        return;
      }
      const wanted: ModelProgram = {
        uri: document.uri,
        modelName: typeof modelName === "string" ? modelName : undefined,
      };
      await manager.open(wanted);
    }),
  );
}

async function documentOf(uri: unknown): Promise<vscode.TextDocument | undefined> {
  if (uri instanceof vscode.Uri) return vscode.workspace.openTextDocument(uri);
  if (typeof uri === "string") return vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
  const document = vscode.window.activeTextEditor?.document;
  return document !== undefined && languages.includes(document.languageId) ? document : undefined;
}
