// What esbuild could not do, in words for the author of the model.

import { builtinModules } from "node:module";
import { isAbsolute, resolve } from "node:path";
import { type Message } from "esbuild";
import { type BundlePlace } from "./bundle";

/** The first error with its place. Paths of messages are relative to `directory`. */
export function describeFailure(
  errors: readonly Message[],
  directory: string,
): { readonly message: string; readonly place?: BundlePlace } {
  const [first] = errors;
  if (first === undefined) return { message: "The file could not be bundled." };
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return { message: wording(first) + more, ...placeOf(first, directory) };
}

function wording({ text }: Message): string {
  const unresolved = /^Could not resolve "(.+)"/.exec(text)?.[1];
  if (unresolved === undefined) return `This file cannot be read as code: ${text}`;
  if (isNodeModule(unresolved)) {
    return (
      `"${unresolved}" is a part of Node.js. A model runs in a closed worker without files, network or Node; ` +
      "take this import out of what is run, or pass the data in through an import of its own."
    );
  }
  if (/^[./]/.test(unresolved)) return `There is no file "${unresolved}" here. Check the path of this import.`;
  const name = unresolved.split("/", unresolved.startsWith("@") ? 2 : 1).join("/");
  return `The package "${name}" was not found. Install it beside this file: npm install ${name}`;
}

function isNodeModule(name: string): boolean {
  return name.startsWith("node:") || builtinModules.includes(name);
}

function placeOf({ location }: Message, directory: string): { readonly place?: BundlePlace } {
  if (location === null) return {};
  const { file, line, column, lineText } = location;
  // esbuild counts columns in bytes of UTF-8, editors in UTF-16 units.
  const character = Buffer.from(lineText, "utf8").subarray(0, column).toString("utf8").length;
  return { place: { file: isAbsolute(file) ? file : resolve(directory, file), line: line - 1, character } };
}
