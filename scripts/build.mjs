// @ts-check
// Builds everything that ships into dist/ and engine/dist/. With --watch it goes on building after every change.

import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as esbuild from "esbuild";
import { bundles } from "./bundles.mjs";
import { declareEngineTypes } from "./engineTypes.mjs";
import { rememberBuild } from "./freshness.mjs";
import { main, SetupError } from "./host/command.mjs";
import { root } from "./host/paths.mjs";

await main(async () => {
  process.chdir(root);
  const watching = process.argv.includes("--watch");
  const started = new Date();
  const stale = ["dist/.built", "dist/test", "dist/engine", "engine/dist"];
  for (const path of stale) rmSync(path, { recursive: true, force: true });
  const parts = await Promise.allSettled([
    ...bundles().map((options) => build(options, watching)),
    declareEngineTypes().finally(completeShippedEngine),
  ]);
  const failures = parts.flatMap((part) => (part.status === "rejected" ? [part.reason.message] : []));
  if (watching) {
    console.log([...failures, "Watching for changes; Ctrl-C ends it."].join("\n"));
    return;
  }
  if (failures.length > 0) throw new SetupError(failures.join("\n"));
  chmodSync("dist/cli.js", 0o755);
  rememberBuild(started);
  console.log(`Built in ${((Date.now() - started.getTime()) / 1000).toFixed(1)} s`);
});

/**
 * @param {import("esbuild").BuildOptions} options
 * @param {boolean} watching
 */
async function build(options, watching) {
  try {
    const context = await esbuild.context(options);
    if (watching) return await context.watch();
    await context.rebuild();
    await context.dispose();
  } catch {
    throw new SetupError(`${String(options.entryPoints)} could not be bundled; the reasons are named above.`);
  }
}

/** The extension carries its own copy of the engine, so that analysing and running need nothing installed. */
function completeShippedEngine() {
  cpSync("engine/dist/types", "dist/engine/types", { recursive: true });
  const manifest = readFileSync("engine/package.json", "utf8").replaceAll("./dist/", "./");
  writeFileSync("dist/engine/package.json", manifest);
}
