// @ts-check
// The few things that have to come from the operating system: installed when we may, named when we may not.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { findProgram, runQuietly, SetupError } from "./command.mjs";
import { cacheFolder } from "./paths.mjs";

/** A browser that the tests can drive. */
export const chromium = {
  packages: ["chromium"],
  isPresent: () => findProgram("chromium", "chromium-browser", "google-chrome", "google-chrome-stable") !== undefined,
};

/** What the editor's native modules are compiled with. */
export const nativeModuleTools = [
  { packages: ["g++"], isPresent: () => findProgram("c++", "g++", "clang++") !== undefined },
  { packages: ["make"], isPresent: () => findProgram("make") !== undefined },
  { packages: ["python3"], isPresent: () => findProgram("python3") !== undefined },
  { packages: ["libkrb5-dev"], isPresent: () => hasHeader("gssapi/gssapi.h") },
];

/**
 * Makes sure that these are on the machine.
 * @param {readonly { packages: readonly string[], isPresent: () => boolean }[]} needed
 * @param {string} purpose what they are for, such as "the browser-hosted editor"
 * @throws {SetupError} that names the missing packages and the command to type
 */
export async function ensureSystemPackages(needed, purpose) {
  const packages = needed.filter((need) => !need.isPresent()).flatMap((need) => need.packages);
  if (packages.length === 0) return;
  const apt = findProgram("apt-get");
  if (!apt) {
    throw new SetupError(`For ${purpose}, install with your system's package manager: ${packages.join(" ")}`);
  }
  if (process.getuid?.() !== 0) {
    throw new SetupError(`For ${purpose}, type: sudo apt-get install -y ${packages.join(" ")}`);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const log = cacheFolder("system-packages.log");
  await runQuietly("Updating the list of system packages", apt, ["update"], { log, env });
  const args = ["install", "-y", "--no-install-recommends", ...packages];
  await runQuietly(`Installing ${packages.join(", ")} for ${purpose}`, apt, args, { log, env });
}

/** @param {string} header */
function hasHeader(header) {
  if (process.platform !== "linux") return true;
  const include = "/usr/include";
  if (!existsSync(include)) return false;
  const multiarch = readdirSync(include).filter((name) => name.includes("-linux-"));
  return ["", ...multiarch].some((folder) => existsSync(join(include, folder, header)));
}
