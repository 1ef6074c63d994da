// Loading the WebAssembly kernels: the module is what its source says, and hosts that refuse it go without.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { buildSync } from "esbuild";

/** What `kernelsWith(0)` answers in a host with this WebAssembly, and whether any memory can be had. */
function loadIn(host: unknown): unknown {
  const { outputFiles } = buildSync({
    entryPoints: ["engine/src/kernels/wasm/load.ts"],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "loaded",
  });
  const load = new Function("WebAssembly", `${outputFiles[0]!.text}; return loaded;`);
  return load(host).kernelsWith(0);
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
});
