// A campaign over all cores: processes that share the seeds between them, and one tally of what they found.

import { build } from "esbuild";
import { fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, constants, setPriority } from "node:os";
import { join, resolve } from "node:path";
import { addTally, emptyTally, type Tally } from "./campaign";

const root = resolve(__dirname, "../..");

/** Tries `count` seeds from `first` on; `heard` is told of every tally that comes in. */
export async function runCampaign(first: number, count: number, heard: (news: Tally) => void): Promise<Tally> {
  mkdirSync(join(root, "dist"), { recursive: true });
  const folder = mkdtempSync(join(root, "dist", "agreement-"));
  try {
    const worker = await bundle(folder);
    const tally = emptyTally();
    const processes = availableParallelism();
    const add = (news: Tally): void => {
      addTally(tally, news);
      heard(news);
    };
    await Promise.all(
      Array.from({ length: processes }, (_, i) => runWorker(worker, [first + i, first + count, processes], add)),
    );
    return tally;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bundle(folder: string): Promise<string> {
  const outfile = join(folder, "worker.cjs");
  await build({
    entryPoints: [join(__dirname, "worker.ts")],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "warning",
    external: ["esbuild"],
  });
  return outfile;
}

function runWorker(worker: string, args: readonly number[], heard: (tally: Tally) => void): Promise<void> {
  return new Promise((done, fail) => {
    const child = fork(worker, args.map(String), { cwd: root, execArgv: [] });
    // Other tests and the user's editor go first.
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    child.on("message", (news) => {
      heard(news as Tally);
    });
    child.on("error", fail);
    child.on("exit", (code) => {
      if (code === 0) done();
      else fail(new Error(`a process of the campaign ended with ${String(code)}`));
    });
  });
}
