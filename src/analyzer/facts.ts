// What the analyzer says about a file: plain data in editor words. No AST node and no engine object ever leaves
// the analyzer; every position is a pair of UTF-16 offsets into the text that was analysed.

/** A span of text: offsets count UTF-16 units from the start of the file, `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A span together with the file it is in (absolute path). */
export interface Place extends Span {
  readonly file: string;
}

/** Where a dimension's number comes from, in a form to be read by a person. */
export interface Origin {
  /** The dimension as text: `784`, `B`, `floor(H/2)`. */
  readonly dim: string;
  /** What it is: "axis 1 of x, from flatten(…) of [64, 1, 28, 28]". */
  readonly text: string;
  /** The line that made it; absent when it is not in the user's code. */
  readonly place?: Place;
}

/** The shape of one tensor at one place of the source. */
export interface ShapeFact extends Span {
  /** The variable, parameter or field that holds it, or the source text of the call that makes it. */
  readonly name: string;
  readonly kind: "variable" | "parameter" | "field" | "call" | "use";
  /** `[5, 4]`, `[batch, 784]`, `[…, 10]`; alternatives are joined by ` | `. */
  readonly shape: string;
  readonly dtype: string;
  /** What the engine did to make it: `matmul: [5, 3] · [3, 4] → [5, 4]`. */
  readonly rule?: string;
  /** The op's one-line documentation. */
  readonly doc?: string;
  readonly origins: readonly Origin[];
  /** Where an inlay hint belongs; absent where a hint would only repeat what stands there. */
  readonly hintAt?: number;
}

export type Severity = "error" | "warning" | "hint";

/** A place that helps to understand a problem. */
export interface Related {
  readonly place: Place;
  readonly message: string;
}

/** Something wrong, on the argument it is wrong about. */
export interface Problem extends Span {
  readonly severity: Severity;
  /** Stable, documented: `matmul-inner`, `broadcast`, `reshape-size`, … */
  readonly code: string;
  readonly message: string;
  readonly related: readonly Related[];
}

/** A piece of text to put in the place of another. */
export interface Edit extends Place {
  readonly text: string;
}

/** A repair: with these edits the problem is gone and no other has come. */
export interface Fix {
  /** What it does: "Change 64 to 128 in new Linear(64, 10)". */
  readonly title: string;
  readonly edits: readonly Edit[];
}

/** One parameter a model needs to be called with. */
export interface ModelInput {
  readonly name: string;
  /** Dimensions in order; a name is a free dimension (`batch`), `…` any leading axes. */
  readonly shape: readonly (number | string)[];
  readonly dtype: string;
}

/** One row of the shape table. */
export interface Layer extends Span {
  readonly name: string;
  readonly op: string;
  readonly input: string;
  readonly output: string;
  /** Number of trainable numbers of this layer; `undefined` when it depends on a symbolic dimension. */
  readonly parameters: number | undefined;
}

/** Something that `Run Model` can run. `span` is where its lens goes. */
export interface Model extends Span {
  /** The exported name; the file's base name for a script. */
  readonly name: string;
  readonly kind: "script" | "class" | "instance" | "function";
  readonly inputs: readonly ModelInput[];
  readonly output: string | undefined;
  readonly layers: readonly Layer[];
}

/** What a function needs of its arguments and gives back, as inferred. */
export interface Signature extends Span {
  readonly name: string;
  /** `(x: [batch, 784]) → [batch, 10]`. */
  readonly text: string;
  /** "requires 32 | H". */
  readonly requires: readonly string[];
}

/** Everything known about one file. */
export interface Facts {
  readonly file: string;
  readonly shapes: readonly ShapeFact[];
  readonly problems: readonly Problem[];
  readonly models: readonly Model[];
  readonly signatures: readonly Signature[];
  /** False when the step budget ran out: what is here is right, but something may be missing. */
  readonly complete: boolean;
}
