// The arrows between the rooms of the house run one way; this test reads every import and says which one does not.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { ts } from "ts-morph";

const root = resolve(__dirname, "..");

/** For each room the rooms it may import from, besides itself. */
const allowed: Record<string, readonly string[]> = {
  engine: [],
  analyzer: ["engine"],
  protocol: ["analyzer/facts.ts"],
  server: ["analyzer", "protocol"],
  cli: ["analyzer", "server"],
  runner: ["engine", "protocol"],
  panel: ["protocol"],
  extension: ["protocol", "runner"],
};

/** Packages that belong to certain rooms only. */
const homes: Record<string, readonly string[]> = {
  vscode: ["extension"],
  "ts-morph": ["analyzer", "runner"],
  "vscode-languageclient": ["extension"],
  "vscode-languageserver": ["server"],
  esbuild: ["runner"],
  preact: ["panel"],
};

/** The packages that the engine's ONNX entry is bundled with, and that nothing else of the engine knows. */
const onnxPackages: readonly string[] = ["@bufbuild/protobuf", "onnx-buf"];

interface Import {
  readonly file: string;
  readonly room: string;
  readonly specifier: string;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(root, folder, name));
}

function roomOf(file: string): string {
  const parts = relative(root, file).split(sep);
  return parts[0] === "engine" ? "engine" : parts[1]!;
}

function importsOf(file: string): Import[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, "utf8"), true, true);
  return importedFiles.map(({ fileName }) => ({ file: relative(root, file), room: roomOf(file), specifier: fileName }));
}

const imports = [...sources("src"), ...sources("engine/src")].flatMap(importsOf);

/** Where a specifier leads: a room, or a file of one as `room/file.ts`. */
function target({ file, specifier }: Import): { room: string; path: string } | undefined {
  if (specifier === "@shapelens/engine" || specifier.startsWith("@shapelens/engine/")) {
    return { room: "engine", path: "engine" };
  }
  if (!specifier.startsWith(".")) return undefined;
  const to = resolve(root, file, "..", specifier);
  return { room: roomOf(to), path: `${relative(join(root, "src"), to).replaceAll(sep, "/")}.ts` };
}

describe("The house", () => {
  it("has arrows that run one way between its rooms", () => {
    const wrong = imports.filter((each) => {
      const to = target(each);
      if (!to || to.room === each.room) return false;
      return !allowed[each.room]?.some((door) => door === to.room || door === to.path);
    });
    assert.deepEqual(
      wrong.map(({ file, specifier }) => `${file} → ${specifier}`),
      [],
    );
  });

  it("keeps each package in the rooms it belongs to", () => {
    const wrong = imports.filter(({ room, specifier }) => {
      const owner = Object.keys(homes).find((name) => specifier === name || specifier.startsWith(`${name}/`));
      return owner !== undefined && !homes[owner]!.includes(room);
    });
    assert.deepEqual(
      wrong.map(({ file, specifier }) => `${file} → ${specifier}`),
      [],
    );
  });

  it("gives the engine no dependency", () => {
    const onnx = join("engine", "src", "onnx", sep);
    const isBundled = ({ file, specifier }: Import): boolean =>
      file.startsWith(onnx) && onnxPackages.includes(specifier);
    const wrong = imports.filter(
      (each) => each.room === "engine" && !each.specifier.startsWith(".") && !isBundled(each),
    );
    assert.deepEqual(wrong, []);
    const manifest = JSON.parse(readFileSync(join(root, "engine/package.json"), "utf8")) as object;
    assert.ok(!("dependencies" in manifest));
  });

  it("keeps ONNX an entry of the engine's own, which the others do without", () => {
    const onnx = join("engine", "src", "onnx", sep);
    const wrong = imports.filter(({ file, specifier }) => {
      return !file.startsWith(onnx) && resolve(root, file, "..", specifier).startsWith(join(root, onnx));
    });
    assert.deepEqual(wrong, []);
  });

  it("knows every room", () => {
    assert.deepEqual(
      [...new Set(imports.map(({ room }) => room))].filter((room) => !(room in allowed)),
      [],
    );
  });
});
