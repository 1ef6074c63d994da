// @ts-check
// Assembles the engine's WebAssembly kernels into engine/src/kernels/wasm/module.ts, which is checked in so that nothing
// needs an assembler at run time. With --check it only tells whether that file is up to date.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import wabt from "wabt";
import { main, SetupError } from "./host/command.mjs";
import { root } from "./host/paths.mjs";

const source = join(root, "engine/src/kernels/wasm/kernels.wat");
const target = join(root, "engine/src/kernels/wasm/module.ts");

await main(async () => {
  const text = readFileSync(source, "utf8");
  const made = [
    "// Made from kernels.wat by scripts/kernels.mjs; not to be edited. Base64.",
    "",
    "/** For every host with 128-bit SIMD. */",
    `export const simdModule =\n  "${await assemble(text)}";`,
    "",
    "/** For hosts that also have relaxed SIMD: products are added in one instruction, rounded once. */",
    `export const relaxedModule =\n  "${await assemble(relaxed(text))}";`,
    "",
  ].join("\n");
  if (!process.argv.includes("--check")) return writeFileSync(target, made);
  if (readFileSync(target, "utf8") !== made) {
    throw new SetupError(
      "engine/src/kernels/wasm/module.ts is not what kernels.wat gives; run: node scripts/kernels.mjs",
    );
  }
});

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
