// TypeScript's own language service over files in memory, told of the same edits as the analyzer.

import { dirname, resolve } from "node:path";
import { ts } from "ts-morph";

export interface TypeScript {
  update(file: string, text: string): void;
  /** The type errors of a file; gives their number. */
  check(file: string): number;
}

export function startTypeScript(files: ReadonlyMap<string, string>): TypeScript {
  const texts = new Map(files);
  const versions = new Map([...files.keys()].map((file) => [file, 0]));
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    skipLibCheck: true,
    types: [],
    paths: { "@shapelens/engine": [resolve("engine/src/index.ts")] },
  };
  const read = (file: string): string | undefined => texts.get(file) ?? ts.sys.readFile(file);
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...files.keys()],
    getScriptVersion: (file) => String(versions.get(file) ?? 0),
    getScriptSnapshot: (file) => {
      const text = read(file);
      return text === undefined ? undefined : snapshot(text);
    },
    getCurrentDirectory: () => dirname([...files.keys()][0]!),
    // The libraries of the project's own TypeScript, which are files.
    getDefaultLibFileName: () => resolve("node_modules/typescript/lib/lib.es2023.full.d.ts"),
    fileExists: (file) => texts.has(file) || ts.sys.fileExists(file),
    readFile: read,
  });
  return {
    update(file, text) {
      texts.set(file, text);
      versions.set(file, versions.get(file)! + 1);
    },
    check: (file) => service.getSemanticDiagnostics(file).length,
  };
}

/** Knows what changed, as an editor's document does, so that the next parse is an incremental one. */
function snapshot(text: string): ts.IScriptSnapshot {
  return {
    getText: (start, end) => text.slice(start, end),
    getLength: () => text.length,
    getChangeRange: (old) => {
      const before = old.getText(0, old.getLength());
      let start = 0;
      while (start < Math.min(before.length, text.length) && before[start] === text[start]) start++;
      let end = 0;
      const rest = Math.min(before.length, text.length) - start;
      while (end < rest && before.at(-1 - end) === text.at(-1 - end)) end++;
      return { span: { start, length: before.length - start - end }, newLength: text.length - start - end };
    },
  };
}
