// @ts-check
// Runs the browser-hosted VS Code on the loopback interface.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "./command.mjs";

/**
 * @typedef {object} EditorServer
 * @property {string} authority host and port, as in `127.0.0.1:8347`
 * @property {(folder: string, payload?: readonly [string, string][]) => string} url the address that opens a folder
 * @property {() => Promise<void>} stop
 * @property {Promise<void>} stopped settles when the server has ended by itself or by `stop`
 */

/**
 * Starts the editor's server and waits until it listens. It stops with everything it started.
 * @param {{ node: string, serverMain: string }} editor
 * @param {object} options
 * @param {string} options.profile folder for settings, extensions and state; made when absent
 * @param {string} options.port a port, a range such as `8347-8399`, or `0` for any free one
 * @param {boolean} [options.trusted] whether every folder is trusted without asking
 * @param {boolean} [options.automated] accept extension tests and a driver, with the page's exit and log functions
 * @param {NodeJS.ProcessEnv} [options.env]
 * @returns {Promise<EditorServer>}
 */
export async function startEditorServer(
  { node, serverMain },
  { profile, port, trusted = true, automated = false, env = process.env },
) {
  const extensions = join(profile, "extensions");
  mkdirSync(extensions, { recursive: true });
  const token = connectionToken(profile);
  const args = [serverMain, "--host", "127.0.0.1", "--port", port, "--connection-token-file", token.file];
  args.push("--server-data-dir", profile, "--user-data-dir", join(profile, "data"), "--extensions-dir", extensions);
  args.push("--accept-server-license-terms", "--telemetry-level", "off");
  if (trusted) args.push("--disable-workspace-trust");
  if (automated) args.push("--enable-smoke-test-driver");

  const log = createWriteStream(join(profile, "server.log"));
  const server = spawn(node, args, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  server.stdout.pipe(log);
  server.stderr.pipe(log);
  const stopped = new Promise((resolve) => server.once("close", () => resolve(undefined)));
  const stop = async () => {
    killGroup(server, "SIGTERM");
    const patience = setTimeout(() => killGroup(server, "SIGKILL"), 3_000);
    await stopped;
    clearTimeout(patience);
    killGroup(server, "SIGKILL");
  };

  try {
    const authority = `127.0.0.1:${await listeningPort(server, log.path.toString())}`;
    return { authority, url: (folder, payload) => address(authority, token.text, folder, payload), stop, stopped };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Writes the settings of a profile, unless it has some already.
 * @param {string} profile
 * @param {Record<string, unknown>} settings
 */
export function writeSettings(profile, settings) {
  const folder = join(profile, "data/User");
  const file = join(folder, "settings.json");
  if (existsSync(file)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(settings, null, 2));
}

/** A quiet editor that shows the code and what Shapelens says about it. */
export const quietSettings = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.ignoreRecommendations": true,
  "chat.disableAIFeatures": true,
  "git.openRepositoryInParentFolders": "never",
  "editor.inlayHints.enabled": "on",
  "editor.minimap.enabled": false,
};

/**
 * The secret that the address carries. It stays the same for a profile, so that a bookmark goes on working.
 * @param {string} profile
 */
function connectionToken(profile) {
  const file = join(profile, "token");
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString("hex"), { mode: 0o600 });
  return { file, text: readFileSync(file, "utf8") };
}

/**
 * @param {import("node:child_process").ChildProcess} server
 * @param {string} log
 * @returns {Promise<string>}
 */
function listeningPort(server, log) {
  return new Promise((resolve, reject) => {
    let output = "";
    const failed = (/** @type {string} */ why) => () =>
      reject(new SetupError(`The browser-hosted editor ${why}.\n${output.trim()}\nIts log is ${log}`));
    const patience = setTimeout(failed("did not start within 60 seconds"), 60_000);
    server.once("close", failed("ended before it was ready"));
    server.once("error", failed("could not be started"));
    server.stdout?.on("data", (chunk) => {
      output += chunk;
      const port = /listening on (\d+)/.exec(output)?.[1];
      if (!port) return;
      clearTimeout(patience);
      resolve(port);
    });
  });
}

/**
 * @param {string} authority
 * @param {string} token
 * @param {string} folder
 * @param {readonly [string, string][]} [payload]
 */
function address(authority, token, folder, payload) {
  const query = new URLSearchParams({ tkn: token, folder });
  if (payload) query.set("payload", JSON.stringify(payload));
  return `http://${authority}/?${query}`;
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function killGroup(child, signal) {
  try {
    if (child.pid) process.kill(-child.pid, signal);
  } catch {
    // The whole group has ended already.
  }
}
