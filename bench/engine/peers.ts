// The engines that ours is compared with, each on one thread, and how a piece of work of theirs is timed.

import * as jax from "@jax-js/jax";
import "@tensorflow/tfjs-backend-cpu";
import { setThreadsCount, version_wasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { readFileSync } from "node:fs";
import { rand } from "@shapelens/engine";
// The package's entry for Node leaves the gradients out; by this path they are bundled, which its own modules need.
import "../node_modules/@tensorflow/tfjs-core/dist/register_all_gradients";
import { type Contestant } from "../benchmark";

export const names = { wasm: "tfjs wasm", cpu: "tfjs cpu", jax: "jax-js wasm" } as const;

/** Makes both ready. */
export async function startPeers(): Promise<void> {
  tf.enableProdMode();
  setThreadsCount(1);
  await tf.setBackend("cpu");
  await tf.setBackend("wasm");
  await jax.init("wasm");
  jax.defaultDevice("wasm");
}

export const versions = (): string =>
  `Peers: TensorFlow.js ${version_wasm} (wasm and cpu), jax-js ${versionOf("@jax-js/jax")} (wasm); each on one thread.`;

function versionOf(peer: string): string {
  const manifest: unknown = JSON.parse(readFileSync(`bench/node_modules/${peer}/package.json`, "utf8"));
  return (manifest as { version: string }).version;
}

/** All tensors that `run` makes are given back after each call, as a careful user of TensorFlow.js would do. */
export const onTfjs = (backend: "wasm" | "cpu", run: () => unknown): Contestant => ({
  prepare: () => tf.setBackend(backend),
  run: () => {
    tf.tidy(() => void run());
  },
});

/** The arrays that `run` gives are waited for, since jax-js computes late, and then given back. */
export const onJax = (run: () => jax.Array): Contestant => ({
  run: async () => {
    const result = run();
    await jax.blockUntilReady(result);
    result.dispose();
  },
});

/** Uniform numbers in [−1, 1), the same for all. */
export function numbers(shape: readonly number[]): Float32Array {
  return (rand([...shape]).data as Float32Array).map((value) => 2 * value - 1);
}

export const tfTensor = (data: Float32Array, shape: readonly number[]): tf.Tensor => tf.tensor(data, [...shape]);

export const jaxArray = (data: Float32Array, shape: readonly number[]): jax.Array =>
  jax.numpy.array(data).reshape([...shape]);
