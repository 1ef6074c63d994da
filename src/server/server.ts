// Composes the language server on a connection: documents, settings, and one feature per file.

import { type Connection, Emitter, TextDocuments, TextDocumentSyncKind } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { type Analyzer } from "../analyzer/analyzer";
import { clientFacts } from "./clientFacts";
import { registerCodeActions } from "./features/codeActions";
import { registerCodeLenses } from "./features/codeLenses";
import { registerCompleteness } from "./features/completeness";
import { registerDiagnostics } from "./features/diagnostics";
import { registerHover } from "./features/hover";
import { registerInlayHints } from "./features/inlayHints";
import { registerRequests } from "./features/requests";
import { registerWatchedFiles } from "./features/watchedFiles";
import { Project } from "./project";
import { type Feature, type Session, type TextChange } from "./session";
import { SettingsStore } from "./settingsStore";

const features: readonly Feature[] = [
  registerDiagnostics,
  registerHover,
  registerInlayHints,
  registerCodeLenses,
  registerCodeActions,
  registerRequests,
  registerCompleteness,
  registerWatchedFiles,
];

/** Serves the connection until it ends. The analyzer is loaded when the first document needs it. */
export function startServer(connection: Connection, loadAnalyzer: () => Promise<Analyzer> = realAnalyzer): void {
  const textChanged = new Emitter<TextChange>();
  const saved = new Emitter<string>();
  const ready = new Emitter<void>();
  const documents = new TextDocuments({
    create: (uri, languageId, version, content) => TextDocument.create(uri, languageId, version, content),
    update(document, changes, version) {
      for (const change of changes) textChanged.fire({ uri: document.uri, change });
      return TextDocument.update(document, changes, version);
    },
  });
  documents.onDidSave(({ document }) => saved.fire(document.uri));

  const settings = new SettingsStore(connection);
  const load = async (): Promise<Analyzer> => {
    await settings.ready;
    return loadAnalyzer();
  };
  const project = new Project(documents, load, (message) => connection.console.error(message));
  let client = clientFacts({ capabilities: {}, processId: null, rootUri: null });
  const session: Session = {
    connection,
    project,
    get client() {
      return client;
    },
    get settings() {
      return settings.current;
    },
    onDidChangeSettings: settings.onDidChange,
    onReady: ready.event,
    onDidChangeText: textChanged.event,
    onDidSave: saved.event,
  };
  const capabilities = features.map((register) => register(session));
  settings.onDidChange(() => project.refresh());

  connection.onInitialize((params) => {
    client = clientFacts(params);
    settings.introduce(client);
    const textDocumentSync = { openClose: true, change: TextDocumentSyncKind.Incremental, save: true };
    return { capabilities: Object.assign({ textDocumentSync }, ...capabilities), serverInfo: { name: "shapelens" } };
  });
  connection.onInitialized(() => {
    settings.start();
    ready.fire();
  });
  documents.listen(connection);
  connection.listen();
}

async function realAnalyzer(): Promise<Analyzer> {
  const { createAnalyzer } = await import("../analyzer/analyzer");
  return createAnalyzer();
}
