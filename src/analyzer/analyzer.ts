// The analyzer's door: files in, facts out.

import { Analysis } from "./analysis";
import { type Facts, type Fix, type Signature, type Span } from "./facts";
import { fixesFor } from "./fixes";
import { ignoreComment } from "./fixes/ignoreComment";
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
  /** What the functions need and give that the file calls itself, beside those that its facts tell of. */
  signaturesOfCalled(file: string, cancellation?: Cancellation): readonly Signature[];
  /**
   * The repairs of one of the file's problems, best first, of the present text. Each was tried out: with its edits the
   * problem is gone and no other has come. Gives `undefined` for each that was not good, so that the caller may pause,
   * or stop, between two trials.
   */
  fixes(
    file: string,
    problem: Span & { readonly code: string },
    cancellation?: Cancellation,
  ): Generator<Fix | undefined>;
  /** A comment that silences a code at a place of the file's present text. */
  ignore(file: string, place: Span, code: string): Fix | undefined;
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
    signaturesOfCalled(file, cancellation) {
      try {
        return analysis.signaturesOfCalled(file, cancellation);
      } catch (error) {
        if (error instanceof Stopped || error instanceof RangeError) return [];
        throw error;
      }
    },
    *fixes(file, problem, cancellation) {
      try {
        yield* fixesFor(program, analysis, file, problem, cancellation);
      } catch (error) {
        if (!(error instanceof Stopped || error instanceof RangeError)) throw error;
      }
    },
    ignore(file, place, code) {
      const module = program.module(file);
      return module && ignoreComment(module, place, code);
    },
    dependents: (file) => analysis.dependents(file),
  };
}
