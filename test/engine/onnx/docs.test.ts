// docs/onnx.md does what it says: its programs are run, one after another as one, and print what stands below them.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";

const root = resolve(__dirname, "../../..");

/** The blocks of code in one language. */
function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map((match) => match[1]!);
}

/** Imports may come only once and first. */
function asOneProgram(parts: readonly string[]): string {
  const lines = parts.join("\n").split("\n");
  const isImport = (line: string): boolean => line.startsWith("import ");
  return [...lines.filter(isImport), ...lines.filter((line) => !isImport(line))].join("\n");
}

describe("docs/onnx.md", () => {
  it("has programs that do what it says", async () => {
    const folder = mkdtempSync(join(tmpdir(), "shapelens-docs-"));
    try {
      const text = readFileSync(join(root, "docs/onnx.md"), "utf8");
      await build({
        stdin: { contents: asOneProgram(blocks(text, "ts")), loader: "ts", resolveDir: root },
        tsconfig: join(root, "tsconfig.json"),
        outfile: join(folder, "main.mjs"),
        bundle: true,
        platform: "node",
        format: "esm",
        external: ["onnxruntime-web"],
      });
      symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "dir");
      const { stdout } = await promisify(execFile)(process.execPath, ["main.mjs"], { cwd: folder });
      assert.equal(stdout, blocks(text, "text").join(""));
      assert.ok(existsSync(join(folder, "probabilities.onnx")));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }).timeout(60_000);
});
