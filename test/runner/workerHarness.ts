// Runs a bundle as the panel does, in a thread of Node in place of a worker of the page.

import { resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { bundle, type BundleResult } from "../../src/runner/bundle/bundle";
import {
  type ModelSpec,
  type Settings,
  type WorkerCommand,
  workerReport,
  type WorkerReport,
} from "../../src/protocol/worker";

/** Gives a thread of Node the globals of a web worker. */
const prelude = `
const { parentPort } = require("node:worker_threads");
const listeners = [];
globalThis.postMessage = (message) => parentPort.postMessage(message);
globalThis.addEventListener = (type, listener) => type === "message" && parentPort.on("message", (data) => listener({ data }));
globalThis.require = globalThis.module = globalThis.process = undefined;
`;

export const engine = {
  main: resolve("engine/src/index.ts"),
  onnx: resolve("engine/src/onnx/index.ts"),
  tooling: resolve("engine/src/tooling.ts"),
};
const runtime = resolve("src/runner/worker.ts");

/** Bundles a text as if it stood in `name`, a file of test/runner. */
export function bundleText(
  text: string,
  name = "model.ts",
  others: Readonly<Record<string, string>> = {},
): Promise<BundleResult> {
  const path = (file: string): string => resolve("test/runner", file);
  const openTexts = new Map(
    [[name, text], ...Object.entries(others)].map(([file, content]) => [path(file!), content!]),
  );
  return bundle({ file: path(name), openTexts, engine, runtime });
}

export const settings: Settings = { learningRate: 0.1, optimizer: "SGD", batchSize: 4 };

/** How long a report may take, in milliseconds: less than mocha allows for a test. */
const patience = 15_000;

type ReportOf<T extends WorkerReport["type"]> = Extract<WorkerReport, { type: T }>;

/** A running model: send commands, wait for reports. */
export class RunningModel {
  readonly reports: WorkerReport[] = [];
  readonly #worker: Worker;
  #notify: () => void = () => undefined;
  #crash: Error | undefined;

  constructor(code: string) {
    this.#worker = new Worker(prelude + code, { eval: true });
    this.#worker.unref();
    this.#worker.on("error", (error: Error) => {
      this.#crash = error;
      this.#notify();
    });
    this.#worker.on("message", (report: unknown) => {
      if (!workerReport(report)) throw new Error(`Not a report: ${JSON.stringify(report)}`);
      this.reports.push(report);
      this.#notify();
    });
  }

  send(command: WorkerCommand): void {
    this.#worker.postMessage(command);
  }

  /** The next report of this type that has not been taken; those before it are skipped. A failure is an error. */
  async next<T extends WorkerReport["type"]>(type: T): Promise<ReportOf<T>> {
    const end = performance.now() + patience;
    for (;;) {
      if (this.#crash !== undefined) throw this.#crash;
      if (performance.now() > end) throw new Error(`The worker sent no ${type} for ${patience} ms.`);
      const report = this.reports.shift();
      if (report?.type === type) return report as ReportOf<T>;
      if (report?.type === "failure") throw new Error(report.message);
      if (report === undefined) await this.#news();
    }
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patience);
      this.#notify = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  end(): Promise<number> {
    return this.#worker.terminate();
  }
}

/** Bundles and starts a text; ends it when `use` is done. */
export async function withModel<T>(
  text: string,
  model: Partial<ModelSpec>,
  use: (running: RunningModel) => Promise<T>,
  change: Partial<Settings> = {},
  name = "model.ts",
): Promise<T> {
  const result = await bundleText(text, name);
  if (!result.ok) throw new Error(result.message);
  const running = new RunningModel(result.code);
  try {
    running.send({
      type: "start",
      model: { name: "model.ts", kind: "script", inputs: [], ...model },
      settings: { ...settings, ...change },
      seed: 0,
    });
    return await use(running);
  } finally {
    await running.end();
  }
}
