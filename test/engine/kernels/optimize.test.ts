// The optimizers' steps in WebAssembly against the plain ones in double precision.

import * as fc from "fast-check";
import {
  adamKernel,
  descentKernel,
  plainAdam,
  plainDescent,
  plainStraightDescent,
  straightDescentKernel,
} from "../../../engine/src/kernels/optimize";
import { type DataArray } from "../../../engine/src/tensor/dtype";
import { close, randomNumbers } from "../support";

/** Sizes around those at which WebAssembly begins and at which one piece ends. */
const size = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 4090, max: 4100 }), fc.constant(9001));
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** What is moved: the parameter, and what the optimizer remembers from step to step. */
type Moved = readonly [data: DataArray, first: DataArray, second: DataArray];

/** Takes three steps in both ways on numbers of about 1, of which one rounding is about 6e-8. */
function compare(
  count: number,
  seed: number,
  take: (moved: Moved, grad: DataArray, step: number) => void,
  takePlain: (moved: Moved, grad: DataArray, step: number) => void,
): void {
  const random = randomNumbers(seed);
  const numbers = (): Float32Array => Float32Array.from({ length: count }, () => 4 * random() - 2);
  const moved: Moved = [numbers(), new Float32Array(count), new Float32Array(count)];
  const exact: Moved = [Float64Array.from(moved[0]), new Float64Array(count), new Float64Array(count)];
  for (let step = 1; step <= 3; step++) {
    // Far from 0 even with the weight decay: Adam's first step is the sign of the gradient, which rounding may turn.
    const grad = Float32Array.from({ length: count }, () => (random() < 0.5 ? -1 : 1) * (1.5 + 0.5 * random()));
    take(moved, grad, step);
    takePlain(exact, grad, step);
  }
  moved.forEach((array, i) => close(array, exact[i]!, 3e-6, 3e-6));
}

describe("kernels: optimizers", () => {
  it("takes Adam's steps", () => {
    const options = fc.record({
      beta1: between(0, 0.99),
      beta2: between(0.5, 0.9999),
      eps: between(1e-8, 1e-3),
      lr: between(1e-4, 0.1),
      weightDecay: fc.constantFrom(0, 0.01, 0.3),
    });
    fc.assert(
      fc.property(size, fc.nat(), options, (count, seed, { lr, ...rest }) => {
        const stepOf = (step: number) => ({
          ...rest,
          stepSize: lr / (1 - rest.beta1 ** step),
          correction: 1 / Math.sqrt(1 - rest.beta2 ** step),
        });
        compare(
          count,
          seed,
          ([data, mean, square], grad, step) => adamKernel(data, grad, mean, square, stepOf(step)),
          ([data, mean, square], grad, step) => plainAdam(data, grad, mean, square, stepOf(step)),
        );
      }),
    );
  });

  it("takes the steps of gradient descent without momentum", () => {
    const options = fc.record({ lr: between(1e-4, 0.5), weightDecay: fc.constantFrom(0, 0.01, 0.3) });
    fc.assert(
      fc.property(size, fc.nat(), options, (count, seed, { lr, weightDecay }) => {
        compare(
          count,
          seed,
          ([data], grad) => straightDescentKernel(data, grad, lr, weightDecay),
          ([data], grad) => plainStraightDescent(data, grad, lr, weightDecay),
        );
      }),
    );
  });

  it("takes the steps of gradient descent", () => {
    const options = fc.record({
      lr: between(1e-4, 0.5),
      momentum: fc.constantFrom(0, 0.5, 0.9),
      nesterov: fc.boolean(),
      weightDecay: fc.constantFrom(0, 0.01, 0.3),
    });
    fc.assert(
      fc.property(size, fc.nat(), options, (count, seed, { lr, momentum, nesterov, weightDecay }) => {
        const stepOf = (step: number) => ({
          ...{ lr, weightDecay },
          kept: step === 1 ? 0 : momentum,
          ahead: nesterov ? momentum : undefined,
        });
        compare(
          count,
          seed,
          ([data, velocity], grad, step) => descentKernel(data, grad, velocity, stepOf(step)),
          ([data, velocity], grad, step) => plainDescent(data, grad, velocity, stepOf(step)),
        );
      }),
    );
  });
});
