// `Shapelens: Show Shape Table`: the models of the active file layer by layer, as Markdown in a read-only document beside
// it that can be copied and follows the source while it is edited.

import * as vscode from "vscode";
import { editorRequests, type ShapeTableResult } from "../../protocol/editor";
import { languages, type LanguageServer } from "../languageServer";

const scheme = "shapelens-table";
/** Milliseconds without an edit before an open table is written again. */
const pause = 300;

export function registerShowShapeTable({ subscriptions }: vscode.ExtensionContext, server: LanguageServer): void {
  const tables = new ShapeTables(server);
  subscriptions.push(
    tables,
    vscode.workspace.registerTextDocumentContentProvider(scheme, tables),
    vscode.workspace.onDidChangeTextDocument(({ document }) => tables.sourceChanged(document.uri)),
    server.onDidChangeState(() => tables.serverChanged()),
    vscode.commands.registerCommand("shapelens.showShapeTable", async (source?: unknown) => {
      const uri = typeof source === "string" ? vscode.Uri.parse(source, true) : activeSource();
      if (!uri) {
        void vscode.window.showInformationMessage("Open a TypeScript or JavaScript file to see its shape table.");
        return;
      }
      const table = tableOf(uri);
      tables.refresh(table);
      const document = await vscode.workspace.openTextDocument(table);
      const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside);
      await tables.unwrap(editor);
    }),
  );
}

class ShapeTables implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(private readonly server: LanguageServer) {}

  private readonly unwrapped = new WeakSet<vscode.TextDocument>();

  readonly onDidChange = this.changed.event;

  async provideTextDocumentContent(table: vscode.Uri): Promise<string> {
    const source = vscode.Uri.parse(table.query, true);
    try {
      // The server knows open documents only.
      await vscode.workspace.openTextDocument(source);
      const { markdown } = await this.server.ask<ShapeTableResult>(editorRequests.shapeTable, {
        uri: source.toString(),
      });
      return markdown || "This file does not use @shapelens/engine.\n";
    } catch (error) {
      return `The shape table cannot be shown. ${error instanceof Error ? error.message : String(error)}\n`;
    }
  }

  /** Rows that are broken are no rows: a table scrolls, even where Markdown is wrapped. */
  async unwrap(editor: vscode.TextEditor): Promise<void> {
    const { document } = editor;
    const wrap = vscode.workspace.getConfiguration("editor", document).get<string>("wordWrap");
    if (wrap === "off" || this.unwrapped.has(document) || vscode.window.activeTextEditor !== editor) return;
    this.unwrapped.add(document);
    await vscode.commands.executeCommand("editor.action.toggleWordWrap");
  }

  refresh(table: vscode.Uri): void {
    this.changed.fire(table);
  }

  sourceChanged(source: vscode.Uri): void {
    const table = tableOf(source);
    const key = table.toString();
    if (!openTables().some((uri) => uri.toString() === key)) return;
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => {
        this.timers.delete(key);
        this.changed.fire(table);
      }, pause),
    );
  }

  serverChanged(): void {
    if (this.server.state === "running") for (const table of openTables()) this.changed.fire(table);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.changed.dispose();
  }
}

/** The name ends in .md, so that the editor shows it as Markdown and offers its preview. */
function tableOf(source: vscode.Uri): vscode.Uri {
  const name = source.path.slice(source.path.lastIndexOf("/") + 1);
  return vscode.Uri.from({ scheme, path: `/Shapes of ${name}.md`, query: source.toString() });
}

function openTables(): vscode.Uri[] {
  return vscode.workspace.textDocuments.map(({ uri }) => uri).filter((uri) => uri.scheme === scheme);
}

function activeSource(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document && languages.includes(document.languageId) ? document.uri : undefined;
}
