// Which file an import means: relative paths with and without extension, folders with an index, tsconfig's `paths`.

import { posix, win32 } from "node:path";
import { ts } from "ts-morph";

const extensions = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];
/** TypeScript lets `./a.js` mean `./a.ts`. */
const sourceExtensions: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};

/** The file that `specifier` means in `from`; `undefined` for packages and for what is not there. */
export function resolveFile(
  from: string,
  specifier: string,
  isFile: (file: string) => boolean,
  read: (file: string) => string | undefined,
): string | undefined {
  const path = from.includes("\\") ? win32 : posix;
  const folder = path.dirname(from);
  if (specifier.startsWith(".") || path.isAbsolute(specifier)) {
    return firstFile(path.resolve(folder, specifier), path, isFile);
  }
  for (const candidate of mappedPaths(folder, specifier, path, isFile, read)) {
    const file = firstFile(candidate, path, isFile);
    if (file !== undefined) return file;
  }
  return undefined;
}

function firstFile(base: string, path: typeof posix, isFile: (file: string) => boolean): string | undefined {
  const extension = path.extname(base);
  const stem = extension ? base.slice(0, -extension.length) : base;
  const candidates = [
    ...(extension ? [base] : []),
    ...(sourceExtensions[extension] ?? []).map((other) => stem + other),
    ...extensions.map((other) => base + other),
    ...extensions.map((other) => path.join(base, `index${other}`)),
  ];
  return candidates.find(isFile);
}

/** What the `paths` and `baseUrl` of the nearest tsconfig.json make of a bare specifier. */
function mappedPaths(
  folder: string,
  specifier: string,
  path: typeof posix,
  isFile: (file: string) => boolean,
  read: (file: string) => string | undefined,
): string[] {
  for (let at = folder, up = path.dirname(at); ; at = up, up = path.dirname(at)) {
    const config = ["tsconfig.json", "jsconfig.json"].map((name) => path.join(at, name)).find(isFile);
    if (config !== undefined) return pathsOf(config, at, specifier, path, read);
    if (up === at) return [];
  }
}

function pathsOf(
  config: string,
  folder: string,
  specifier: string,
  path: typeof posix,
  read: (file: string) => string | undefined,
): string[] {
  const parsed: unknown = ts.parseConfigFileTextToJson(config, read(config) ?? "{}").config;
  const options = (parsed as { compilerOptions?: { baseUrl?: unknown; paths?: unknown } } | undefined)?.compilerOptions;
  const base = path.resolve(folder, typeof options?.baseUrl === "string" ? options.baseUrl : ".");
  const found: string[] = [];
  if (typeof options?.paths === "object" && options.paths !== null) {
    for (const [pattern, targets] of Object.entries(options.paths)) {
      const [before = "", after] = pattern.split("*");
      const isMatch =
        after === undefined ? specifier === pattern : specifier.startsWith(before) && specifier.endsWith(after);
      if (!isMatch || !Array.isArray(targets)) continue;
      const middle = after === undefined ? "" : specifier.slice(before.length, specifier.length - after.length);
      for (const target of targets)
        if (typeof target === "string") found.push(path.resolve(base, target.replace("*", middle)));
    }
  }
  if (typeof options?.baseUrl === "string") found.push(path.resolve(base, specifier));
  return found;
}
