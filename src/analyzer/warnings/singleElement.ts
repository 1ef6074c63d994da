// `softmax` or `argmax` over an axis with one element: always 1, always 0, whatever the network says.

import { type Tensor } from "@shapelens/engine";
import { constantOf, formatShape, isDim, type OpRecord } from "@shapelens/engine/tooling";
import { isOne, unitAxisOf } from "./lineage";
import { type WarningRule } from "./rule";

const always: Readonly<Record<string, string>> = {
  softmax: "so every probability is 1",
  logSoftmax: "so everything is 0",
  argmax: "so the answer is always 0",
  argmin: "so the answer is always 0",
  crossEntropy: "so the loss is always 0",
};

export const singleElement: WarningRule = {
  code: "single-element",
  ops: Object.keys(always),
  check(record, past) {
    const [x] = record.inputs;
    const axis = x && axisOf(record, x);
    if (!x || axis === undefined || !isOne(x.dims[axis])) return undefined;
    // A sequence of one token has such an axis, too: only one that the model itself makes is a mistake.
    const origin = unitAxisOf(x, x.rank - axis, past);
    if (origin === undefined) return undefined;
    const isLoss = record.op === "crossEntropy";
    return {
      message: `axis ${axis} of ${formatShape(x.dims)} has one element, ${always[record.op]}.`,
      suggestion: isLoss
        ? "give the model one output per class, or use binaryCrossEntropyWithLogits."
        : suggestion(record.op, x, axis),
      blame: x,
      about: [x],
    };
  },
};

function suggestion(op: string, x: Tensor, axis: number): string {
  // Rows and columns of an image are no classes.
  const other = x.rank > 3 ? -1 : x.dims.findLastIndex((dim, i) => i !== axis && i > 0 && !isOne(dim));
  if (other >= 0) return `use axis ${other}.`;
  if (op.startsWith("arg")) return "compare with a threshold: greater(0.5).";
  return op === "softmax"
    ? "use sigmoid for one output, or give the model one output per class."
    : "give the model one output per class.";
}

function axisOf({ op, params }: OpRecord, x: Tensor): number | undefined {
  if (op === "crossEntropy") return x.rank >= 2 ? 1 : undefined;
  const { axis } = params as { readonly axis?: unknown };
  const index = isDim(axis) ? constantOf(axis) : undefined;
  return index !== undefined && index < 0 ? index + x.rank : index;
}
