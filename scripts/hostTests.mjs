// @ts-check
// Runs the tests of test/host inside a real VS Code: the desktop one where there is one, else the browser-hosted one.

import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runTests } from "@vscode/test-electron";
import { chromium as playwright } from "playwright-core";
import { servePage } from "../test/host/pageServer.mjs";
import { findProgram } from "./host/command.mjs";
import { ensureEditor } from "./host/editorInstall.mjs";
import { quietSettings, writeSettings } from "./host/editorServer.mjs";
import { root } from "./host/paths.mjs";
import { chromium, ensureSystemPackages } from "./host/systemPackages.mjs";

/** Typing in a test must arrive as it was typed. */
const testSettings = {
  ...quietSettings,
  "editor.acceptSuggestionOnCommitCharacter": false,
  "editor.acceptSuggestionOnEnter": "off",
  "editor.autoClosingBrackets": "never",
  "editor.autoClosingQuotes": "never",
  "editor.hover.delay": 100,
  // What a test typed must be gone when it is reverted.
  "files.autoSave": "off",
  // Where a folder is not trusted, the tests begin without the question whether it should be.
  "security.workspace.trust.startupPrompt": "never",
};

/**
 * Runs every host test on a copy of the examples and says whether all passed.
 * @param {string} countsFile where the counts of passed and failed tests are written
 * @param {{ restricted?: boolean }} [options] restricted: the tests of a folder that is not trusted
 * @returns {Promise<boolean>}
 */
export async function runHostTests(countsFile, { restricted = false } = {}) {
  const temporary = mkdtempSync(join(tmpdir(), "shapelens-test-"));
  const folder = join(temporary, "examples");
  const profile = join(temporary, "profile");
  if (existsSync(join(root, "examples"))) cpSync(join(root, "examples"), folder, { recursive: true });
  mkdirSync(folder, { recursive: true });
  // Beside the copy as beside the original, so that the editor's own TypeScript finds the engine's types.
  symlinkSync(join(root, "dist"), join(temporary, "dist"), "dir");
  writeSettings(profile, testSettings);
  const options = {
    extensionDevelopmentPath: root,
    extensionTestsPath: join(root, "dist/test/index.js"),
    launchArgs: [
      folder,
      `--user-data-dir=${profile}`,
      `--extensions-dir=${join(profile, "extensions")}`,
      ...(restricted ? [] : ["--disable-workspace-trust"]),
    ],
    extensionTestsEnv: {
      SHAPELENS_COUNTS: countsFile,
      SHAPELENS_TESTS: process.env.SHAPELENS_TESTS,
      SHAPELENS_RESTRICTED: restricted ? "yes" : undefined,
    },
  };
  try {
    await (useDesktop() ? runOnDesktop(options, profile) : runInBrowser(options));
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Whether there is a screen and a desktop VS Code for it. `SHAPELENS_EDITOR=browser` or `desktop` decides otherwise. */
export function useDesktop() {
  const wish = process.env.SHAPELENS_EDITOR;
  if (wish === "browser" || wish === "desktop") return wish === "desktop";
  if (process.platform !== "linux") return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY) && findProgram("code") !== undefined;
}

/** @param {Parameters<typeof runTests>[0]} options */
async function runInBrowser(options) {
  await ensureSystemPackages([chromium], "the tests in the editor");
  await ensureEditor();
  await runTests({ ...options, vscodeExecutablePath: join(root, "test/host/browser-vscode.mjs") });
}

/**
 * The tests drive the desktop window over its debugging port.
 * @param {Parameters<typeof runTests>[0]} options
 * @param {string} profile
 */
async function runOnDesktop(options, profile) {
  const port = await freePort();
  /** @type {Promise<import("playwright-core").Page> | undefined} */
  let page;
  const pageServer = await servePage(() => (page ??= workbenchPage(port)), join(root, "dist/screenshots"));
  try {
    await runTests({
      ...options,
      vscodeExecutablePath: desktopExecutable(),
      cachePath: join(profile, "../vscode"),
      launchArgs: [...(options.launchArgs ?? []), `--remote-debugging-port=${port}`],
      extensionTestsEnv: { ...options.extensionTestsEnv, SHAPELENS_PAGE: pageServer.url },
    });
  } finally {
    pageServer.close();
  }
}

/**
 * The program behind the `code` command, which itself only starts it and returns. Without one, `runTests` downloads VS Code.
 * @returns {string | undefined}
 */
function desktopExecutable() {
  const command = findProgram("code");
  if (!command) return undefined;
  const folder = dirname(dirname(realpathSync(command)));
  const candidates = [join(folder, "code"), join(folder, "../../MacOS/Electron"), join(folder, "Code.exe")];
  return candidates.find((candidate) => existsSync(candidate)) ?? command;
}

/** @param {number} port */
async function workbenchPage(port) {
  const browser = await playwright.connectOverCDP(`http://127.0.0.1:${port}`);
  const pages = browser.contexts().flatMap((context) => context.pages());
  const workbench = pages.find((page) => page.url().includes("workbench"));
  if (!workbench) throw new Error(`None of the desktop editor's ${pages.length} pages is the workbench`);
  return workbench;
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}
