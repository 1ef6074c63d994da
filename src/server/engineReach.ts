// Which files may use the engine: those that name it, and those that lead to one through relative imports. All others are
// left alone, so that a folder without neural networks costs nothing.

import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

const engineName = "@shapelens/engine";
const importPattern = /\b(?:from|import|require)\s*\(?\s*["'`](\.[^"'`\n]*)["'`]/g;
const extensions = ["", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];
const sourceExtensions: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};
/** Files looked at before giving up on a very large program. */
const limit = 2_000;

interface Source {
  readonly namesEngine: boolean;
  readonly imports: readonly string[];
}

export class EngineReach {
  private readonly sources = new Map<string, Source | undefined>();

  /** `openText` is the editor's text of a file that is open. */
  constructor(private readonly openText: (file: string) => string | undefined = () => undefined) {}

  reaches(file: string): boolean {
    const seen = new Set([file]);
    for (const each of seen) {
      const source = this.source(each);
      if (source?.namesEngine) return true;
      if (seen.size > limit) return false;
      for (const imported of source?.imports ?? []) seen.add(imported);
    }
    return false;
  }

  /** The file's text changed in the editor. */
  changed(file: string): void {
    this.sources.delete(file);
  }

  /** Files came or went on disk: an import may lead elsewhere now. */
  diskChanged(): void {
    this.sources.clear();
  }

  private source(file: string): Source | undefined {
    if (!this.sources.has(file)) this.sources.set(file, this.read(file));
    return this.sources.get(file);
  }

  private read(file: string): Source | undefined {
    const text = this.openText(file) ?? readText(file);
    if (text === undefined) return undefined;
    if (text.includes(engineName)) return { namesEngine: true, imports: [] };
    const imports = [...text.matchAll(importPattern)].map(([, specifier]) => this.resolve(file, specifier!));
    return { namesEngine: false, imports: imports.filter((imported) => imported !== undefined) };
  }

  private resolve(from: string, specifier: string): string | undefined {
    const base = resolve(dirname(from), specifier);
    const [extension = ""] = /\.[cm]?jsx?$/.exec(base) ?? [];
    const twins = (sourceExtensions[extension] ?? []).map((other) => base.slice(0, -extension.length) + other);
    const candidates = [...extensions.map((other) => base + other), ...twins];
    const inFolder = extensions.slice(1).map((other) => resolve(base, `index${other}`));
    return [...candidates, ...inFolder].find((file) => this.openText(file) !== undefined || isFile(file));
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}
