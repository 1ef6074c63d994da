// What the panel and the worker that runs the model say to each other, and what they can say about a computation.

import { boolean, type Checked, list, messages, natural, number, object, oneOf, optional, pair, string } from "./check";

/**
 * The numbers of a tensor, or an evenly spaced sample of them when there are many. Whatever the rank, they are laid out
 * as `tiles` matrices of `height` × `width`; the `total…` say how many there are in the tensor.
 */
export const tensorSample = object({
  shape: list(natural),
  dtype: oneOf("float32", "float64", "int32", "bool"),
  tiles: natural,
  height: natural,
  width: natural,
  totalTiles: natural,
  totalHeight: natural,
  totalWidth: natural,
  /** Row-major, tile after tile. */
  data: list(number),
  /** Over all numbers of the tensor; absent for an empty one. `finite` is false when a NaN or an infinity is among them. */
  statistics: optional(object({ min: number, mean: number, max: number, finite: boolean })),
});
export type TensorSample = Checked<typeof tensorSample>;

/** A tensor that takes part in a computation. */
export const tracedValue = object({
  id: natural,
  /** The variable or the parameter's path, where the worker knows it. */
  name: optional(string),
  role: oneOf("input", "target", "parameter", "constant", "activation"),
  value: tensorSample,
  /** The derivative of the loss with respect to it. */
  gradient: optional(tensorSample),
});
export type TracedValue = Checked<typeof tracedValue>;

/** A place in the worker's script: 1-based line and 0-based column, as in a source map. Innermost first. */
const frames = list(pair(natural, natural));

/** One operation that ran. `inputs` and `output` are ids of values. */
export const tracedStep = object({
  op: string,
  doc: optional(string),
  inputs: list(natural),
  output: natural,
  /** The layer it belongs to: path in the model, class, and which call of it this was. */
  layer: optional(object({ path: string, type: string, call: natural })),
  /** The derivative of an elementwise function at its input: f′(z). */
  derivative: optional(tensorSample),
  /** True for the operations of the loss, which are not the model's own. */
  isLoss: boolean,
  frames,
});
export type TracedStep = Checked<typeof tracedStep>;

/** Everything that happened in one forward pass, and backwards when `hasGradients`. */
export const computation = object({
  steps: list(tracedStep),
  values: list(tracedValue),
  /** The model's answer; absent when nothing was computed. */
  output: optional(natural),
  loss: optional(number),
  lossName: optional(string),
  hasGradients: boolean,
  /** How many updates the parameters had before this pass. */
  iteration: natural,
  /** How many earlier operations are not listed, because there were too many. */
  omitted: natural,
});
export type Computation = Checked<typeof computation>;

export const optimizerName = oneOf("SGD", "Momentum", "Adam");
export type OptimizerName = Checked<typeof optimizerName>;

export const settings = object({ learningRate: number, optimizer: optimizerName, batchSize: natural });
export type Settings = Checked<typeof settings>;

/** A dimension is a number, or the name of a free one. */
const dimension = (value: unknown): value is number | string => natural(value) || string(value);

/** What to run, as the analyzer sees it. */
export const modelSpec = object({
  name: string,
  kind: oneOf("script", "class", "instance", "function"),
  inputs: list(object({ name: string, shape: list(dimension), dtype: string })),
});
export type ModelSpec = Checked<typeof modelSpec>;

/** From the panel to the worker. */
export const workerCommand = messages({
  start: { model: modelSpec, settings, seed: natural },
  forward: {},
  backprop: {},
  step: {},
  train: {},
  pause: {},
  settings: { settings },
  ping: {},
});
export type WorkerCommand = Checked<typeof workerCommand>;

/** From the worker to the panel. */
export const workerReport = messages({
  /** The runtime listens. */
  ready: {},
  /** The user's file ran and there is a model: what was assumed, in plain words. */
  started: { notes: list(string), parameters: natural, examples: natural, canTrain: boolean },
  computation: { computation },
  /** Points of the loss curve: [iteration, loss]. `fromProgram` when the user's own loop trains. */
  progress: { points: list(pair(natural, number)), fromProgram: boolean, stepsPerSecond: optional(number) },
  /** Share of right answers on held-out data, between 0 and 1. */
  accuracy: { iteration: natural, share: number },
  training: { running: boolean },
  log: { level: oneOf("log", "warn", "error"), text: string },
  failure: { message: string, frames },
  pong: {},
});
export type WorkerReport = Checked<typeof workerReport>;
