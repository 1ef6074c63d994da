// `[64, 1]` beside `[64]`: every element of one meets every element of the other, which nobody wanted.

import { type Tensor } from "@shapelens/engine";
import { dimsEqual, formatShape, type OpRecord } from "@shapelens/engine/tooling";
import { arithmetic, isElementwise, isOne, makerOf, unitAxisOf } from "./lineage";
import { type Past, type Suspicion, type WarningRule } from "./rule";

export const outerBroadcast: WarningRule = {
  code: "outer-broadcast",
  ops: [...arithmetic, "mean", "sum"],
  check(record, past) {
    if (!arithmetic.has(record.op)) return ofLoss(record, past);
    const pair = outerPair(record);
    if (!pair) return undefined;
    const origin = unitAxisOf(pair.column, 1, past);
    const isDifference = record.op === "sub" || record.op === "equal";
    // A table of all sums or products is often meant; one of all differences from predictions hardly ever.
    const isAccident = origin === "computed" || (origin === "random" && isDifference);
    return isAccident && !isShaped(pair.row) ? suspicion(record, pair) : undefined;
  },
};

interface Pair {
  readonly column: Tensor;
  readonly row: Tensor;
}

/** `[n, 1]` and `[n]` with n other than 1. */
export function outerPair({ inputs: [a, b] }: OpRecord): Pair | undefined {
  if (!a || !b) return undefined;
  const [column, row] = a.rank === 2 ? [a, b] : [b, a];
  if (column.rank !== 2 || row.rank !== 1 || !isOne(column.dims[1]) || isOne(column.dims[0])) return undefined;
  return dimsEqual(column.dims[0]!, row.dims[0]!) === "yes" ? { column, row } : undefined;
}

const shapers = new Set(["reshape", "flatten", "squeeze", "slice", "transpose", "expandDims"]);

/** Whether the row was given its form in so many words: then the column beside it may be meant. */
function isShaped(row: Tensor): boolean {
  for (let maker = makerOf(row); maker; maker = makerOf(maker.inputs[0]!)) {
    if (shapers.has(maker.op)) return true;
    if (!isElementwise(maker)) return false;
  }
  return false;
}

/** A mean or sum over everything, of the squares or the like of a difference: a loss written by hand. */
function ofLoss({ inputs: [x], output }: OpRecord, past: Past): Suspicion | undefined {
  if (!x || output.rank > 0) return undefined;
  let tensor = x;
  for (let maker = makerOf(x); maker && isElementwise(maker); maker = makerOf(tensor)) {
    const difference = tensor;
    tensor = maker.inputs[0]!;
    if (maker.op !== "sub") continue;
    const pair = outerPair(maker);
    const site = past.recordOf(difference)?.site;
    if (!pair || !site || unitAxisOf(pair.column, 1, past) === undefined) return undefined;
    return { ...suspicion(maker, pair), site, op: maker.op };
  }
  return undefined;
}

function suspicion({ output, inputs }: OpRecord, { column, row }: Pair): Suspicion {
  const [first, second] = inputs.map(({ dims }) => formatShape(dims));
  return {
    message: `${first} and ${second} broadcast to ${formatShape(output.dims)}: every element of one meets every element of the other.`,
    suggestion: `give both one shape: squeeze(1) makes ${formatShape(column.dims)} into ${formatShape(row.dims)}.`,
    blame: inputs[1] ?? column,
    about: [inputs[0]!, inputs[1]!],
  };
}
