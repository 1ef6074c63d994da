// @ts-check
// npm test: installs what is missing, builds, checks types and style, runs every test, those in the real VS Code included.
// --unit leaves out the host tests; --host runs the build and the host tests alone.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main, show } from "./host/command.mjs";
import { ensureDependencies } from "./host/dependencies.mjs";
import { root } from "./host/paths.mjs";
import { chromium, ensureSystemPackages } from "./host/systemPackages.mjs";

const unitOnly = process.argv.includes("--unit");
const hostOnly = process.argv.includes("--host");
const total = { passed: 0, failed: 0 };
/** @type {string[]} */
const failedSections = [];

await main(async () => {
  process.chdir(root);
  await ensureDependencies();
  const counts = mkdtempSync(join(tmpdir(), "shapelens-counts-"));
  const built = await section("Build", () => node("scripts/build.mjs"));
  if (!hostOnly) {
    const tsc = "node_modules/typescript/bin/tsc";
    await section("Types", async () => (await node(tsc, "--noEmit")) && (await node(tsc, "--noEmit", "-p", "scripts")));
    await section("Lint", () => node("node_modules/eslint/bin/eslint.js", "."));
    await section("Formatting", () => node("node_modules/prettier/bin/prettier.cjs", "--check", "."));
    await section("Unit tests", () => unitTests(join(counts, "unit.json")));
  }
  if (!unitOnly && built) {
    await section("Tests in VS Code", () => hostTests(join(counts, "host.json"), false));
    await section("Tests in a folder that is not trusted", () => hostTests(join(counts, "restricted.json"), true));
  }
  rmSync(counts, { recursive: true, force: true });

  console.log(failedSections.length > 0 ? `\nFailed: ${failedSections.join(", ")}` : "\nEverything passed");
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = failedSections.length > 0 ? 1 : 0;
});

/**
 * Runs one part under its title, and goes on with the next one when it fails.
 * @param {string} title
 * @param {() => Promise<boolean>} run
 */
async function section(title, run) {
  console.log(`\n── ${title} ${"─".repeat(70 - title.length)}`);
  const started = performance.now();
  const passed = await run();
  if (!passed) failedSections.push(title);
  console.log(`${passed ? "✓" : "✗"} ${title} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return passed;
}

/** @param {...string} args */
async function node(...args) {
  return (await show(process.execPath, args)) === 0;
}

/** @param {string} countsFile */
async function unitTests(countsFile) {
  await ensureSystemPackages([chromium], "the tests of the panel");
  const args = ["node_modules/mocha/bin/mocha.js", "--reporter", "scripts/countingReporter.cjs"];
  const code = await show(process.execPath, args, { env: { ...process.env, SHAPELENS_COUNTS: countsFile } });
  return addCounts(countsFile) && code === 0;
}

/**
 * @param {string} countsFile
 * @param {boolean} restricted
 */
async function hostTests(countsFile, restricted) {
  const { runHostTests } = await import("./hostTests.mjs");
  const passed = await runHostTests(countsFile, { restricted });
  return addCounts(countsFile) && passed;
}

/**
 * Adds what a run counted itself. A run that ended without counting counts as one failure.
 * @param {string} countsFile
 */
function addCounts(countsFile) {
  const counts = existsSync(countsFile) ? JSON.parse(readFileSync(countsFile, "utf8")) : { passed: 0, failed: 1 };
  total.passed += counts.passed;
  total.failed += counts.failed;
  return counts.passed > 0;
}
