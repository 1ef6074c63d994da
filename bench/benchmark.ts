// What a benchmark file exports: a function `benchmarks` that prepares everything and gives a list of these.

export interface Benchmark {
  readonly name: string;
  /** What is timed; called many times. */
  run(): unknown;
  /** How many arithmetic operations one call does, where that is worth a column. */
  readonly operations?: number;
}
