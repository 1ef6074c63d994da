// The source files that paths on the command line mean.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { TextDocument } from "vscode-languageserver-textdocument";

const sourceName = /\.(?:[cm]?[jt]s|[jt]sx)$/i;
const declarationName = /\.d\.[cm]?ts$/i;
const skippedFolders = new Set(["node_modules", "dist"]);

export interface Source {
  readonly file: string;
  readonly document: TextDocument;
}

/** The absolute paths of all sources that the paths name or contain, each once; `fail` is told what cannot be read. */
export function findSources(paths: readonly string[], fail: (message: string) => void): string[] {
  const found = new Set<string>();
  for (const path of paths) {
    const file = resolve(path);
    const stats = statSync(file, { throwIfNoEntry: false });
    if (!stats) fail(`${path}: there is no such file or folder.`);
    else if (stats.isDirectory()) collect(file, found, fail);
    else if (sourceName.test(file)) found.add(file);
    else fail(`${path}: neither a folder nor a TypeScript or JavaScript file (.ts .tsx .mts .cts .js .jsx .mjs .cjs).`);
  }
  return [...found];
}

/** The text of a file; `undefined`, after telling `fail`, when it cannot be read. */
export function readSource(file: string, fail: (message: string) => void): Source | undefined {
  try {
    return { file, document: TextDocument.create(file, "", 0, readFileSync(file, "utf8")) };
  } catch (error) {
    fail(`${file}: cannot be read: ${(error as Error).message}.`);
    return undefined;
  }
}

function collect(folder: string, found: Set<string>, fail: (message: string) => void): void {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!skippedFolders.has(entry.name) && !entry.name.startsWith(".")) collect(path, found, fail);
      } else if (isSource(entry.name) && isFile(path)) found.add(path);
    }
  } catch (error) {
    fail(`${folder}: cannot be read: ${(error as Error).message}.`);
  }
}

function isSource(name: string): boolean {
  return sourceName.test(name) && !declarationName.test(name) && !basename(name).startsWith(".");
}

/** Links to files count, links to folders do not: they may lead in circles. */
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
