// @ts-check
// Installs the project's npm packages when they are missing or older than the lock file.

import { existsSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { runQuietly } from "./command.mjs";
import { cacheFolder, root } from "./paths.mjs";

export async function ensureDependencies() {
  const lock = join(root, "package-lock.json");
  const installed = join(root, "node_modules/.package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  const log = cacheFolder("npm-ci.log");
  const args = ["ci", "--no-audit", "--no-fund"];
  await runQuietly("Installing npm packages", "npm", args, { cwd: root, log, env: process.env });
  utimesSync(installed, new Date(), new Date());
}
