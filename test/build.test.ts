// What `npm run build` makes of the engine: a package that Node and TypeScript take as it is.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { tensor } from "@shapelens/engine";
import type * as engineModule from "@shapelens/engine";
import type * as toolingModule from "@shapelens/engine/tooling";
import { runOnnx } from "./engine/onnx/runtime";

const root = resolve(import.meta.dirname, "..");

describe("The built engine", () => {
  for (const folder of ["engine/dist", "dist/engine"]) {
    it(`shares one op table between its two entries in ${folder}`, async () => {
      const load = (name: string): Promise<unknown> => import(pathToFileURL(join(root, folder, name)).href);
      const engine = (await load("index.js")) as typeof engineModule;
      const tooling = (await load("tooling.js")) as typeof toolingModule;
      assert.equal(tooling.opTable.get("matmul"), engine.matmul);
      assert.deepEqual(engine.ones([2, 3]).matmul(engine.ones([3, 4])).shape, [2, 4]);
    });
  }

  it("exports ONNX where nothing but the package itself is installed", async () => {
    const project = mkdtempSync(join(tmpdir(), "shapelens-package-"));
    try {
      const installed = join(project, "node_modules/@shapelens/engine");
      cpSync(join(root, "engine/dist"), join(installed, "dist"), { recursive: true });
      cpSync(join(root, "engine/package.json"), join(installed, "package.json"));
      writeFileSync(
        join(project, "main.mjs"),
        `import { Linear, tensor } from "@shapelens/engine";
         import { exportOnnx } from "@shapelens/engine/onnx";
         const layer = new Linear(1, 1);
         layer.loadStateDict({ weight: tensor([[2]]), bias: tensor([3]) });
         process.stdout.write(exportOnnx(layer, { x: "batch 1" }));`,
      );
      const run = promisify(execFile)(process.execPath, ["main.mjs"], { cwd: project, encoding: "buffer" });
      const { output } = await runOnnx((await run).stdout, { x: tensor([[1], [10]]) });
      assert.deepEqual(output!.toArray(), [[5], [23]]);
    } finally {
      rmSync(project, { recursive: true, force: true });
    }
  });

  it("is typed for a project that follows Node's rules", async () => {
    const project = mkdtempSync(join(tmpdir(), "shapelens-types-"));
    try {
      mkdirSync(join(project, "node_modules/@shapelens"), { recursive: true });
      symlinkSync(join(root, "engine"), join(project, "node_modules/@shapelens/engine"), "dir");
      writeFileSync(
        join(project, "main.ts"),
        `import { ones, type Tensor } from "@shapelens/engine";
         import { exportOnnx } from "@shapelens/engine/onnx";
         export const y: Tensor = ones([2, 3]).matmul(ones([3, 4])).relu();
         export const file: Uint8Array = exportOnnx((x: Tensor) => x.relu(), { x: "batch 3" });
         // @ts-expect-error A shape is not a word.
         ones("two");
         // @ts-expect-error Tensors have no such method.
         y.frobnicate();`,
      );
      const compilerOptions = {
        noEmit: true,
        strict: true,
        module: "nodenext",
        target: "es2022",
        types: [],
        skipLibCheck: true,
      };
      writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
      const tsc = join(root, "node_modules/typescript/bin/tsc");
      const checked = promisify(execFile)(process.execPath, [tsc, "-p", "."], { cwd: project });
      const output = await checked.then(
        () => "",
        (error: unknown) => (error as { stdout: string }).stdout,
      );
      assert.equal(output, "");
    } finally {
      rmSync(project, { recursive: true, force: true });
    }
  }).timeout(60_000);
});
