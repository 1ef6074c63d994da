// @ts-check
// The engine's type declarations, for its users and for the editor's own TypeScript.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { show, SetupError } from "./host/command.mjs";

const folder = "engine/dist/types";

/**
 * Writes engine/dist/types.
 * @throws {SetupError} when a declaration cannot be written; the others are there all the same
 */
export async function declareEngineTypes() {
  const code = await show(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "engine"]);
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (name.endsWith(".d.ts")) nameFiles(join(folder, name));
  }
  if (code !== 0) throw new SetupError("The engine's type declarations are not complete; the reasons are named above.");
}

/**
 * The sources import each other without extensions, which a bundler understands. Node's rules want the file's full name.
 * @param {string} file
 */
function nameFiles(file) {
  const text = readFileSync(file, "utf8");
  const named = text.replace(/(\b(?:from|import|module) |\bimport\()"(\.[^"]*)"/g, (_, before, path) => {
    const target = existsSync(join(dirname(file), `${path}.d.ts`)) ? `${path}.js` : `${path}/index.js`;
    return `${before}"${target}"`;
  });
  writeFileSync(file, named);
}
