// RMSProp: steps divided by the running size of the gradient (Tieleman and Hinton, 2012).

import { checkOptions } from "../ops/axis";
import { type DataArray } from "../tensor/dtype";
import { type Tensor } from "../tensor/tensor";
import { checkOption, Optimizer } from "./optimizer";

export interface RMSPropOptions {
  /** 0.01 unless given. */
  readonly lr?: number;
  /** How much of the running mean of the squared gradient is kept; 0.99. */
  readonly alpha?: number;
  /** Keeps the division finite; 1e-8. */
  readonly eps?: number;
  /** How much of the last step is kept; 0. */
  readonly momentum?: number;
  /** Adds weightDecay · parameter to the gradient. */
  readonly weightDecay?: number;
  /** Divides by the spread of the gradient rather than its size. */
  readonly centered?: boolean;
}

interface Averages {
  readonly square: Float64Array;
  readonly mean: Float64Array;
  readonly velocity: Float64Array;
}

/** v ← alpha · v + (1 − alpha) · g², p ← p − lr · g / (√v + eps); as PyTorch's. */
export class RMSProp extends Optimizer {
  readonly alpha: number;
  readonly eps: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly centered: boolean;
  readonly #averages = new Map<Tensor, Averages>();

  constructor(params: readonly Tensor[], options: RMSPropOptions = {}) {
    super(params, options.lr ?? 0.01);
    checkOptions("RMSProp", options, ["lr", "alpha", "eps", "momentum", "weightDecay", "centered"]);
    this.alpha = checkOption("RMSProp", "alpha", options.alpha ?? 0.99);
    this.eps = checkOption("RMSProp", "eps", options.eps ?? 1e-8);
    this.momentum = checkOption("RMSProp", "momentum", options.momentum ?? 0);
    this.weightDecay = checkOption("RMSProp", "weightDecay", options.weightDecay ?? 0);
    this.centered = options.centered ?? false;
    if (this.alpha > 1) throw new RangeError(`RMSProp: alpha must be at most 1, found ${this.alpha}.`);
  }

  protected override update(param: Tensor, data: DataArray, grad: DataArray): void {
    const { lr, alpha, eps, momentum, weightDecay, centered } = this;
    const { square, mean, velocity } = this.#averagesOf(param, data.length);
    for (let i = 0; i < data.length; i++) {
      const g = grad[i]! + weightDecay * data[i]!;
      square[i] = alpha * square[i]! + (1 - alpha) * g * g;
      mean[i] = alpha * mean[i]! + (1 - alpha) * g;
      const spread = centered ? square[i]! - mean[i]! * mean[i]! : square[i]!;
      velocity[i] = momentum * velocity[i]! + g / (Math.sqrt(Math.max(spread, 0)) + eps);
      data[i]! -= lr * velocity[i]!;
    }
  }

  #averagesOf(param: Tensor, size: number): Averages {
    let averages = this.#averages.get(param);
    if (!averages) {
      averages = { square: new Float64Array(size), mean: new Float64Array(size), velocity: new Float64Array(size) };
      this.#averages.set(param, averages);
    }
    return averages;
  }
}
