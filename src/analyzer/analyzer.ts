// The analyzer's door: files in, facts out.

import { Analysis } from "./analysis";
import { type Facts } from "./facts";
import { Stopped } from "./interpreter/completions";
import { diskFileSystem, type FileSystem } from "./program/fileSystem";
import { Program } from "./program/program";

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

export interface AnalyzerOptions {
  /** Where files that are not open are read from; the disk unless given. */
  readonly fileSystem?: FileSystem;
  /** How many steps of the interpreter a file may take. */
  readonly budget?: number;
}

export function createAnalyzer({ fileSystem = diskFileSystem, budget }: AnalyzerOptions = {}): Analyzer {
  const program = new Program(fileSystem);
  const analysis = new Analysis(program, budget);
  return {
    update(file, text) {
      program.update(file, text);
    },
    close(file) {
      program.close(file);
    },
    changedOnDisk(file) {
      program.changedOnDisk(file);
    },
    facts(file, cancellation) {
      try {
        return analysis.facts(file, cancellation);
      } catch (error) {
        if (error instanceof Stopped) return undefined;
        // The stack ran out on a text nested beyond reason.
        if (error instanceof RangeError)
          return { file, shapes: [], problems: [], models: [], signatures: [], complete: false };
        throw error;
      }
    },
    dependents: (file) => analysis.dependents(file),
  };
}
