// Adam with a weight decay of its own, apart from the gradient (Loshchilov and Hutter, 2019).

import { type DataArray } from "../tensor/dtype";
import { type Tensor } from "../tensor/tensor";
import { Adam, type AdamOptions } from "./adam";

export interface AdamWOptions extends Omit<AdamOptions, "weightDecay"> {
  /** Each step shrinks the parameters by lr · weightDecay; 0.01 unless given. */
  readonly weightDecay?: number;
}

/** p ← p − lr · weightDecay · p, and then Adam's step without weight decay; as PyTorch's. */
export class AdamW extends Adam {
  constructor(params: readonly Tensor[], options: AdamWOptions = {}) {
    super(params, withDecay(options));
  }

  protected override update(param: Tensor, data: DataArray, grad: DataArray): void {
    const shrink = 1 - this.lr * this.weightDecay;
    for (let i = 0; i < data.length; i++) data[i]! *= shrink;
    super.update(param, data, grad);
  }

  protected override gradientDecay(): number {
    return 0;
  }
}

/** What is no object is handed on, to be refused. */
function withDecay(options: AdamWOptions): AdamOptions {
  return typeof options === "object" ? { weightDecay: 0.01, ...options } : options;
}
