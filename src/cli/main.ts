// The command line: shapelens check | shapes | lsp.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure, type Output } from "./output";

const help = `Checks tensor shapes in TypeScript and JavaScript that uses @shapelens/engine, without running it.

Usage
  shapelens check <path>… [--format pretty|json]     problems of files and of all sources in folders
  shapelens shapes <file> [--format markdown|json]   every shape of a file and its models layer by layer
  shapelens lsp --stdio                              a language server for an editor

Options
  --format <format>   how to print; pretty or markdown unless given
  --help, -h          this text
  --version, -v       the version

Folders are searched for .ts .tsx .mts .cts .js .jsx .mjs .cjs, without node_modules, dist and hidden ones.
Settings of severities belong to the editor; // shapelens-ignore-next-line <code> works here, too.

Exit code
  0   no error and no warning
  1   at least one error or warning
  2   could not run: unknown option, missing path, unreadable file
`;

/** Runs one command and gives the exit code. Only what the command needs is loaded. */
async function run([command, ...args]: readonly string[], output: Output): Promise<number> {
  if (command === "check") return (await import("./check")).check(args, output);
  if (command === "shapes") return (await import("./shapes")).shapes(args, output);
  if (command === "lsp") return serve(args);
  if (command === "--help" || command === "-h" || command === "help") {
    output.print(help);
    return 0;
  }
  if (command === "--version" || command === "-v") {
    output.print(`${version()}\n`);
    return 0;
  }
  const wrong = command === undefined ? "No command was given" : `There is no command ${command}`;
  throw new Failure(`${wrong}.\n\n${help}`);
}

/** The manifest is beside the folder of this bundle. */
function version(): string {
  const manifest = JSON.parse(readFileSync(join(__dirname, "../package.json"), "utf8")) as { version: string };
  return manifest.version;
}

async function serve(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => arg !== "--stdio" && !/^--clientProcessId(=\d+)?$|^\d+$/.test(arg));
  if (unknown !== undefined) throw new Failure(`shapelens lsp speaks over --stdio only; found ${unknown}.`);
  const { serveStdio } = await import("../server/stdio");
  // The connection ends the process when the client leaves.
  return serveStdio();
}

const output: Output = {
  print: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text.endsWith("\n") ? text : `${text}\n`),
  colors: process.stdout.isTTY && !process.env.NO_COLOR,
};

// A reader that closes the pipe early, such as head, is no failure.
process.stdout.on("error", () => process.exit(0));

run(process.argv.slice(2), output).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    output.complain(`shapelens: ${error instanceof Failure ? error.message : String((error as Error).stack ?? error)}`);
    process.exitCode = 2;
  },
);
