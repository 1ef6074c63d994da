// Every code that a problem can have, in the order of docs/problems.md.

import { type ShapeErrorCode } from "@shapelens/engine";

/** The engine's own codes. A record, so that the compiler misses none. */
const errorCodes: Readonly<Record<ShapeErrorCode, true>> = {
  "matmul-inner": true,
  broadcast: true,
  "reshape-size": true,
  rank: true,
  "axis-range": true,
  "concat-axis": true,
  "stack-shape": true,
  "split-size": true,
  "layer-input": true,
  "loss-target": true,
  contract: true,
  "undefined-dimension": true,
  "whole-number": true,
  channels: true,
  "kernel-too-large": true,
  "norm-width": true,
  einsum: true,
  "gather-index": true,
  "state-mismatch": true,
  precondition: true,
};

/** Of code that runs and is almost surely wrong. */
const warnings = [
  ...(["outer-broadcast", "one-size", "single-element", "scalar-target"] as const),
  ...(["squeeze-batch", "batch-reshape", "id-range", "swapped-names"] as const),
];
export type WarningCode = (typeof warnings)[number];

/** The codes of problems that throw nothing. */
export const warningCodes: ReadonlySet<string> = new Set(warnings);

/** What is refused for its kind or its size and not for a shape. */
export const argumentCode = "argument";

/** A comment that silences nothing. */
export const unusedIgnoreCode = "unused-ignore";

export const problemCodes: ReadonlySet<string> = new Set([
  ...Object.keys(errorCodes),
  argumentCode,
  ...warnings,
  unusedIgnoreCode,
]);
