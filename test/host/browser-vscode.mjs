#!/usr/bin/env node
// @ts-check
// Takes the place of the desktop VS Code for `runTests` of @vscode/test-electron: same flags, same exit code, but the
// editor is the browser-hosted one in a headless Chromium.
//
//   browser-vscode.mjs <folder> --extensionDevelopmentPath=… --extensionTestsPath=… [--user-data-dir=…]

import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { format, parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { findProgram, main, SetupError } from "../../scripts/host/command.mjs";
import { ensureEditor } from "../../scripts/host/editorInstall.mjs";
import { startEditorServer } from "../../scripts/host/editorServer.mjs";
import { root } from "../../scripts/host/paths.mjs";
import { servePage } from "./pageServer.mjs";

const screenshots = join(root, "dist/screenshots");
const logFile = join(root, "dist/host-tests.log");
const limitSeconds = Number(process.env.SHAPELENS_HOST_TEST_LIMIT ?? 480);

const chromiumFlags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

await main(async () => {
  const { values, positionals } = parseArgs({
    options: {
      extensionDevelopmentPath: { type: "string" },
      extensionTestsPath: { type: "string" },
      "user-data-dir": { type: "string" },
    },
    allowPositionals: true,
    strict: false,
  });
  const extension = resolve(String(values.extensionDevelopmentPath));
  const tests = resolve(String(values.extensionTestsPath));
  const profile = values["user-data-dir"] ? String(values["user-data-dir"]) : undefined;
  if (!existsSync(tests)) throw new SetupError(`The tests ${tests} are not there; npm run build makes them.`);
  process.exitCode = await runInBrowser({ extension, tests, folder: resolve(positionals[0] ?? "."), profile });
});

/**
 * Runs the tests in a fresh browser and gives their exit code. Everything started is stopped, whatever happens.
 * @param {{ extension: string, tests: string, folder: string, profile: string | undefined }} options
 * @returns {Promise<number>}
 */
async function runInBrowser({ extension, tests, folder, profile }) {
  mkdirSync(screenshots, { recursive: true });
  writeFileSync(logFile, "");
  const temporary = mkdtempSync(join(tmpdir(), "shapelens-host-"));
  const editorProfile = profile ?? temporary;
  /** @type {(() => unknown)[]} */
  const cleanups = [() => rmSync(temporary, { recursive: true, force: true })];
  const interrupted = new Promise((_, reject) => {
    const stop = () => reject(new SetupError("The host tests were interrupted."));
    process.once("SIGINT", stop).once("SIGTERM", stop).once("SIGHUP", stop);
  });
  try {
    const browser = await chromium.launch({
      executablePath: findProgram("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
      args: chromiumFlags,
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
    cleanups.unshift(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const pageServer = await servePage(async () => page, screenshots);
    cleanups.unshift(() => pageServer.close());
    const editor = await startEditorServer(await ensureEditor(), {
      profile: editorProfile,
      port: "0",
      trusted: !process.env.SHAPELENS_RESTRICTED,
      automated: true,
      env: { ...process.env, SHAPELENS_PAGE: pageServer.url },
    });
    cleanups.unshift(() => editor.stop());

    const finished = testsFinish(page);
    finished.catch(() => undefined);
    const remote = (/** @type {string} */ path) => `vscode-remote://${editor.authority}${path}`;
    await page.goto(
      editor.url(folder, [
        ["extensionDevelopmentPath", remote(extension)],
        ["extensionTestsPath", remote(tests)],
        ["skipWelcome", "true"],
      ]),
    );
    const serverEnded = editor.stopped.then(() => {
      throw new SetupError("The editor's server ended in the middle of the tests.");
    });
    const code = await Promise.race([finished, timeLimit(), interrupted, serverEnded]).catch(async (error) => {
      await page.screenshot({ path: join(screenshots, "failure.png"), timeout: 5_000 }).catch(() => undefined);
      throw error;
    });
    if (code !== 0) console.error("What the editor logged is in dist/host-tests.log");
    return /** @type {number} */ (code);
  } finally {
    for (const cleanup of cleanups) await Promise.resolve(cleanup()).catch(() => undefined);
    const serverLog = join(editorProfile, "server.log");
    if (existsSync(serverLog)) appendFileSync(logFile, readFileSync(serverLog));
  }
}

/** @param {string} line */
function writeLog(line) {
  appendFileSync(logFile, `${line}\n`);
}

/**
 * The editor calls these two functions of its page while it runs extension tests and when it is done.
 * @param {import("playwright-core").Page} page
 * @returns {Promise<number>} the exit code
 */
function testsFinish(page) {
  return new Promise((resolve, reject) => {
    page.on("crash", () => reject(new SetupError("The browser's page crashed.")));
    const log = (/** @type {string} */ type, /** @type {unknown[]} */ args) => writeLog(`[${type}] ${format(...args)}`);
    Promise.all([
      page.exposeFunction("codeAutomationLog", log),
      page.exposeFunction("codeAutomationExit", (/** @type {number} */ code) => resolve(code)),
    ]).catch(reject);
  });
}

/** @returns {Promise<never>} */
function timeLimit() {
  return new Promise((_, reject) => {
    const message =
      `The host tests did not finish within ${limitSeconds} seconds. ` +
      `See dist/screenshots/failure.png and dist/host-tests.log (SHAPELENS_HOST_TEST_LIMIT sets another limit).`;
    setTimeout(() => reject(new SetupError(message)), limitSeconds * 1000).unref();
  });
}
