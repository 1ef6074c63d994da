// Where code of the worker's script was running, from the text of a stack.

/** 1-based line and 0-based column of the script, innermost first. */
export type Frames = readonly (readonly [number, number])[];

/** Deep enough to reach the user's own line from inside a layer inside a layer. */
const stackDepth = 60;

/** A stack is taken as an error, and made into text only when somebody looks at it. */
export function captureStack(): Error {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = stackDepth;
  const error = new Error();
  Error.stackTraceLimit = limit;
  return error;
}

/** Frames of an error's stack; none when it has no stack. */
export function framesOf(error: unknown): Frames {
  if (!(error instanceof Error) || typeof error.stack !== "string") return [];
  // The message may span lines and must not be taken for frames.
  const lines = error.stack.split("\n").filter((line) => /^\s+at /.test(line));
  return lines.flatMap((line) => {
    const place = /:(\d+):(\d+)\)?$/.exec(line);
    return place === null ? [] : [[Number(place[1]), Number(place[2]) - 1] as const];
  });
}

/** What to tell about something thrown: its message, with the class for errors that are not plain. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return `The program threw ${String(error)}, which is not an Error.`;
  return ["Error", "ShapeError"].includes(error.name) ? error.message : `${error.name}: ${error.message}`;
}
