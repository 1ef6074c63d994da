// The analyzer's door: files in, facts out.

import { type Facts } from "./facts";

/** Asked between steps; analysis stops soon after it answers true. */
export interface Cancellation {
  readonly isCancellationRequested: boolean;
}

/** Keeps a set of open files and answers with the facts of each. Never throws on user code and never runs it. */
export interface Analyzer {
  /** Takes the editor's text of a file, saved or not; files it imports are read from disk unless they are open too. */
  update(file: string, text: string): void;
  /** Forgets the editor's text: from now on the file is what is on disk. */
  close(file: string): void;
  /** Tells that a file changed on disk, appeared or went. */
  changedOnDisk(file: string): void;
  /** The facts of a file for its present text; `undefined` when cancelled. */
  facts(file: string, cancellation?: Cancellation): Facts | undefined;
  /** Files whose facts may differ after the given file changed (itself first), among those open. */
  dependents(file: string): readonly string[];
}
