// What is measured in processes of their own: loading, and memory over many steps.

import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { names } from "./peers";

const STARTS = 9;

/** Run from the root of the repository, as `npm run` does. */
export async function* reports(): AsyncGenerator<string> {
  const folder = mkdtempSync(join("bench", "dist", "children-"));
  try {
    yield "";
    yield await startUp(folder);
    yield await memory(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bundle(entry: string, outfile: string): Promise<void> {
  await build({ entryPoints: [entry], outfile, bundle: true, format: "esm", platform: "node", minify: true });
}

/** Import and the first product of two matrices. */
async function startUp(folder: string): Promise<string> {
  await bundle("engine/src/index.ts", join(folder, "engine.mjs"));
  const firsts = {
    Shapelens: 'const { ones } = await import("./engine.mjs"); ones([32, 32]).matmul(ones([32, 32]));',
    [names.wasm]: `const tf = await import("@tensorflow/tfjs-core");
      await import("@tensorflow/tfjs-backend-wasm");
      await tf.setBackend("wasm");
      tf.matMul(tf.ones([32, 32]), tf.ones([32, 32])).dataSync();`,
    [names.jax]: `const { init, numpy: np } = await import("@jax-js/jax");
      await init("wasm");
      np.matmul(np.ones([32, 32]), np.ones([32, 32])).dataSync();`,
  };
  const times = new Map(Object.keys(firsts).map((name) => [name, [] as number[]]));
  for (const [name, text] of Object.entries(firsts)) {
    const timed = `const start = performance.now(); ${text} console.log(performance.now() - start);`;
    writeFileSync(join(folder, `${name}.mjs`), timed);
  }
  for (let i = 0; i < STARTS; i++) {
    for (const [name, list] of times) list.push(Number(run(join(folder, `${name}.mjs`))));
  }
  const cells = [...times].map(([name, list]) => `${name} ${list.sort((a, b) => a - b)[STARTS >> 1]!.toFixed(1)} ms`);
  return `import and first matmul: ${cells.join(", ")}`;
}

async function memory(folder: string): Promise<string> {
  const file = join(folder, "memory.mjs");
  await bundle("bench/engine/memory.ts", file);
  const seen = JSON.parse(run(file)) as [step: number, megabytes: number][];
  const cells = seen.map(([step, megabytes]) => `${megabytes.toFixed(0)} MB after ${step.toLocaleString("en")} steps`);
  return `memory of training 784-128-64-10: ${cells.join(", ")}`;
}

const run = (file: string): string => execFileSync(process.execPath, [file], { encoding: "utf8" });
