// Bundles a file of the user's with everything it imports, the engine and the worker's runtime into one script.

import { readFile } from "node:fs/promises";
import { dirname, join, normalize, resolve } from "node:path";
import { type BuildFailure, type Loader, type Message, type Metafile, type Plugin } from "esbuild";
import { describeFailure } from "./bundleFailure";
import { registerNames } from "./registerNames";

export interface BundleRequest {
  /** The file to run: absolute. It need not be on the disk when its text is open. */
  readonly file: string;
  /** Unsaved texts of open editors by absolute path; they win over the disk. */
  readonly openTexts: ReadonlyMap<string, string>;
  /** Where imports of the engine lead: the copy that ships with the extension. */
  readonly engine: { readonly main: string; readonly onnx: string; readonly tooling: string };
  /** The module whose `serve` answers the panel, see worker.ts. */
  readonly runtime: string;
  /** Aborting gives up bundling: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Where a bundle failed: 0-based line and character. */
export interface BundlePlace {
  readonly file: string;
  readonly line: number;
  readonly character: number;
}

export type BundleResult =
  | {
      readonly ok: true;
      /** A classic script for a worker. */
      readonly code: string;
      /** Its source map; sources are absolute paths, `null` for what is not the user's. */
      readonly map: string;
      /** Every file of the user's and their packages that went in. */
      readonly files: readonly string[];
    }
  | { readonly ok: false; readonly message: string; readonly place?: BundlePlace };

/** Bundles for the browser: Node's own modules are refused. Never runs anything. */
export async function bundle(request: BundleRequest): Promise<BundleResult> {
  // esbuild is a program of its own: it is loaded when the first model is run.
  const esbuild = await import("esbuild");
  const directory = dirname(request.file);
  const context = await esbuild.context({
    stdin: { contents: entryText(request), resolveDir: directory, sourcefile: "shapelens-entry.js", loader: "js" },
    absWorkingDir: directory,
    outfile: join(directory, "shapelens-run.js"),
    bundle: true,
    write: false,
    // The user's module is imported lazily, so that nothing of the output needs to be a module, top-level await included.
    format: "esm",
    banner: { js: '"use strict";' },
    platform: "browser",
    target: "es2022",
    sourcemap: "external",
    sourcesContent: false,
    metafile: true,
    keepNames: true,
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "silent",
    plugins: [openTextsPlugin(request)],
  });
  const cancel = (): void => void context.cancel();
  request.signal?.addEventListener("abort", cancel);
  try {
    request.signal?.throwIfAborted();
    const { outputFiles, metafile } = await context.rebuild();
    request.signal?.throwIfAborted();
    const textOf = (ending: string): string => outputFiles!.find(({ path }) => path.endsWith(ending))!.text;
    return { ok: true, code: textOf(".js"), ...ownSources(textOf(".map"), metafile!, directory, request) };
  } catch (error) {
    request.signal?.throwIfAborted();
    if (!isBuildFailure(error)) throw error;
    return { ok: false, ...describeFailure(error.errors as readonly Message[], directory) };
  } finally {
    request.signal?.removeEventListener("abort", cancel);
    await context.dispose();
  }
}

function entryText({ file, runtime }: BundleRequest): string {
  return `import { serve } from ${JSON.stringify(runtime)};\nserve(() => import(${JSON.stringify(file)}));\n`;
}

/** Resolves the engine, and reads open editors instead of the disk. */
function openTextsPlugin({ file, openTexts, engine, runtime }: BundleRequest): Plugin {
  const texts = new Map([...openTexts].map(([path, text]) => [normalize(path), text]));
  return {
    name: "shapelens",
    setup(build) {
      const entries = new Map([
        ["@shapelens/engine", engine.main],
        ["@shapelens/engine/onnx", engine.onnx],
        ["@shapelens/engine/tooling", engine.tooling],
      ]);
      build.onResolve({ filter: /^@shapelens\/engine/ }, ({ path }) => ({ path: entries.get(path) }));
      build.onResolve({ filter: /.*/ }, (args) => {
        if (args.path === runtime || args.path === file) return { path: args.path };
        if (args.kind === "entry-point" || !/^\.{1,2}(\/|$)/.test(args.path)) return undefined;
        const path = openFileFor(resolve(args.resolveDir, args.path), texts);
        return path === undefined ? undefined : { path };
      });
      build.onLoad({ filter: /\.([cm]?[jt]s|[jt]sx|json)$/ }, async ({ path }) => {
        const text = texts.get(normalize(path)) ?? (await readFile(path, "utf8"));
        // Places are told in the files that run, whatever those were once made from.
        const plain = text.replace(/^\/\/# sourceMappingURL=.*$/gm, "");
        const contents = normalize(path) === normalize(file) ? registerNames(plain) : plain;
        return { contents, loader: loaderOf(path), resolveDir: dirname(path) };
      });
    },
  };
}

/** A file that is open in an editor need not be on the disk yet; the endings are tried as esbuild does. */
function openFileFor(path: string, texts: ReadonlyMap<string, string>): string | undefined {
  const stem = path.replace(/\.([cm]?)js$/, "");
  const endings = ["", ".ts", ".tsx", ".js", ".jsx", ".mts", ".mjs", ".json"];
  return [path, ...[path, stem].flatMap((base) => endings.map((ending) => base + ending))].find((name) =>
    texts.has(name),
  );
}

function loaderOf(path: string): Loader {
  if (/\.json$/.test(path)) return "json";
  if (/\.tsx$/.test(path)) return "tsx";
  return /ts$/.test(path) ? "ts" : "jsx";
}

interface OwnSources {
  readonly map: string;
  readonly files: readonly string[];
}

/** Takes the engine and the runtime out of a source map: they are nothing the user wants to be led to. */
function ownSources(mapText: string, { inputs }: Metafile, directory: string, request: BundleRequest): OwnSources {
  const own = reachable(inputs, directory, request);
  const map = JSON.parse(mapText) as { sources: (string | null)[] };
  map.sources = map.sources.map((source) => {
    const path = source === null ? undefined : resolve(directory, source);
    return path !== undefined && own.has(path) ? path : null;
  });
  return { map: JSON.stringify(map), files: [...own] };
}

/** The user's file and everything it imports, up to the engine. */
function reachable(
  inputs: Metafile["inputs"],
  directory: string,
  { file, engine }: BundleRequest,
): ReadonlySet<string> {
  const importsOf = new Map(
    Object.entries(inputs).map(([path, { imports }]) => [
      resolve(directory, path),
      imports.filter(({ external }) => !external).map((each) => resolve(directory, each.path)),
    ]),
  );
  const ends = new Set(Object.values(engine).map(normalize));
  const found = new Set([normalize(file)]);
  for (const path of found) {
    for (const imported of importsOf.get(path) ?? []) if (!ends.has(imported)) found.add(imported);
  }
  return found;
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);
}
