// From the analyzer's files and offsets to the protocol's URIs and positions, and back.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Location, type Range } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { type Place, type Span } from "../analyzer/facts";

/** Languages whose documents may use the engine, with the extension a document without a file gets. */
const extensions: Readonly<Record<string, string>> = {
  typescript: ".ts",
  typescriptreact: ".tsx",
  javascript: ".js",
  javascriptreact: ".jsx",
};

/** The absolute path under which the analyzer knows a document; `undefined` for documents it cannot read. */
export function fileOf(uri: string, languageId: string): string | undefined {
  const extension = extensions[languageId];
  if (extension === undefined) return undefined;
  try {
    const { protocol, pathname } = new URL(uri);
    if (protocol === "file:") return fileURLToPath(uri);
    // A document that was never saved lives in a folder that no disk has, so that its relative imports lead nowhere.
    if (protocol === "untitled:") return resolve("/", "~untitled", `${decodeURIComponent(pathname)}${extension}`);
  } catch {
    // What is no URI of a file is no document of ours.
  }
  return undefined;
}

export function rangeOf(document: TextDocument, { start, end }: Span): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

/** Finds the texts that places point into: open documents first, then the disk. */
export class Locations {
  constructor(private readonly openDocument: (file: string) => TextDocument | undefined) {}

  /** Where the place is; `undefined` when its file cannot be read any more. */
  locate(place: Place): Location | undefined {
    const document = this.documentOf(place.file);
    return document && { uri: document.uri, range: rangeOf(document, place) };
  }

  /** The place as a link for Markdown, and its line as a person counts. */
  link(place: Place): { readonly href: string; readonly line: number } | undefined {
    const location = this.locate(place);
    if (!location) return undefined;
    const line = location.range.start.line + 1;
    return { href: `${location.uri}#L${String(line)}`, line };
  }

  /** Places lie in few files, and a file is read only when it is not open: no cache to keep fresh. */
  private documentOf(file: string): TextDocument | undefined {
    const open = this.openDocument(file);
    if (open) return open;
    try {
      return TextDocument.create(pathToFileURL(file).href, "", 0, readFileSync(file, "utf8"));
    } catch {
      return undefined;
    }
  }
}
