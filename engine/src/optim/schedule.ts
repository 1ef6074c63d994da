// Learning rates that change while training: call step() once after each epoch (or batch).

import { checkOptions } from "../ops/axis";
import { checkNumber } from "../ops/create";
import { describe, wholeNumber } from "../shape/shape";
import { checkOption, Optimizer } from "./optimizer";

/** Sets the learning rate of an optimizer from the number of steps taken. */
abstract class Schedule {
  /** The learning rate at the beginning. */
  readonly initial: number;
  /** How often `step` was called. */
  count = 0;

  constructor(readonly optimizer: Optimizer) {
    const name = this.constructor.name;
    if (!(optimizer instanceof Optimizer)) {
      throw new TypeError(`${name}: optimizer must be an optimizer such as new SGD(…), found ${describe(optimizer)}.`);
    }
    this.initial = optimizer.lr;
  }

  /** Goes on to the next learning rate. */
  step(): void {
    this.count++;
    this.optimizer.lr = this.rate(this.count);
  }

  /** The learning rate after so many steps. */
  protected abstract rate(count: number): number;
}

/** lr = initial · gamma^floor(steps / stepSize). */
export class StepLR extends Schedule {
  readonly stepSize: number;
  readonly gamma: number;

  constructor(optimizer: Optimizer, stepSize: number, options: { readonly gamma?: number } = {}) {
    super(optimizer);
    checkOptions("StepLR", options, ["gamma"]);
    this.stepSize = wholeNumber("StepLR", "stepSize", stepSize, 1);
    this.gamma = checkOption("StepLR", "gamma", options.gamma ?? 0.1);
    if (this.gamma === 0) throw new RangeError("StepLR: gamma must be above 0, found 0.");
  }

  protected override rate(count: number): number {
    return this.initial * this.gamma ** Math.floor(count / this.stepSize);
  }
}

/**
 * Half a wave of the cosine from the initial rate down to `min` in `steps` steps, and there it stays
 * (Loshchilov and Hutter, 2017).
 */
export class CosineLR extends Schedule {
  readonly steps: number;
  readonly min: number;

  constructor(optimizer: Optimizer, steps: number, options: { readonly min?: number } = {}) {
    super(optimizer);
    checkOptions("CosineLR", options, ["min"]);
    this.steps = wholeNumber("CosineLR", "steps", steps, 1);
    this.min = checkNumber("CosineLR", "min", options.min ?? 0);
    if (this.min < 0 || this.min > this.initial) {
      throw new RangeError(`CosineLR: min must be from 0 to the initial rate ${this.initial}, found ${this.min}.`);
    }
  }

  protected override rate(count: number): number {
    const share = Math.min(count / this.steps, 1);
    return this.min + (this.initial - this.min) * 0.5 * (1 + Math.cos(Math.PI * share));
  }
}
