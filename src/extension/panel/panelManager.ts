// Keeps the panels: one for each file, shown again after a window reload.

import * as vscode from "vscode";
import { ModelPanel } from "./modelPanel";
import { type ModelProgram } from "./modelProgram";
import { type AskServer } from "./serverFacts";

export class PanelManager implements vscode.WebviewPanelSerializer, vscode.Disposable {
  static readonly viewType = "shapelens.model";
  readonly #context: vscode.ExtensionContext;
  readonly #ask: AskServer;
  readonly #panels = new Set<ModelPanel>();

  constructor(context: vscode.ExtensionContext, ask: AskServer) {
    this.#context = context;
    this.#ask = ask;
  }

  /** Runs a program in its file's panel, beside the editor. */
  async open(program: ModelProgram): Promise<void> {
    const existing = [...this.#panels].find(({ uri }) => uri?.toString() === program.uri.toString());
    if (existing !== undefined) return existing.run(program);
    const panel = vscode.window.createWebviewPanel(
      PanelManager.viewType,
      "Run Model",
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { retainContextWhenHidden: true },
    );
    await this.#adopt(panel).run(program);
  }

  /** The panel shows what it showed before; nothing runs until somebody asks. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#adopt(panel);
  }

  dispose(): void {
    for (const panel of this.#panels) panel.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): ModelPanel {
    const adopted = new ModelPanel(panel, this.#context, this.#ask);
    this.#panels.add(adopted);
    panel.onDidDispose(() => this.#panels.delete(adopted));
    return adopted;
  }
}
