// What all optimizers share: the parameters they move, and the checks at the door.

import { checkNumber } from "../ops/create";
import { describe, formatShape } from "../shape/shape";
import { type DataArray } from "../tensor/dtype";
import { isShapeOnly } from "../tensor/mode";
import { Tensor } from "../tensor/tensor";

/** Moves parameters against their gradients. */
export abstract class Optimizer {
  readonly params: readonly Tensor[];
  /** The learning rate; may be changed between steps. */
  lr: number;

  /** @throws TypeError unless `params` are tensors with `requiresGrad`, at least one, none twice. */
  constructor(params: readonly Tensor[], lr: number | undefined) {
    const name = this.constructor.name;
    this.params = checkParams(name, params);
    if (lr === undefined) throw new TypeError(`${name}: lr is missing; write new ${name}(params, { lr: 0.01 }).`);
    this.lr = checkOption(name, "lr", lr);
    if (this.lr === 0) throw new RangeError(`${name}: lr must be above 0, found 0.`);
  }

  /** Moves every parameter that has a gradient, in place, by one step. */
  step(): void {
    checkOption(this.constructor.name, "lr", this.lr);
    if (isShapeOnly()) return;
    for (const param of this.params) {
      const { grad } = param;
      if (grad === undefined || param.isAbstract || grad.isAbstract) continue;
      this.update(param, param.data, grad.data);
    }
  }

  /** Forgets all gradients; without it they add up from step to step. */
  zeroGrad(): void {
    for (const param of this.params) param.grad = undefined;
  }

  /** Moves one parameter. */
  protected abstract update(param: Tensor, data: DataArray, grad: DataArray): void;
}

/** A number ≥ 0 from the options, such as a weight decay. */
export function checkOption(optimizer: string, name: string, value: unknown): number {
  const number = checkNumber(optimizer, name, value);
  if (number < 0 || number === Infinity) {
    throw new RangeError(`${optimizer}: ${name} must be finite and not negative, found ${number}.`);
  }
  return number;
}

function checkParams(optimizer: string, params: unknown): readonly Tensor[] {
  if (!Array.isArray(params)) {
    const hint =
      typeof params === "object" && params !== null && "parameters" in params ? " Pass model.parameters()." : "";
    throw new TypeError(`${optimizer}: params must be a list of tensors, found ${describe(params)}.${hint}`);
  }
  if (params.length === 0) {
    throw new TypeError(`${optimizer}: params is empty; expected at least one tensor with requiresGrad.`);
  }
  const seen = new Map<unknown, number>();
  params.forEach((param: unknown, i) => {
    if (!(param instanceof Tensor)) {
      throw new TypeError(`${optimizer}: params[${i}] must be a tensor, found ${describe(param)}.`);
    }
    if (!param.requiresGrad || param.node !== undefined) throw withoutGradient(optimizer, param, i);
    const first = seen.get(param);
    if (first !== undefined) throw new TypeError(`${optimizer}: params[${i}] is params[${first}] again.`);
    seen.set(param, i);
  });
  return [...(params as readonly Tensor[])];
}

function withoutGradient(optimizer: string, param: Tensor, index: number): TypeError {
  const what = `${optimizer}: params[${index}], ${formatShape(param.dims)}, gets no gradient`;
  if (param.node === undefined) return new TypeError(`${what}; make it with { requiresGrad: true }.`);
  return new TypeError(
    `${what}, because it is the result of ${param.node.op}; call detach() on it and set requiresGrad = true.`,
  );
}
