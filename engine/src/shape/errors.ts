// The one error for shapes that do not fit: structured, so that a run prints it and the editor underlines it.

import { type Dim, formatDim } from "./dim";

/** Stable names of everything that can be wrong with a shape. */
export type ShapeErrorCode =
  | "matmul-inner"
  | "broadcast"
  | "reshape-size"
  | "rank"
  | "axis-range"
  | "concat-axis"
  | "stack-shape"
  | "split-size"
  | "layer-input"
  | "channels"
  | "kernel-too-large"
  | "norm-width"
  | "einsum"
  | "gather-index"
  | "loss-target"
  | "contract"
  | "undefined-dimension"
  | "whole-number"
  | "state-mismatch"
  | "precondition";

/** One tensor the op was given, as the message names it. */
export interface Operand {
  readonly name: string;
  readonly dims: readonly Dim[];
}

/** The shape and number type an op would most likely have given. */
export interface LikelyResult {
  readonly dims: readonly Dim[];
  readonly dtype?: string;
}

export interface ShapeErrorDetails {
  readonly code: ShapeErrorCode;
  /** The op or layer that refused. */
  readonly op: string;
  /** What is wrong, without the op's name: `[64, 784] · [128, 10]: inner dimensions differ, 784 ≠ 128.` */
  readonly message: string;
  /** The tensors involved, in the order of the arguments. */
  readonly operands?: readonly Operand[];
  /** For each operand the axis that does not fit. */
  readonly axes?: readonly (number | undefined)[];
  /** Index into `operands` of the one to blame. */
  readonly blame?: number;
  /** The name of the argument to blame where it is not a tensor: `axis`, `shape[1]`. */
  readonly parameter?: string;
  /** The two numbers that differ: expected (or left) and found (or right). */
  readonly numbers?: readonly [Dim, Dim];
  /** What to try, as a sentence. */
  readonly suggestion?: string;
  /** What the op would most likely have given, so that analysis can go on. */
  readonly likely?: LikelyResult;
}

/** A call whose dimensions cannot fit. Thrown at run time; reported in the editor by the same rule. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
  readonly code: ShapeErrorCode;
  readonly op: string;
  readonly operands: readonly Operand[];
  readonly axes: readonly (number | undefined)[];
  readonly blame: number | undefined;
  readonly parameter: string | undefined;
  readonly numbers: readonly [Dim, Dim] | undefined;
  readonly suggestion: string | undefined;
  readonly likely: LikelyResult | undefined;

  constructor(readonly details: ShapeErrorDetails) {
    super(`${details.op}: ${details.message}${details.suggestion ? `\n  Fix: ${details.suggestion}` : ""}`);
    this.code = details.code;
    this.op = details.op;
    this.operands = details.operands ?? [];
    this.axes = details.axes ?? [];
    this.blame = details.blame;
    this.parameter = details.parameter;
    this.numbers = details.numbers;
    this.suggestion = details.suggestion;
    this.likely = details.likely;
  }

  /** The same error as seen by a caller that knows more: another op name, names for the operands, another code. */
  with(changes: Partial<ShapeErrorDetails>): ShapeError {
    return new ShapeError({ ...this.details, ...changes });
  }
}

/** `784 ≠ 128`. */
export function differ(a: Dim, b: Dim): string {
  return `${formatDim(a)} ≠ ${formatDim(b)}`;
}
