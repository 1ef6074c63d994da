// @ts-check
// What is bundled into what. Imports of the engine are resolved to its sources through the paths of tsconfig.json.

import { readdirSync } from "node:fs";

/** @typedef {import("esbuild").BuildOptions} BuildOptions */

/**
 * All bundles of the project, as options of esbuild.
 * @returns {BuildOptions[]}
 */
export function bundles() {
  return [
    ...["engine/dist", "dist/engine"].map(engineBundle),
    nodeBundle("src/extension/main.ts", "dist/extension.js", { external: ["vscode", "esbuild"] }),
    nodeBundle("src/server/main.ts", "dist/server.js"),
    nodeBundle("src/cli/main.ts", "dist/cli.js", { banner: { js: "#!/usr/bin/env node" } }),
    panelBundle,
    workerBundle,
    hostTestBundles(),
  ];
}

/** @type {BuildOptions} */
const common = {
  bundle: true,
  target: "es2022",
  sourcemap: true,
  sourcesContent: false,
  logLevel: "warning",
  legalComments: "linked",
};

/** @type {BuildOptions} */
const panelBundle = {
  ...common,
  entryPoints: ["src/panel/main.tsx"],
  outfile: "dist/panel.js",
  format: "iife",
  minify: true,
};

/**
 * The worker's runtime is bundled once more, together with the user's file, when a model is run. The engine is resolved
 * there, so that both share one instance of it.
 * @type {BuildOptions}
 */
const workerBundle = {
  ...common,
  entryPoints: ["src/runner/worker.ts"],
  outfile: "dist/worker.js",
  format: "esm",
  external: ["@shapelens/engine", "@shapelens/engine/tooling"],
};

/**
 * The engine's entries share one instance of its modules through common chunks. What the ONNX entry needs of others is
 * part of it, so that the package depends on nothing.
 * @param {string} outdir
 * @returns {BuildOptions}
 */
function engineBundle(outdir) {
  return {
    ...common,
    entryPoints: {
      index: "engine/src/index.ts",
      tooling: "engine/src/tooling.ts",
      onnx: "engine/src/onnx/index.ts",
    },
    outdir,
    format: "esm",
    splitting: true,
  };
}

/**
 * A program for Node. esbuild stays outside, because it finds its own executable beside itself.
 * @param {string} entry
 * @param {string} outfile
 * @param {BuildOptions} [options]
 * @returns {BuildOptions}
 */
function nodeBundle(entry, outfile, options) {
  return {
    ...common,
    entryPoints: [entry],
    outfile,
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["esbuild"],
    minifyWhitespace: true,
    minifySyntax: true,
    ...options,
  };
}

/**
 * Each host test is a bundle of its own, which mocha loads inside the extension host.
 * @returns {BuildOptions}
 */
function hostTestBundles() {
  const tests = readdirSync("test/host").filter((name) => /\.(host|restricted)\.ts$/.test(name));
  return {
    ...common,
    entryPoints: ["index.ts", ...tests].map((name) => `test/host/${name}`),
    outdir: "dist/test",
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["vscode", "mocha", "esbuild"],
  };
}
