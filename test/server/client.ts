// A language client for tests: the built server as a process over stdio, driven through the protocol alone.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import {
  type CodeAction,
  createProtocolConnection,
  type Diagnostic,
  type Hover,
  type InlayHint,
  type InitializeResult,
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";

const dist = join(__dirname, "../../dist");

export const commands = {
  server: [join(dist, "server.js"), "--stdio"],
  cli: [join(dist, "cli.js"), "lsp", "--stdio"],
} as const;

interface Options {
  readonly command?: readonly string[];
  /** Answers to `workspace/configuration`; they may be replaced while the client runs. */
  readonly settings?: object;
  readonly initializationOptions?: object;
}

export class TestClient {
  readonly published: PublishDiagnosticsParams[] = [];
  readonly refreshes: string[] = [];
  initialized: InitializeResult | undefined;
  private readonly documents = new Map<string, TextDocument>();

  private constructor(
    private readonly process: ChildProcess,
    private readonly connection: ProtocolConnection,
    private settings: object,
  ) {
    connection.onRequest("workspace/configuration", () => [this.settings]);
    connection.onRequest("client/registerCapability", () => undefined);
    connection.onRequest("workspace/inlayHint/refresh", () => void this.refreshes.push("inlayHint"));
    connection.onRequest("workspace/codeLens/refresh", () => void this.refreshes.push("codeLens"));
    connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
      this.published.push(params);
    });
    connection.listen();
  }

  static async start({
    command = commands.server,
    settings = {},
    initializationOptions,
  }: Options = {}): Promise<TestClient> {
    const process = spawn(globalThis.process.execPath, command, { stdio: ["pipe", "pipe", "inherit"] });
    const connection = createProtocolConnection(
      new StreamMessageReader(process.stdout!),
      new StreamMessageWriter(process.stdin!),
    );
    const client = new TestClient(process, connection, settings);
    client.initialized = await connection.sendRequest<InitializeResult>("initialize", {
      processId: globalThis.process.pid,
      rootUri: null,
      initializationOptions,
      capabilities: {
        workspace: {
          configuration: true,
          didChangeConfiguration: { dynamicRegistration: true },
          didChangeWatchedFiles: { dynamicRegistration: true },
          inlayHint: { refreshSupport: true },
          codeLens: { refreshSupport: true },
        },
        textDocument: {
          hover: { contentFormat: ["markdown"] },
          publishDiagnostics: { relatedInformation: true },
        },
      },
    });
    await connection.sendNotification("initialized", {});
    return client;
  }

  request<Result>(method: string, params: object): Promise<Result> {
    return this.connection.sendRequest<Result>(method, params);
  }

  notify(method: string, params: object): Promise<void> {
    return this.connection.sendNotification(method, params);
  }

  async open(uri: string, text: string, languageId = "typescript"): Promise<void> {
    this.documents.set(uri, TextDocument.create(uri, languageId, 1, text));
    await this.notify("textDocument/didOpen", { textDocument: { uri, languageId, version: 1, text } });
  }

  /** Replaces the first place where `old` stands, as an editor sends it. */
  async replace(uri: string, old: string, text: string): Promise<void> {
    const document = this.document(uri);
    const start = document.getText().indexOf(old);
    if (start < 0) throw new Error(`${uri} has no ${old}`);
    const range = { start: document.positionAt(start), end: document.positionAt(start + old.length) };
    const contentChanges = [{ range, text }];
    const version = document.version + 1;
    TextDocument.update(document, contentChanges, version);
    await this.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges });
  }

  save(uri: string): Promise<void> {
    return this.notify("textDocument/didSave", { textDocument: { uri } });
  }

  async close(uri: string): Promise<void> {
    this.documents.delete(uri);
    await this.notify("textDocument/didClose", { textDocument: { uri } });
  }

  /** Closes every document and forgets what was said about them. */
  async closeAll(): Promise<void> {
    for (const uri of [...this.documents.keys()]) await this.close(uri);
    await this.settled();
    this.published.length = 0;
    this.refreshes.length = 0;
  }

  changeSettings(settings: object): Promise<void> {
    this.settings = settings;
    return this.notify("workspace/didChangeConfiguration", { settings: null });
  }

  /** The Markdown shown over the n-th place where `word` stands. */
  async hover(uri: string, word: string, occurrence = 1): Promise<string | undefined> {
    const params = { textDocument: { uri }, position: this.position(uri, word, occurrence) };
    const hover = await this.request<Hover | null>("textDocument/hover", params);
    return hover ? (hover.contents as { value: string }).value : undefined;
  }

  /** All hints, as the text before the hint on its line and its label. */
  async hints(uri: string): Promise<string[]> {
    const document = this.document(uri);
    const range = { start: { line: 0, character: 0 }, end: { line: document.lineCount, character: 0 } };
    const hints = await this.request<InlayHint[] | null>("textDocument/inlayHint", { textDocument: { uri }, range });
    return (hints ?? []).map(({ position, label }) => {
      const before = document.getText({ start: { ...position, character: 0 }, end: position });
      return `${/[\w$]*$/.exec(before)![0]} ${label as string}`;
    });
  }

  /** What the lightbulb offers for a diagnostic. */
  async actions(uri: string, diagnostic: Diagnostic): Promise<CodeAction[]> {
    const params = { textDocument: { uri }, range: diagnostic.range, context: { diagnostics: [diagnostic] } };
    return (await this.request<CodeAction[] | null>("textDocument/codeAction", params)) ?? [];
  }

  /** What was published last for the document; `undefined` before anything was. */
  diagnostics(uri: string): Diagnostic[] | undefined {
    return this.published.findLast((params) => params.uri === uri)?.diagnostics;
  }

  /** The last published diagnostics as code and the text under the squiggle. */
  squiggles(uri: string): string[] | undefined {
    const document = this.document(uri);
    return this.diagnostics(uri)?.map(({ code, range }) => `${String(code)} ${document.getText(range)}`);
  }

  /** Waits until the check stops throwing. */
  async eventually(check: () => void | Promise<void>): Promise<void> {
    const end = Date.now() + 10_000;
    for (;;) {
      try {
        return await check();
      } catch (error) {
        if (Date.now() > end) throw error;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }

  /** Every message sent so far has been worked on when this is done. */
  async settled(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 100));
    await this.request("shapelens/models", { uri: "file:///nothing.ts" });
  }

  /** Ends the server in the protocol's own way, and gives its exit code. */
  async stop(): Promise<number | null> {
    const exited = once(this.process, "exit");
    await this.connection.sendRequest("shutdown");
    await this.connection.sendNotification("exit");
    const [code] = (await exited) as [number | null];
    this.connection.dispose();
    return code;
  }

  private position(uri: string, word: string, occurrence: number): Position {
    const document = this.document(uri);
    let offset = -1;
    for (let count = 0; count < occurrence; count++) offset = document.getText().indexOf(word, offset + 1);
    if (offset < 0) throw new Error(`${uri} has no ${word}`);
    return document.positionAt(offset);
  }

  private document(uri: string): TextDocument {
    const document = this.documents.get(uri);
    if (!document) throw new Error(`${uri} is not open`);
    return document;
  }
}
