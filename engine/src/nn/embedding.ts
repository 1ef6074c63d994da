// A learned vector for each of a number of things.

import { checkTensor } from "../ops/create";
import { embedding } from "../ops/indexing";
import { formatDim } from "../shape/dim";
import { checkDim } from "../shape/shape";
import { type Tensor } from "../tensor/tensor";
import { Module } from "./module";
import { normalParameter } from "./parameter";

/**
 * ids [...] → [..., dim]: row id of `weight`, which is [count, dim] (Bengio et al., 2003) and begins standard normal, as
 * PyTorch's does.
 */
export class Embedding extends Module {
  readonly count: number;
  readonly dim: number;
  readonly weight: Tensor;

  constructor(count: number, dim: number) {
    super();
    this.count = checkDim("Embedding", "count", count) as number;
    this.dim = checkDim("Embedding", "dim", dim) as number;
    this.weight = normalParameter("Embedding", [count, dim]);
  }

  /** @throws ShapeError `gather-index` for an id that is not one of 0 … count − 1. */
  override forward(ids: Tensor): Tensor {
    return embedding(checkTensor(this.toString(), "ids", ids), this.weight);
  }

  override toString(): string {
    return `Embedding(${formatDim(this.count)}, ${formatDim(this.dim)})`;
  }
}
