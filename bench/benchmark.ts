// What a benchmark file exports.

/** What is timed; `run` is called many times, `prepare` before each turn of them and is not timed. */
export interface Contestant {
  prepare?(): unknown;
  run(): unknown;
}

export interface Benchmark extends Contestant {
  readonly name: string;
  /** How many arithmetic operations one call does, where that is worth a column. */
  readonly operations?: number;
  /** The same work done by others, by their name; or a word for why they cannot. */
  readonly peers?: Readonly<Record<string, Contestant | string>>;
}

/** The fastest that the machine can do so many operations, timed beside each benchmark: a busy machine slows both down. */
export interface Limit extends Contestant {
  readonly operations: number;
}

/** What is printed above the table, and the limit of all benchmarks in it, where there is one. */
export interface About {
  readonly lines: readonly string[];
  readonly limit?: Limit;
}

export interface BenchmarkFile {
  /** Prepares everything. */
  benchmarks(): readonly Benchmark[] | Promise<readonly Benchmark[]>;
  about?(): Promise<About>;
  /** What is measured in another way, line by line. */
  reports?(): AsyncIterable<string>;
}
