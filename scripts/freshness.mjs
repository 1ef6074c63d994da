// @ts-check
// Whether dist/ is what a build would make of the sources as they are, so that a second start need not build.

import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./host/paths.mjs";

const sources = ["src", "engine/src", "test/host", "scripts"];
const settings = ["package-lock.json", "tsconfig.json", "engine/package.json", "engine/tsconfig.json"];
const outputs = ["dist/engine/types", "engine/dist/types"];
const stamp = join(root, "dist/.built");

/** Whether nothing has changed since the last complete build. */
export function isBuilt() {
  if (![stamp, ...outputs.map((path) => join(root, path))].every((path) => existsSync(path))) return false;
  const built = statSync(stamp).mtimeMs;
  return [...sources, ...settings].every((path) => newest(join(root, path)) < built);
}

/**
 * Remembers a complete build.
 * @param {Date} started when it began to read the sources
 */
export function rememberBuild(started) {
  writeFileSync(stamp, "");
  utimesSync(stamp, started, started);
}

/**
 * The time of the last change to a file, or below a folder; a folder itself changes when something in it goes.
 * @param {string} path
 * @returns {number}
 */
function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
