// npm run reference: writes docs/engine.md and the one-line documentation of layers from the engine's own declarations.
// With --check it only says whether they are as they would be written.

import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeLayerDocs } from "./reference/layerDocs";
import { writeReference } from "./reference/reference";

const root = resolve(__dirname, "..");

/** The text of each written file by its path. */
export async function written(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ["docs/engine.md", await writeReference(root)],
    ["src/analyzer/bridge/layerDocs.ts", await writeLayerDocs(root)],
  ]);
}

if (require.main === module) {
  void written().then((texts) => {
    for (const [path, text] of texts) {
      const file = join(root, path);
      if (!process.argv.includes("--check")) writeFileSync(file, text);
      else if (readFileSync(file, "utf8") !== text) {
        console.error(`${path} is not what npm run reference writes.`);
        process.exitCode = 1;
      }
    }
  });
}
