// A program of one or more files as one text: `// file: lib.ts` starts another file, `// run: f(zeros([2]))` is a call
// that is made after the program ran but that the analyzer does not see.

/** The files of a program by absolute path; the first is the one that is run. */
export interface Program {
  readonly files: ReadonlyMap<string, string>;
  /** Calls of exported functions, made from outside once the program has run. */
  readonly calls: readonly string[];
}

export const mainFile = "/main.ts";

export function parseProgram(text: string): Program {
  const files = new Map<string, string>([[mainFile, ""]]);
  const calls: string[] = [];
  let file = mainFile;
  for (const line of text.split("\n")) {
    const [, directive, rest] = /^\/\/ (file|run): (.*)$/.exec(line) ?? [];
    if (directive === "file") files.set((file = `/${rest!}`), "");
    else if (directive === "run") calls.push(rest!);
    else files.set(file, `${files.get(file)!}${line}\n`);
  }
  return { files, calls };
}

/** Whether the program does the same every time: nothing in it asks for chance, the environment or a number's value. */
export function isCertain(program: Program): boolean {
  return [...program.files.values()].every((text) => !/Math\.random|process\.env|\.item\(/.test(text));
}
