// @ts-check
// Runs other programs: in plain sight, or quietly with a progress line now and then.

import { spawn } from "node:child_process";
import { accessSync, constants, createWriteStream, mkdirSync, readFileSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** Why a script cannot go on, in words for the person at the terminal; no stack trace is printed for it. */
export class SetupError extends Error {}

/**
 * Runs a script's main function, prints a `SetupError` as its message alone, and sets the exit code.
 * @param {() => Promise<void>} run
 */
export async function main(run) {
  try {
    await run();
  } catch (error) {
    console.error(error instanceof SetupError ? `\n${error.message}` : error);
    process.exit(1);
  }
}

/**
 * Runs a command with its output shown, and gives its exit code.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 * @returns {Promise<number>}
 */
export function show(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit", shell: process.platform === "win32", ...options });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/**
 * Runs a long command with its output in a log file, and prints a line every ten seconds so that nobody thinks it hangs.
 * @param {string} title what is being done, such as "Installing the editor"
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ log: string, expected?: string, cwd?: string, env?: NodeJS.ProcessEnv }} options
 *   `log`: file for the output; `expected`: how long it usually takes
 * @throws {SetupError} with the end of the log when the command fails
 */
export async function runQuietly(title, command, args, { log, expected, cwd, env }) {
  console.log(`${title}${expected ? ` (usually ${expected})` : ""} …`);
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  mkdirSync(dirname(log), { recursive: true });
  const output = createWriteStream(log);
  const heartbeat = setInterval(() => console.log(`  … ${seconds()} s`), 10_000);
  try {
    const code = await new Promise((resolve, reject) => {
      const child = spawn(command, args, { cwd, env, shell: process.platform === "win32" });
      child.stdout.pipe(output, { end: false });
      child.stderr.pipe(output, { end: false });
      child.on("error", reject);
      child.on("close", resolve);
    });
    await new Promise((resolve) => output.end(resolve));
    if (code !== 0) {
      const end = readFileSync(log, "utf8").trimEnd().split("\n").slice(-25).join("\n");
      throw new SetupError(
        `${title} failed: ${[command, ...args].join(" ")} ended with code ${code}.\n${end}\nThe whole log is ${log}`,
      );
    }
    console.log(`  done in ${seconds()} s`);
  } finally {
    clearInterval(heartbeat);
  }
}

/**
 * The path of the first of these programs that is on the PATH.
 * @param {...string} names
 * @returns {string | undefined}
 */
export function findProgram(...names) {
  const suffixes = process.platform === "win32" ? [".exe", ".cmd"] : [""];
  for (const name of names) {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
      for (const suffix of suffixes) {
        const candidate = join(folder, name + suffix);
        if (folder && isExecutable(candidate)) return candidate;
      }
    }
  }
  return undefined;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
