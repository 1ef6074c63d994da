// Numbers at the ends of what floats can be: NaN, infinities, and scores that would overflow.

import {
  binaryCrossEntropyWithLogits,
  crossEntropy,
  logSoftmax,
  logSumExp,
  softmax,
  type Tensor,
  tensor,
} from "@shapelens/engine";
import { exportOnnx } from "@shapelens/engine/onnx";
import { opTable } from "@shapelens/engine/tooling";
import { assertClose, runOnnx } from "./runtime";

const numbers = [NaN, Infinity, -Infinity, 1e4, -1e4, 100, -100, 0, 1e-7, 0.5, 2.5, -0.5, -1.5];

type AnyOp = (...xs: Tensor[]) => Tensor;

async function agree(f: AnyOp, ...xs: Tensor[]): Promise<void> {
  const inputs = Object.fromEntries(xs.map((x, i) => [`x${i}`, x]));
  const { output } = await runOnnx(exportOnnx(f, inputs), inputs);
  assertClose(output!, f(...xs), "output");
}

/** The ops that make one number of one, and of two: those that keep the shape and need nothing else. */
const one =
  "sigmoid tanh relu silu softplus gelu leakyRelu elu logicalNot neg abs sign exp log log1p expm1 sqrt rsqrt square reciprocal floor ceil round";
const two =
  "equal notEqual less lessEqual greater greaterEqual logicalAnd logicalOr add sub mul div pow mod maximum minimum";

describe("in ONNX, at the ends of what floats can be:", () => {
  for (const name of one.split(" ")) it(name, () => agree(opTable.get(name)! as unknown as AnyOp, tensor(numbers)));

  for (const name of two.split(" ")) {
    it(name, () => {
      const [a, b] = [tensor(numbers), tensor(numbers)];
      return agree(opTable.get(name)! as unknown as AnyOp, a.repeat(numbers.length, 0), b.tile(numbers.length));
    });
  }

  const scores = tensor([
    [1e4, 1e4],
    [-1e4, -1e4],
    [1e4, -1e4],
    [NaN, 1],
  ]);
  const losses: Readonly<Record<string, [f: AnyOp, ...xs: Tensor[]]>> = {
    softmax: [(x) => softmax(x), scores],
    logSoftmax: [(x) => logSoftmax(x), scores],
    logSumExp: [(x) => logSumExp(x, 1), scores],
    crossEntropy: [
      (x, ids) => crossEntropy(x, ids, { reduction: "none" }),
      scores,
      tensor([0, 1, 1, 0], { dtype: "int32" }),
    ],
    binaryCrossEntropyWithLogits: [
      (x, target) => binaryCrossEntropyWithLogits(x, target, { reduction: "none" }),
      tensor([1e4, -1e4, 1e4, -1e4]),
      tensor([1, 0, 0, 1]),
    ],
  };
  for (const [name, [f, ...xs]] of Object.entries(losses)) it(name, () => agree(f, ...xs));
});
