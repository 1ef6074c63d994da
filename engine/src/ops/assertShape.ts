// A shape stated in the program: checked when it runs, and known to the editor from there on.

import { matchContract, parseContract } from "../shape/contract";
import { describe } from "../shape/shape";
import { type Tensor } from "../tensor/tensor";
import { checkTensor } from "./create";
import { engineFunction } from "./op";

const check = engineFunction({
  name: "assertShape",
  doc: 'Checks the shape of a tensor against a contract such as "batch 784" and gives the tensor back.',
  example: 'assertShape(ones([8, 3, 28, 28]), "batch 3 h w")',
  call(x: Tensor, contract: string): Tensor {
    if (typeof contract !== "string") {
      throw new TypeError(`assertShape: contract must be a text such as "batch 784", found ${describe(contract)}.`);
    }
    matchContract(parseContract(contract), checkTensor("assertShape", "x", x).dims);
    return x;
  },
});

/**
 * One word per axis: a number is that length, a name any length (the same wherever it occurs), `_` any, `...` or
 * `*lead` any number of axes, `h*d` and `n+1` arithmetic.
 * @throws ShapeError `contract` when the tensor has another shape or the contract cannot be read.
 */
export const assertShape = check as (<C extends string>(x: Tensor, contract: C) => Tensor<C>) &
  Pick<typeof check, "documentation">;
