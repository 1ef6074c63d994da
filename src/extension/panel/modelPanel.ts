// One panel: sends it programs, carries out what it asks for, tells it about edits.

import { basename } from "node:path";
import * as vscode from "vscode";
import { type HostMessage, type PanelMessage, panelMessage, type SourcePosition } from "../../protocol/panel";
import { panelHtml } from "./html";
import { type ModelProgram, pathOf, prepareProgram } from "./modelProgram";
import { type AskServer } from "./serverFacts";
import { isTrusted } from "./trust";

export class ModelPanel implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #context: vscode.ExtensionContext;
  readonly #ask: AskServer;
  readonly #disposables: vscode.Disposable[] = [];
  #program: ModelProgram | undefined;
  /** The files of the last bundle; the only ones the panel may lead to. */
  #files: ReadonlyMap<string, vscode.Uri> = new Map();
  #bundling = new AbortController();
  readonly #isReady: Promise<void>;
  #becomeReady: () => void = () => undefined;

  constructor(panel: vscode.WebviewPanel, context: vscode.ExtensionContext, ask: AskServer) {
    this.#panel = panel;
    this.#context = context;
    this.#ask = ask;
    this.#isReady = new Promise((resolve) => (this.#becomeReady = resolve));
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(context.extensionUri, "dist")] };
    this.#disposables.push(
      webview.onDidReceiveMessage((message: unknown) => {
        if (panelMessage(message)) void this.#receive(message);
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && this.#files.has(pathOf(document))) this.#send({ type: "edited" });
      }),
      panel.onDidDispose(() => this.#end()),
    );
    panel.iconPath = vscode.Uri.joinPath(context.extensionUri, "media", "icon.svg");
    webview.html = panelHtml(webview, context.extensionUri);
  }

  /** The file it shows. */
  get uri(): vscode.Uri | undefined {
    return this.#program?.uri;
  }

  /** Bundles the program as it is in the editor now and has the panel run it. */
  async run(program: ModelProgram): Promise<void> {
    this.#bundling.abort();
    this.#bundling = new AbortController();
    const { signal } = this.#bundling;
    this.#program = program;
    const title = basename(program.uri.path);
    this.#panel.title = `▶ ${title}`;
    this.#panel.reveal(undefined, true);
    this.#send({ type: "bundling", title });
    try {
      const prepared = await prepareProgram(program, this.#ask, this.#context, signal);
      if (prepared === undefined) {
        if (!signal.aborted) this.#send({ type: "failed", title, message: "No model was chosen." });
        return;
      }
      this.#files = prepared.files;
      this.#program = { ...program, modelName: prepared.modelName };
      this.#send(prepared.message);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#send({ type: "failed", title, message });
    }
  }

  dispose(): void {
    this.#panel.dispose();
  }

  async #receive(message: PanelMessage): Promise<void> {
    switch (message.type) {
      case "ready":
        this.#restore(message.file, message.model);
        return this.#becomeReady();
      case "run":
        if (this.#program !== undefined && (await isTrusted())) await this.run(this.#program);
        return;
      case "reveal":
        return this.#reveal(message.position);
    }
  }

  /** After a reload the panel is the one that remembers what it showed. */
  #restore(file: string | undefined, modelName: string | undefined): void {
    if (file === undefined || this.#program !== undefined) return;
    const uri = vscode.Uri.file(file);
    this.#program = { uri, modelName };
    this.#files = new Map([[file, uri]]);
    this.#panel.title = `▶ ${basename(file)}`;
  }

  async #reveal({ file, line, character }: SourcePosition): Promise<void> {
    const uri = this.#files.get(file);
    if (uri === undefined) return;
    const document = await vscode.workspace.openTextDocument(uri).then(undefined, () => undefined);
    if (document === undefined) {
      void vscode.window.showInformationMessage(`${basename(file)} cannot be opened any more.`);
      return;
    }
    const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
    const position = document.validatePosition(new vscode.Position(line, character));
    await vscode.window.showTextDocument(document, {
      viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One,
      selection: new vscode.Range(position, position),
    });
  }

  #send(message: HostMessage): void {
    void this.#isReady.then(() => this.#panel.webview.postMessage(message));
  }

  #end(): void {
    this.#bundling.abort();
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
