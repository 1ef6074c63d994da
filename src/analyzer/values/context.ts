// What built-ins and the engine bridge may ask of the interpreter that calls them.

import { type Place, type Problem } from "../facts";
import { type Dim } from "./dims";
import { type CallSite } from "./site";
import {
  type ArrayValue,
  type IteratorValue,
  type MapValue,
  type Mutable,
  type ObjectValue,
  type SetValue,
  type TensorValue,
  type Value,
} from "./values";

/** A problem at a place; which file it is in is part of the place. */
export interface ReportedProblem extends Omit<Problem, "start" | "end"> {
  readonly place: Place;
  /** It throws nothing when the program runs: an annotation that is not kept, or a warning of what runs. */
  readonly isStatic?: boolean;
  /** Something in it is only missing because a tensor has too few axes. */
  readonly dependsOnRank?: boolean;
  /** What it is about; absent where it is not about an engine call's numbers. */
  readonly subject?: ProblemSubject;
  /** What a repair can start from; absent where it is not about an engine call. */
  readonly clues?: Clues;
}

/** The failing call as a repair needs it: where its tensors stand in the text, and the numbers that do not fit. */
export interface Clues {
  readonly op: string;
  readonly call: Place;
  readonly operands: readonly ClueOperand[];
  /** Expected (or left) and found (or right). */
  readonly numbers: readonly Dim[];
}

export interface ClueOperand {
  readonly dims: readonly Dim[];
  /** The axis that does not fit. */
  readonly axis: number | undefined;
  /** The expression that gives the tensor; absent for a layer's own weights. */
  readonly place: Place | undefined;
}

/** The numbers that do not fit, and the tensors the call was given. */
export interface ProblemSubject {
  /** The two numbers as text. */
  readonly numbers: string;
  /** They are what the program says, whatever is assumed of parameters. */
  readonly isConcrete: boolean;
  readonly tensors: readonly TensorValue[];
  /** The engine's object whose method was called, if one was. */
  readonly receiver: unknown;
}

/** What iterating over a value gives: every item in order, or a summary of them when they are not known one by one. */
export type Iteration =
  | { readonly items: readonly Value[]; readonly summary?: undefined }
  | { readonly items?: undefined; readonly summary: Value; readonly length?: Value; readonly rounds?: Rounds };

/** What a loop over too many items to count them is given: some, one that comes again and again, and the others. */
export interface Rounds {
  readonly items: readonly Value[];
  /** The place in `items` of the one that comes any number of times. */
  readonly repeated: number;
}

export interface Context {
  /** Nobody calls what is interpreted: the arguments are made up. */
  readonly isTrying: boolean;
  /** Calls any value as a function. Calling something unknown makes its arguments escape and gives `unknown`. */
  call(fn: Value, thisValue: Value, args: readonly Value[], site: CallSite): Value;
  /** `new fn(...args)`. */
  construct(fn: Value, args: readonly Value[], site: CallSite): Value;
  /** The items of `for (… of value)` and `[...value]`; uses up iterators. */
  iterate(value: Value, site: CallSite): Iteration;
  getProperty(target: Value, name: string, site: CallSite): Value;
  setProperty(target: Value, name: string, value: Value, site: CallSite): void;
  /** Must be called right before a mutable value is changed in place, so that a branch can be undone. */
  touch(target: Mutable & (ArrayValue | ObjectValue | MapValue | SetValue | IteratorValue)): void;
  /** The value is handed to code nobody can see: everything mutable in it is forgotten. */
  escape(value: Value): void;
  /** Runs `body` zero or more times as far as anybody knows: what it changes is joined with what was. */
  maybe(body: () => void): void;
  /** Runs `body` any number of times as far as anybody knows, until another round changes nothing more. */
  repeat(body: () => void): void;
  /** Runs `body` with problems kept silent: a throw is expected there. Answers whether it certainly threw. */
  expectThrow(body: () => void): boolean;
  /** Spends one step of the budget. */
  step(): void;
  /** Something is about to be done (to `target`) that `touch` cannot undo. */
  irreversible(target?: { readonly id: number }): void;
  /** Says what is wrong; silent where a throw is caught or expected. */
  report(problem: ReportedProblem): void;
  /** A call throws, or may throw, for a reason that was told before. */
  failed(isCertain: boolean): void;
  /** Ends the present path as `throw value` does. */
  throwValue(value: Value): never;
  /** Notes the computation that is visible to the user: one row of a model's layer table. */
  recordLayer(layer: RecordedLayer): void;
}

/** A layer or op that ran, in order; what the shape table lists. */
export interface RecordedLayer {
  readonly name: string;
  readonly op: string;
  readonly input: string;
  readonly output: string;
  readonly parameters: number | undefined;
  /** Which of the ops of its call it is. */
  readonly index: number;
  /** The layer whose parameters these are. */
  readonly owner: object | undefined;
  readonly site: CallSite;
}
