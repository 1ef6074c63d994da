// @ts-check
// Installs npm packages when they are missing or older than the lock file.

import { existsSync, statSync, utimesSync } from "node:fs";
import { basename, join } from "node:path";
import { runQuietly } from "./command.mjs";
import { cacheFolder, root } from "./paths.mjs";

/** @param {string} [folder] with a package.json of its own */
export async function ensureDependencies(folder = root) {
  const lock = join(folder, "package-lock.json");
  const installed = join(folder, "node_modules/.package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  const part = folder === root ? "" : `-${basename(folder)}`;
  const log = cacheFolder(`npm-ci${part}.log`);
  const args = ["ci", "--no-audit", "--no-fund"];
  await runQuietly("Installing npm packages", "npm", args, { cwd: folder, log, env: process.env });
  utimesSync(installed, new Date(), new Date());
}
