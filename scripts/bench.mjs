// @ts-check
// npm run bench [name…]: times what bench/*.bench.ts list and prints a table. Names choose files: npm run bench engine.

import { build } from "esbuild";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { main, SetupError } from "./host/command.mjs";
import { ensureDependencies } from "./host/dependencies.mjs";
import { root } from "./host/paths.mjs";

/** @typedef {{ name: string, run: () => unknown, operations?: number }} Benchmark */

/** How long each benchmark warms up and is then measured. */
const WARM_UP_MS = 200;
const MEASURE_MS = 800;

await main(async () => {
  process.chdir(root);
  await ensureDependencies();
  const suffix = ".bench.ts";
  const names = readdirSync("bench")
    .filter((file) => file.endsWith(suffix))
    .map((file) => basename(file, suffix));
  const wanted = process.argv.slice(2);
  const chosen = names.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
  if (chosen.length === 0)
    throw new SetupError(`No benchmark is called ${wanted.join(" or ")}; there are: ${names.join(", ")}.`);
  mkdirSync("dist", { recursive: true });
  const folder = mkdtempSync(join(root, "dist", "bench-"));
  try {
    for (const name of chosen) await timeAll(name, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/**
 * Bundles one file of benchmarks, so that what is timed is what ships, and times each.
 * @param {string} name
 * @param {string} folder
 */
async function timeAll(name, folder) {
  const outfile = join(folder, `${name}.cjs`);
  await build({
    entryPoints: [`bench/${name}.bench.ts`],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "warning",
    external: ["esbuild"],
  });
  /** @type {{ default: { benchmarks: () => Benchmark[] | Promise<Benchmark[]> } }} */
  const module = await import(pathToFileURL(outfile).href);
  const list = await module.default.benchmarks();
  const width = Math.max(...list.map((benchmark) => benchmark.name.length), name.length);
  console.log(
    `\n${name.padEnd(width)}  ${"median".padStart(10)}  ${"fastest".padStart(10)}  ${"runs".padStart(6)}  ${"speed".padStart(12)}`,
  );
  for (const benchmark of list) {
    const times = await measure(benchmark);
    const median = /** @type {number} */ (times[times.length >> 1]);
    const speed = benchmark.operations ? `${(benchmark.operations / median / 1e6).toFixed(2)} Gop/s` : "";
    const columns = [duration(median), duration(/** @type {number} */ (times[0]))].map((text) => text.padStart(10));
    console.log(
      `${benchmark.name.padEnd(width)}  ${columns.join("  ")}  ${String(times.length).padStart(6)}  ${speed.padStart(12)}`,
    );
  }
}

/**
 * The times of single runs in milliseconds, sorted; at least five, however long they take.
 * @param {Benchmark} benchmark
 */
async function measure({ run }) {
  const warm = performance.now() + WARM_UP_MS;
  do await run();
  while (performance.now() < warm);
  /** @type {number[]} */
  const times = [];
  const end = performance.now() + MEASURE_MS;
  while (times.length < 5 || performance.now() < end) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b);
}

/** @param {number} ms */
function duration(ms) {
  return ms < 1 ? `${(ms * 1000).toFixed(1)} µs` : `${ms.toFixed(2)} ms`;
}
