// A loss that is given another loss as its target.

import { type WarningRule } from "./rule";
import { makerOf } from "./lineage";

const losses = [
  ...["mse", "mae", "huber", "binaryCrossEntropy", "binaryCrossEntropyWithLogits"],
  ...["crossEntropy", "nll", "klDivergence"],
];

export const scalarTarget: WarningRule = {
  code: "scalar-target",
  ops: losses,
  check({ inputs: [, target] }) {
    if (!target || target.rank > 0) return undefined;
    const maker = makerOf(target);
    if (!maker || !losses.includes(maker.op)) return undefined;
    return {
      message: `the target is the ${maker.op} of other tensors, a single number that was averaged already.`,
      suggestion: `give the true values, or add the two losses.`,
      blame: target,
      about: [target],
    };
  },
};
