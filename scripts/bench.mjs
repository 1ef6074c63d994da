// @ts-check
// npm run bench [file…] [word…]: times what bench/*.bench.ts list and prints a table each. A word that is no file's name
// chooses the benchmarks whose names contain it: npm run bench engine matmul.

import { build } from "esbuild";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { measure, median, ratio } from "./bench/measure.mjs";
import { startTable } from "./bench/table.mjs";
import { main, SetupError } from "./host/command.mjs";
import { ensureDependencies } from "./host/dependencies.mjs";
import { root } from "./host/paths.mjs";

/** @typedef {import("../bench/benchmark.ts").BenchmarkFile} BenchmarkFile */

const bench = join(root, "bench");

await main(async () => {
  process.chdir(root);
  await ensureDependencies();
  await ensureDependencies(bench);
  const suffix = ".bench.ts";
  const names = readdirSync(bench)
    .filter((file) => file.endsWith(suffix))
    .map((file) => basename(file, suffix));
  const words = process.argv.slice(2);
  const chosen = words.filter((word) => names.includes(word));
  if (words.length > 0 && chosen.length === 0) {
    throw new SetupError(`Name one of the files first, ${names.join(" or ")}; found ${words.join(" ")}.`);
  }
  // Beside the peers' packages, which are not bundled.
  mkdirSync(join(bench, "dist"), { recursive: true });
  const folder = mkdtempSync(join(bench, "dist", "run-"));
  try {
    for (const name of words.length === 0 ? names : chosen) {
      await timeAll(
        await load(name, folder),
        name,
        words.filter((word) => !names.includes(word)),
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/**
 * Bundles one file of benchmarks, so that what is timed is what ships.
 * @param {string} name
 * @param {string} folder
 * @returns {Promise<BenchmarkFile>}
 */
async function load(name, folder) {
  const outfile = join(folder, `${name}.cjs`);
  const { dependencies } = JSON.parse(readFileSync(join(bench, "package.json"), "utf8"));
  await build({
    entryPoints: [join(bench, `${name}.bench.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "warning",
    external: ["esbuild", "wabt", ...Object.keys(dependencies)],
  });
  return (await import(pathToFileURL(outfile).href)).default;
}

/**
 * @param {BenchmarkFile} file
 * @param {string} name
 * @param {readonly string[]} words what the names of the benchmarks must contain, one of them
 */
async function timeAll(file, name, words) {
  const list = (await file.benchmarks()).filter(
    (benchmark) => words.length === 0 || words.some((word) => benchmark.name.includes(word)),
  );
  const { lines = [], limit } = (await file.about?.()) ?? {};
  console.log(["", ...lines].join("\n"));
  const peers = [...new Set(list.flatMap((benchmark) => Object.keys(benchmark.peers ?? {})))];
  const names = list.map((benchmark) => benchmark.name);
  const print = startTable(name, names, peers, limit !== undefined);
  for (const benchmark of list) {
    const others = Object.entries(benchmark.peers ?? {});
    const able = others.flatMap(([peer, contestant]) => (typeof contestant === "string" ? [] : [{ peer, contestant }]));
    const { operations } = benchmark;
    const ideal = operations && limit ? [limit] : [];
    const [own = [], ...all] = await measure([benchmark, ...able.map(({ contestant }) => contestant), ...ideal]);
    const times = all.slice(0, able.length);
    const medians = times.map(median);
    const ofLimit = ideal.map((best) => ratio(own, all.at(-1) ?? []) * ((operations ?? NaN) / best.operations))[0];
    /** @type {Map<string, number | string>} */
    const cells = new Map(able.map(({ peer }, i) => [peer, medians[i] ?? NaN]));
    for (const [peer, contestant] of others) if (typeof contestant === "string") cells.set(peer, contestant);
    const best = times[medians.indexOf(Math.min(...medians))];
    print({
      name: benchmark.name,
      median: median(own),
      operations,
      ofLimit,
      peers: cells,
      ratio: best && ratio(own, best),
    });
  }
  if (words.length > 0) return;
  for await (const line of file.reports?.() ?? []) console.log(line);
}
