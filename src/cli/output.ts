// Where a command writes, and how it says that it could not run.

export interface Output {
  readonly print: (text: string) => void;
  /** To the standard error stream, as a line of its own. */
  readonly complain: (text: string) => void;
  readonly colors: boolean;
}

/** The command could not run; the message is for the person who typed it. */
export class Failure extends Error {}
