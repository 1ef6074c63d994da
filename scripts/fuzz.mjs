// @ts-check
// npm run fuzz [count] [seed]: random programs, run and analysed, until one disagrees or all are done.

import { build } from "esbuild";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { main, show } from "./host/command.mjs";
import { ensureDependencies } from "./host/dependencies.mjs";
import { root } from "./host/paths.mjs";

await main(async () => {
  process.chdir(root);
  await ensureDependencies();
  mkdirSync("dist", { recursive: true });
  const folder = mkdtempSync(join(root, "dist", "fuzz-"));
  try {
    const outfile = join(folder, "fuzz.cjs");
    await build({
      entryPoints: ["test/agreement/fuzz.ts"],
      outfile,
      bundle: true,
      platform: "node",
      target: "node20",
      format: "cjs",
      logLevel: "warning",
      external: ["esbuild"],
    });
    process.exitCode = await show(process.execPath, [outfile, ...process.argv.slice(2)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
