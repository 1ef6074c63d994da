// Reads what the interpreter knows of the variables at the top level of a program, for tests.

import { Session } from "../../src/analyzer/interpreter/session";
import { memoryFileSystem } from "../../src/analyzer/program/fileSystem";
import { Program } from "../../src/analyzer/program/program";
import { type Value } from "../../src/analyzer/values";

/** The abstract value of a variable after the program ran. */
export function valueOf(text: string, name: string): Value | undefined {
  const program = new Program(memoryFileSystem(new Map([["/main.ts", text]])));
  const none = (): undefined => undefined;
  const session = new Session(program, program.module("/main.ts")!, none, 2_000_000, undefined, none);
  return session.instance.environment.own(name)?.value;
}

/** The JavaScript value an abstract value stands for; `"?"` where it is not known. */
export function concrete(value: Value | undefined): unknown {
  switch (value?.kind) {
    case "undefined":
      return undefined;
    case "null":
      return null;
    case "number":
    case "string":
    case "boolean":
    case "bigint":
      return value.value ?? "?";
    case "array":
      return value.elements ? value.elements.map(concrete) : "?";
    case "object":
      if (value.open) return "?";
      return Object.fromEntries(
        [...value.properties].map(([name, each]) => [name, each.kind === "accessor" ? "?" : concrete(each)]),
      );
    case "oneOf":
      return { oneOf: value.alternatives.map(concrete) };
    default:
      return "?";
  }
}
