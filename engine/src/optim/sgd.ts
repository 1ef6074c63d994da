// Stochastic gradient descent.

import { descentKernel, straightDescentKernel } from "../kernels/optimize";
import { checkOptions } from "../ops/axis";
import { allocate, type DataArray } from "../tensor/dtype";
import { type Tensor } from "../tensor/tensor";
import { checkOption, Optimizer } from "./optimizer";

export interface SGDOptions {
  readonly lr: number;
  /** How much of the last step is kept, 0 … 1. */
  readonly momentum?: number;
  /** Looks ahead along the momentum (Nesterov, 1983; Sutskever et al., 2013). */
  readonly nesterov?: boolean;
  /** Adds weightDecay · parameter to the gradient. */
  readonly weightDecay?: number;
}

/**
 * v ← momentum · v + g, p ← p − lr · v, as PyTorch's: v begins as the first gradient, and with `nesterov` the step
 * is g + momentum · v.
 */
export class SGD extends Optimizer {
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  readonly #velocity = new Map<Tensor, DataArray>();

  constructor(params: readonly Tensor[], options: SGDOptions) {
    super(params, options?.lr);
    checkOptions("SGD", options, ["lr", "momentum", "nesterov", "weightDecay"]);
    this.momentum = checkOption("SGD", "momentum", options.momentum ?? 0);
    this.weightDecay = checkOption("SGD", "weightDecay", options.weightDecay ?? 0);
    this.nesterov = options.nesterov ?? false;
    if (this.nesterov && this.momentum === 0) throw new RangeError("SGD: nesterov needs a momentum above 0.");
  }

  protected override update(param: Tensor, data: DataArray, grad: DataArray): void {
    const { lr, momentum, nesterov, weightDecay } = this;
    if (momentum === 0) return straightDescentKernel(data, grad, lr, weightDecay);
    const before = this.#velocity.get(param);
    const velocity = before ?? allocate(param.dtype, data.length);
    if (!before) this.#velocity.set(param, velocity);
    const ahead = nesterov ? momentum : undefined;
    descentKernel(data, grad, velocity, { lr, weightDecay, kept: before ? momentum : 0, ahead });
  }
}
