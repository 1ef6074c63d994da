// The steps of the optimizers on one parameter, in place: in WebAssembly where that pays, in plain TypeScript elsewhere.

import { type DataArray } from "../tensor/dtype";
import { inChunks } from "./wasm/inChunks";

/** Below so many numbers, copying to WebAssembly costs more than it saves. */
const FEWEST_NUMBERS = 256;

export interface AdamStep {
  readonly beta1: number;
  readonly beta2: number;
  /** The learning rate, corrected for the mean's having begun at 0. */
  readonly stepSize: number;
  /** What √square is multiplied by, for the same reason. */
  readonly correction: number;
  readonly eps: number;
  /** So much of the parameter is added to its gradient. */
  readonly weightDecay: number;
}

/** One step of Adam; moves the running means too. Arrays of one length. */
export function adamKernel(data: DataArray, grad: DataArray, mean: DataArray, square: DataArray, step: AdamStep): void {
  const arrays = [data, mean, square, grad];
  if (data.length < FEWEST_NUMBERS || !areFloat32(arrays) || !wasmAdam(arrays, step)) {
    plainAdam(data, grad, mean, square, step);
  }
}

export function plainAdam(
  data: DataArray,
  grad: DataArray,
  mean: DataArray,
  square: DataArray,
  { beta1, beta2, stepSize, correction, eps, weightDecay }: AdamStep,
): void {
  for (let i = 0; i < data.length; i++) {
    const g = grad[i]! + weightDecay * data[i]!;
    mean[i] = beta1 * mean[i]! + (1 - beta1) * g;
    square[i] = beta2 * square[i]! + (1 - beta2) * g * g;
    data[i]! -= (stepSize * mean[i]!) / (Math.sqrt(square[i]!) * correction + eps);
  }
}

function wasmAdam(arrays: readonly Float32Array[], step: AdamStep): boolean {
  const { beta1, beta2, stepSize, correction, eps, weightDecay } = step;
  return inChunks(arrays, 3, (kernels, [data, mean, square, grad], vectors) => {
    const betas = [beta1, 1 - beta1, beta2, 1 - beta2] as const;
    kernels.adam(data!, grad!, mean!, square!, vectors, ...betas, stepSize, correction, eps, weightDecay);
  });
}

export interface DescentStep {
  readonly lr: number;
  /** How much of the velocity is kept: the momentum, 0 in the first step. */
  readonly kept: number;
  /** How far nesterov looks ahead: the momentum; undefined without nesterov. */
  readonly ahead: number | undefined;
  /** So much of the parameter is added to its gradient. */
  readonly weightDecay: number;
}

/** One step of gradient descent without momentum. Arrays of one length. */
export function straightDescentKernel(data: DataArray, grad: DataArray, lr: number, weightDecay: number): void {
  const arrays = [data, grad];
  const done =
    data.length >= FEWEST_NUMBERS &&
    areFloat32(arrays) &&
    inChunks(arrays, 1, (kernels, [to, slope], vectors) => {
      kernels.descendStraight(to!, slope!, vectors, lr, weightDecay);
    });
  if (!done) plainStraightDescent(data, grad, lr, weightDecay);
}

export function plainStraightDescent(data: DataArray, grad: DataArray, lr: number, weightDecay: number): void {
  for (let i = 0; i < data.length; i++) data[i]! -= lr * (grad[i]! + weightDecay * data[i]!);
}

/** One step of gradient descent with momentum; moves the velocity too. Arrays of one length. */
export function descentKernel(data: DataArray, grad: DataArray, velocity: DataArray, step: DescentStep): void {
  const arrays = [data, velocity, grad];
  if (data.length < FEWEST_NUMBERS || !areFloat32(arrays) || !wasmDescent(arrays, step)) {
    plainDescent(data, grad, velocity, step);
  }
}

export function plainDescent(
  data: DataArray,
  grad: DataArray,
  velocity: DataArray,
  { lr, kept, ahead, weightDecay }: DescentStep,
): void {
  for (let i = 0; i < data.length; i++) {
    const g = grad[i]! + weightDecay * data[i]!;
    velocity[i] = kept * velocity[i]! + g;
    data[i]! -= lr * (ahead === undefined ? velocity[i]! : g + ahead * velocity[i]!);
  }
}

function wasmDescent(arrays: readonly Float32Array[], { lr, kept, ahead, weightDecay }: DescentStep): boolean {
  const nesterov = ahead === undefined ? 0 : 1;
  return inChunks(arrays, 2, (kernels, [data, velocity, grad], vectors) => {
    kernels.descend(data!, grad!, velocity!, vectors, lr, kept, ahead ?? 0, nesterov, weightDecay);
  });
}

function areFloat32(arrays: readonly DataArray[]): arrays is readonly Float32Array[] {
  return arrays.every((array) => array instanceof Float32Array);
}
