// What every feature of the server works with.

import {
  type Connection,
  type Event,
  type ServerCapabilities,
  type TextDocumentContentChangeEvent,
} from "vscode-languageserver";
import { type ClientFacts } from "./clientFacts";
import { type Project } from "./project";
import { type Settings } from "./settings";

/** One change of an open document's text. */
export interface TextChange {
  readonly uri: string;
  readonly change: TextDocumentContentChangeEvent;
}

export interface Session {
  readonly connection: Connection;
  readonly project: Project;
  /** What the client can do; the least possible until it has introduced itself. */
  readonly client: ClientFacts;
  readonly settings: Settings;
  readonly onDidChangeSettings: Event<Settings>;
  /** Told once, when the client takes requests. */
  readonly onReady: Event<void>;
  /** The changes of open documents in the order they were made, before the document has its new version. */
  readonly onDidChangeText: Event<TextChange>;
  readonly onDidSave: Event<string>;
}

/** Installs one feature's handlers and says what it adds to the server's capabilities. */
export type Feature = (session: Session) => ServerCapabilities;
