// The language server as the extension sees it: started, asked, restarted. The client library is loaded after activation.

import * as vscode from "vscode";
import { type LanguageClient } from "vscode-languageclient/node";
import { type CompletenessParams, editorNotifications, type FileParams } from "../protocol/editor";

/** Languages whose documents may use the engine. */
export const languages: readonly string[] = ["typescript", "typescriptreact", "javascript", "javascriptreact"];

export type ServerState = "starting" | "running" | "stopped";

export class LanguageServer implements vscode.Disposable {
  private readonly stateChanged = new vscode.EventEmitter<ServerState>();
  /** The documents that are not followed to their end. */
  private readonly partial = new Set<string>();
  private readonly completenessChanged = new vscode.EventEmitter<void>();
  private client: Promise<LanguageClient> | undefined;
  private current: ServerState = "starting";

  constructor(
    private readonly context: vscode.ExtensionContext,
    readonly output: vscode.LogOutputChannel,
  ) {}

  readonly onDidChangeState = this.stateChanged.event;

  readonly onDidChangeCompleteness = this.completenessChanged.event;

  get state(): ServerState {
    return this.current;
  }

  /** Whether the analysis of a document came to its end: what is missing in it is not known, else it is nothing. */
  isComplete(document: vscode.TextDocument): boolean {
    return !this.partial.has(document.uri.toString());
  }

  /** Starts the server where it does not run yet; fulfilled when it answers or its failure was reported. */
  async start(): Promise<void> {
    const started = performance.now();
    try {
      await (this.client ??= this.launch());
      this.output.info(`The language server answered after ${(performance.now() - started).toFixed(0)} ms`);
    } catch (error) {
      this.client = undefined;
      this.setState("stopped");
      this.output.error(error instanceof Error ? error : String(error));
      const show = "Show Output";
      const message = "Shapelens could not start its language server: no shapes are shown.";
      void vscode.window.showErrorMessage(message, show).then((answer) => {
        if (answer === show) this.output.show();
      });
    }
  }

  async restart(): Promise<void> {
    const client = await this.client?.catch(() => undefined);
    this.client = undefined;
    this.setState("starting");
    // A server that hangs does not answer the request to stop; its process is ended then.
    await client?.dispose(2_000).catch((error: unknown) => this.output.warn(String(error)));
    await this.start();
  }

  /** Sends one of the requests of `editorRequests`, once the server runs. */
  async ask<Result>(method: string, params: FileParams): Promise<Result> {
    if (!this.client) throw new Error("The language server is not running: try Shapelens: Restart Server.");
    return (await this.client).sendRequest<Result>(method, params);
  }

  dispose(): void {
    void this.client?.then((client) => client.dispose());
    this.stateChanged.dispose();
    this.completenessChanged.dispose();
  }

  private async launch(): Promise<LanguageClient> {
    // The activation is over before the library is loaded.
    await new Promise((resolve) => setImmediate(resolve));
    const { LanguageClient, State, TransportKind } = await import("vscode-languageclient/node");
    const module = this.context.asAbsolutePath("dist/server.js");
    const client = new LanguageClient(
      "shapelens",
      "Shapelens",
      {
        run: { module, transport: TransportKind.ipc },
        debug: { module, transport: TransportKind.ipc, options: { execArgv: ["--nolazy", "--inspect=6009"] } },
      },
      {
        documentSelector: ["file", "untitled"].flatMap((scheme) => languages.map((language) => ({ scheme, language }))),
        outputChannel: this.output,
        initializationOptions: { runsModels: true, showsCompleteness: true },
        markdown: { supportHtml: false },
      },
    );
    const states: Readonly<Record<number, ServerState>> = {
      [State.Starting]: "starting",
      [State.Running]: "running",
      [State.Stopped]: "stopped",
    };
    client.onDidChangeState(({ newState }) => this.setState(states[newState] ?? "stopped"));
    client.onNotification(editorNotifications.completeness, (params: CompletenessParams) => this.note(params));
    await client.start();
    return client;
  }

  private note({ uri, isComplete }: CompletenessParams): void {
    const key = vscode.Uri.parse(uri).toString();
    if (isComplete) this.partial.delete(key);
    else this.partial.add(key);
    this.completenessChanged.fire();
  }

  private setState(state: ServerState): void {
    if (this.current === state) return;
    this.current = state;
    if (state !== "running") this.partial.clear();
    this.stateChanged.fire(state);
  }
}
