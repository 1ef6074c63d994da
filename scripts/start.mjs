// @ts-check
// npm start: installs what is missing, builds, and opens the editor with the extension on examples/.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { isBuilt } from "./freshness.mjs";
import { findProgram, main, SetupError, show } from "./host/command.mjs";
import { ensureDependencies } from "./host/dependencies.mjs";
import { ensureEditor } from "./host/editorInstall.mjs";
import { quietSettings, startEditorServer, writeSettings } from "./host/editorServer.mjs";
import { cacheFolder, root } from "./host/paths.mjs";

const examples = join(root, "examples");
const firstExample = join(examples, "lesson.ts");

await main(async () => {
  await ensureDependencies();
  if (!isBuilt() && (await show(process.execPath, [join(root, "scripts/build.mjs")])) !== 0) {
    throw new SetupError("The extension could not be built; the reasons are named above.");
  }
  const desktop = process.env.SHAPELENS_EDITOR === "browser" ? undefined : findProgram("code");
  await (desktop ? openDesktop(desktop) : openInBrowser());
});

/**
 * The desktop VS Code, with the extension loaded from this folder and the user's own settings.
 * @param {string} code
 */
async function openDesktop(code) {
  const exitCode = await show(code, ["--new-window", `--extensionDevelopmentPath=${root}`, examples, firstExample]);
  if (exitCode !== 0) {
    throw new SetupError(
      `${code} ended with code ${exitCode}. SHAPELENS_EDITOR=browser npm start opens the browser-hosted editor instead.`,
    );
  }
  console.log("\nVS Code opens on examples/ in a new window.");
}

/** The browser-hosted VS Code, until Ctrl-C. */
async function openInBrowser() {
  const editor = await ensureEditor();
  const profile = cacheFolder(`profile-${createHash("sha256").update(root).digest("hex").slice(0, 12)}`);
  linkExtension(profile);
  writeSettings(profile, quietSettings);
  const server = await startEditorServer(editor, { profile, port: "8347-8399" });
  let asked = false;
  const stop = () => {
    asked = true;
    console.log("\nStopping the editor …");
    void server.stop();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop).on("SIGHUP", stop);

  const url = server.url(examples, [["openFile", `vscode-remote://${server.authority}${firstExample}`]]);
  console.log(`\nThe editor is ready. Open this address in a browser on this machine:\n\n  ${url}\n\nCtrl-C stops it.`);
  openBrowser(url);
  await server.stopped;
  if (!asked) throw new SetupError(`The editor's server ended by itself; its log is ${join(profile, "server.log")}`);
}

/**
 * Installs the extension as a link to this folder, so that a new build is there after "Reload Window". The editor's cache
 * of manifests goes, because it would not notice that this one has changed.
 * @param {string} profile
 */
function linkExtension(profile) {
  const link = join(profile, "extensions/shapelens");
  mkdirSync(dirname(link), { recursive: true });
  if (lstatSync(link, { throwIfNoEntry: false })) rmSync(link);
  symlinkSync(root, link, "dir");
  rmSync(join(profile, "data/CachedProfilesData"), { recursive: true, force: true });
}

/**
 * Shows the address in a browser, where there is a screen and a browser for it.
 * @param {string} url
 */
function openBrowser(url) {
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return;
  const opener = findProgram("xdg-open", "x-www-browser", "firefox", "chromium", "google-chrome");
  if (!opener) return;
  spawn(opener, [url], { stdio: "ignore", detached: true })
    .on("error", () => console.log("No browser could be opened; the address above works in any."))
    .unref();
}
