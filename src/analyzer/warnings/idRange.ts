// Positions drawn from more numbers than there are: `randint(0, 5000, …)` into a table of 1000 rows.

import { addDims, constantOf, dimsAtMost, formatDim, formatShape } from "@shapelens/engine/tooling";
import { pickingOf } from "./ids";
import { type WarningRule } from "./rule";

export const idRange: WarningRule = {
  code: "id-range",
  ops: ["embedding", "take", "gather", "scatterAdd", "crossEntropy", "nll"],
  check(record) {
    const picking = pickingOf(record);
    if (picking?.ids.kind !== "drawn") return undefined;
    const { ids, tensor, from, axis, fromName } = picking;
    const length = from.dims[axis]!;
    if (dimsAtMost(addDims(ids.greatest, 1), length) !== "no") return undefined;
    const [greatest, count] = [formatDim(ids.greatest), formatDim(length)];
    return {
      message: `the ids are drawn from ${formatDim(ids.least)} to ${greatest}, and axis ${axis} of ${fromName} ${formatShape(from.dims)} has ${count} positions, 0 to ${formatDim(addDims(length, -1))}.`,
      suggestion: constantOf(length) === undefined ? undefined : `draw below ${count}, or make axis ${axis} longer.`,
      blame: tensor,
      about: [from],
      numbers: [length, addDims(ids.greatest, 1)],
    };
  },
};
