// Which loss belongs to an output and its targets, when the file does not say.

import {
  binaryCrossEntropy,
  crossEntropy,
  log,
  mean,
  mse,
  mul,
  neg,
  oneHot,
  reshape,
  sum,
  type Tensor,
} from "@shapelens/engine";

/** A scalar that says how wrong an output is. */
export interface Loss {
  readonly name: string;
  of(output: Tensor, target: Tensor): Tensor;
}

/** What the targets of a loss are. */
export type TargetKind = "classes" | "zeros and ones" | "numbers";

export const meanSquaredError: Loss = {
  name: "mse",
  of: (output, target) => mse(output, sameShape(target, output)),
};

const crossEntropyLoss: Loss = { name: "crossEntropy", of: (output, target) => crossEntropy(output, target) };

const binaryCrossEntropyLoss: Loss = {
  name: "binaryCrossEntropy",
  of: (output, target) => binaryCrossEntropy(output, sameShape(target, output)),
};

/** For a model that ends in softmax, or (`isLog`) in logSoftmax. */
function negativeLogLikelihood(isLog: boolean): Loss {
  return {
    name: "negative log-likelihood",
    of(output, target) {
      const logProbabilities = isLog ? output : log(output);
      const chosen = target.rank === output.rank ? target : oneHot(target, output.shape.at(-1)!);
      return neg(mean(sum(mul(logProbabilities, chosen.astype(output.dtype)), -1)));
    },
  };
}

/** The usual loss for targets that the file has. `madeBy` is the operation that made the output. */
export function lossFor(output: Tensor, target: Tensor, madeBy: string | undefined): Loss {
  const isSameShape = target.shape.join() === output.shape.join();
  const areIds = (target.dtype === "int32" || target.dtype === "bool") && !isSameShape;
  const hasClasses = output.rank >= 2 && output.shape[1]! >= 2;
  if (madeBy === "softmax") return negativeLogLikelihood(false);
  if (madeBy === "logSoftmax") return negativeLogLikelihood(true);
  if (areIds && hasClasses && target.rank === output.rank - 1) return crossEntropyLoss;
  if (madeBy === "sigmoid") return binaryCrossEntropyLoss;
  if (isSameShape && hasClasses && output.rank === 2 && isOneHot(target)) return crossEntropyLoss;
  return meanSquaredError;
}

/** The usual kind of targets for an output, when the file has none. */
export function targetKindFor(output: Tensor, madeBy: string | undefined): TargetKind {
  if (madeBy === "softmax" || madeBy === "logSoftmax") return output.rank === 2 ? "classes" : "numbers";
  if (madeBy === "sigmoid") return "zeros and ones";
  const isLinear = madeBy !== undefined && ["linear", "matmul", "add"].includes(madeBy);
  return isLinear && output.rank === 2 && output.shape[1]! >= 2 ? "classes" : "numbers";
}

/** [n] and [n, 1] are the same column of answers; every other difference is left to the loss to refuse. */
function sameShape(target: Tensor, output: Tensor): Tensor {
  const typed = target.dtype === output.dtype ? target : target.astype(output.dtype);
  const isColumn = output.rank === target.rank + 1 && output.shape.at(-1) === 1 && target.size === output.size;
  return isColumn ? reshape(typed, output.shape) : typed;
}

function isOneHot({ data, shape }: Tensor): boolean {
  const [rows, columns] = [shape[0]!, shape[1]!];
  for (let row = 0; row < rows; row++) {
    let ones = 0;
    for (let column = 0; column < columns; column++) {
      const value = data[row * columns + column]!;
      if (value !== 0 && value !== 1) return false;
      ones += value;
    }
    if (ones !== 1) return false;
  }
  return true;
}
