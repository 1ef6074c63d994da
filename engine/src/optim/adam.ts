// Adam: each parameter has a step length of its own (Kingma and Ba, 2015).

import { adamKernel } from "../kernels/optimize";
import { checkOptions } from "../ops/axis";
import { allocate, type DataArray } from "../tensor/dtype";
import { type Tensor } from "../tensor/tensor";
import { checkOption, Optimizer } from "./optimizer";

export interface AdamOptions {
  /** 0.001 unless said otherwise. */
  readonly lr?: number;
  /** How much of the running means of the gradient and of its square is kept; [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Keeps the division finite; 1e-8. */
  readonly eps?: number;
  /** Adds weightDecay · parameter to the gradient. */
  readonly weightDecay?: number;
}

interface Moments {
  steps: number;
  readonly mean: DataArray;
  readonly square: DataArray;
}

/** p ← p − lr · m̂ / (√v̂ + eps), with the means m and v corrected for having begun at 0; as PyTorch's. */
export class Adam extends Optimizer {
  readonly betas: readonly [number, number];
  readonly eps: number;
  readonly weightDecay: number;
  readonly #moments = new Map<Tensor, Moments>();

  constructor(params: readonly Tensor[], options: AdamOptions = {}) {
    super(params, options.lr ?? 0.001);
    checkOptions(this.constructor.name, options, ["lr", "betas", "eps", "weightDecay"]);
    this.betas = [checkBeta(options.betas ?? [0.9, 0.999], 0), checkBeta(options.betas ?? [0.9, 0.999], 1)];
    this.eps = checkOption("Adam", "eps", options.eps ?? 1e-8);
    this.weightDecay = checkOption("Adam", "weightDecay", options.weightDecay ?? 0);
  }

  protected override update(param: Tensor, data: DataArray, grad: DataArray): void {
    const { lr, eps } = this;
    const [beta1, beta2] = this.betas;
    const moments = this.#momentsOf(param);
    moments.steps++;
    adamKernel(data, grad, moments.mean, moments.square, {
      ...{ beta1, beta2, eps },
      stepSize: lr / (1 - beta1 ** moments.steps),
      correction: 1 / Math.sqrt(1 - beta2 ** moments.steps),
      weightDecay: this.gradientDecay(),
    });
  }

  /** How much of a parameter is added to its gradient. */
  protected gradientDecay(): number {
    return this.weightDecay;
  }

  #momentsOf(param: Tensor): Moments {
    let moments = this.#moments.get(param);
    if (!moments) {
      const { dtype, size } = param;
      moments = { steps: 0, mean: allocate(dtype, size), square: allocate(dtype, size) };
      this.#moments.set(param, moments);
    }
    return moments;
  }
}

function checkBeta(betas: unknown, index: number): number {
  if (!Array.isArray(betas) || betas.length !== 2)
    throw new TypeError("Adam: betas must be two numbers, [0.9, 0.999].");
  const beta = checkOption("Adam", `betas[${index}]`, betas[index]);
  if (beta >= 1) throw new RangeError(`Adam: betas[${index}] must be below 1, found ${beta}.`);
  return beta;
}
