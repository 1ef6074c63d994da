// `reshape([-1, n])` that makes more or fewer rows than there are samples, because n is not what one sample holds.

import { type Tensor } from "@shapelens/engine";
import { constantOf, dimsEqual, divides, formatDim, formatShape, productOfDims } from "@shapelens/engine/tooling";
import { type OpRecord } from "@shapelens/engine/tooling";
import { type WarningRule } from "./rule";

export const batchReshape: WarningRule = {
  code: "batch-reshape",
  ops: ["reshape"],
  check(record) {
    const [x] = record.inputs;
    if (!x || !swallowsBatch(record)) return undefined;
    const [batch, ...rest] = x.dims;
    const [rows] = record.output.dims;
    const sample = productOfDims(rest);
    return {
      message: `${formatShape(x.dims)} becomes ${formatDim(rows!)} rows: the ${formatDim(batch!)} along axis 0 do not stay samples, one of which holds ${formatDim(sample)} numbers.`,
      suggestion: `use flatten(1), or reshape([${formatDim(batch!)}, -1]).`,
      blame: x,
      about: [x],
    };
  },
};

/** The reshape that the rows of a tensor are owed to, when it did not keep the samples apart. */
export function swallowsBatch({ op, inputs: [x], output, params }: OpRecord): boolean {
  if (op !== "reshape" || !x || output.rank !== 2 || x.rank < 3) return false;
  const { shape } = params as { readonly shape: readonly unknown[] };
  const [rows, width] = output.dims;
  if (shape[0] !== -1 || dimsEqual(rows!, x.dims[0]!) !== "no") return false;
  return crossesSamples(x, width!) || (x.rank >= 4 && !isAligned(x, width!));
}

/** A row holds parts of two samples. */
function crossesSamples(x: Tensor, width: Tensor["dims"][number]): boolean {
  return divides(width, productOfDims(x.dims.slice(1))) === "no" && !isAligned(x, width);
}

/**
 * `[N, T, D]` to `[-1, D]` or `[-1, T * D]` makes a row of what belongs together, and so does a part or a multiple of
 * the last axis in a row of its own; anything else cuts axes in pieces.
 */
function isAligned(x: Tensor, width: Tensor["dims"][number]): boolean {
  for (let axis = x.rank - 1; axis >= 0; axis--) {
    if (dimsEqual(productOfDims(x.dims.slice(axis)), width) !== "no") return true;
  }
  const last = constantOf(x.dims[x.rank - 1]!);
  const length = constantOf(width);
  return last === undefined || length === undefined || length <= last;
}
