// The arguments of a command: paths and a format.

import { parseArgs } from "node:util";
import { Failure } from "./output";

export interface Arguments<Format extends string> {
  readonly paths: readonly string[];
  readonly format: Format;
}

/** Reads the arguments; the first of the formats holds unless another one is given. */
export function readArguments<Format extends string>(
  command: string,
  args: readonly string[],
  formats: readonly [Format, ...Format[]],
): Arguments<Format> {
  const { values, positionals } = parse(args);
  const format = formats.find((each) => each === (values.format ?? formats[0]));
  if (format === undefined) {
    throw new Failure(`--format of ${command} is ${formats.join(" or ")}; found ${String(values.format)}.`);
  }
  if (positionals.length === 0) throw new Failure(`shapelens ${command} needs a path; see shapelens --help.`);
  return { paths: positionals, format };
}

function parse(args: readonly string[]): { values: { format?: string }; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { format: { type: "string", short: "f" } } });
  } catch (error) {
    throw new Failure(`${(error as Error).message}. See shapelens --help.`);
  }
}
