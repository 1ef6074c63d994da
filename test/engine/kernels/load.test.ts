// Loading the WebAssembly kernels: the module is what its source says, and hosts that refuse it go without.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { buildSync } from "esbuild";

/** What `kernelsWith(0)` answers in a host with this WebAssembly, and with these globals beside the language's own. */
function loadIn(host: unknown, globals: object = globalThis): unknown {
  const { outputFiles } = buildSync({
    entryPoints: ["engine/src/kernels/wasm/load.ts"],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "loaded",
  });
  const load = new Function("WebAssembly", "globalThis", `${outputFiles[0]!.text}; return loaded;`);
  return load(host, globals).kernelsWith(0);
}

/** A constructor that refuses. */
function refusing(error: Error): () => never {
  return function () {
    throw error;
  };
}

describe("kernels: loading", () => {
  it("has the module that its source gives", () => {
    execFileSync(process.execPath, ["scripts/kernels.mjs", "--check"], { stdio: "pipe" });
  });

  it("loads here", () => {
    assert.notEqual(loadIn(Reflect.get(globalThis, "WebAssembly")), undefined);
  });

  it("loads where there are no buffers of Node's", () => {
    assert.notEqual(loadIn(Reflect.get(globalThis, "WebAssembly"), {}), undefined);
  });

  it("goes without where there is no WebAssembly", () => {
    assert.equal(loadIn(undefined), undefined);
  });

  it("goes without where a content security policy refuses it", () => {
    const Module = refusing(new EvalError("Refused to compile or instantiate WebAssembly module"));
    assert.equal(loadIn({ validate: () => true, Module }), undefined);
  });

  it("goes without where there is no SIMD", () => {
    const Module = refusing(new SyntaxError("invalid value type 'v128'"));
    assert.equal(loadIn({ validate: () => false, Module }), undefined);
  });

  it("computes the same with relaxed SIMD", function () {
    // From Node 22 on all other tests run with it.
    if (Number(process.versions.node.split(".")[0]) >= 22) this.skip();
    this.timeout(120_000);
    const node = (...args: string[]) =>
      execFileSync(process.execPath, ["--experimental-wasm-relaxed-simd", "--require", "tsx/cjs", ...args], {
        stdio: "pipe",
      });
    const load = 'const { areRelaxed, kernelsWith } = require("./engine/src/kernels/wasm/load.ts");';
    node("--eval", `${load} kernelsWith(0); if (!areRelaxed()) process.exit(1);`);
    const files = [
      "matmul",
      "convolution",
      "exponential",
      "softmax",
      "optimize",
      "recurrent",
      "elementwise",
      "lanes",
    ].map((name) => `test/engine/kernels/${name}.test.ts`);
    const options = ["--no-config", "--require", "./test/setup.ts", "--timeout", "20000"];
    node("node_modules/mocha/bin/mocha.js", "--require", "tsx", ...options, ...files);
  });
});
