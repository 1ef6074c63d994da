// @ts-check
// Assembles the engine's WebAssembly kernels into engine/src/kernels/wasm/module.ts, which is checked in so that nothing
// needs an assembler at run time: one module, with one memory, of all the functions in source/*.wat, a second one in which
// every sum of a product is one relaxed multiply-add, and a very small one by which to tell whether a host can run that.
// With --check it only tells whether that file is up to date.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import wabt from "wabt";
import { main, SetupError } from "./host/command.mjs";
import { root } from "./host/paths.mjs";

const source = join(root, "engine/src/kernels/wasm/source");
const target = join(root, "engine/src/kernels/wasm/module.ts");

const zero = "(v128.const i32x4 0 0 0 0)";
const probe = `(module (func (result v128) (f32x4.relaxed_madd ${zero} ${zero} ${zero})))`;

await main(async () => {
  const text = moduleOf(source);
  const made = [
    "// Made from source/*.wat by scripts/kernels.mjs; not to be edited. Base64.",
    "",
    "/** For every host with 128-bit SIMD. */",
    `export const simdModule =\n  "${await assemble(text)}";`,
    "",
    "/** For hosts that also have relaxed SIMD: products are added in one instruction, rounded once. */",
    `export const relaxedModule =\n  "${await assemble(relaxed(text))}";`,
    "",
    "/** A function of one relaxed multiply-add: valid where `relaxedModule` is. */",
    `export const relaxedProbe =\n  "${await assemble(probe)}";`,
    "",
  ].join("\n");
  if (!process.argv.includes("--check")) return writeFileSync(target, made);
  if (readFileSync(target, "utf8") !== made) {
    throw new SetupError(
      "engine/src/kernels/wasm/module.ts is not what source/*.wat gives; run: node scripts/kernels.mjs",
    );
  }
});

/**
 * The text of one module of all functions in the folder's files.
 * @param {string} folder
 */
function moduleOf(folder) {
  const files = readdirSync(folder).filter((file) => file.endsWith(".wat"));
  const functions = files.sort().map((file) => readFileSync(join(folder, file), "utf8"));
  return ["(module", '(memory (export "memory") 1)', ...functions, ")"].join("\n");
}

/** @param {string} text */
async function assemble(text) {
  const features = { simd: true, relaxed_simd: true };
  const module = (await wabt()).parseWat("kernels.wat", text, features);
  try {
    module.validate();
    return Buffer.from(module.toBinary({}).buffer).toString("base64");
  } finally {
    module.destroy();
  }
}

/**
 * Makes one multiply-add of each sum of a product and a variable.
 * @param {string} text
 */
function relaxed(text) {
  const variable = String.raw`(\(local\.get \$\w+\))`;
  const sum = new RegExp(String.raw`\(f32x4\.add \(f32x4\.mul ${variable} ${variable}\) ${variable}\)`, "g");
  return text.replace(sum, "(f32x4.relaxed_madd $1 $2 $3)");
}
