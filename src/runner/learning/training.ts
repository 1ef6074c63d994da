// Gradient descent on a runnable, one step at a time, and how well it does on examples it has not seen.

import { Adam, noGrad, type Optimizer, SGD, type Tensor } from "@shapelens/engine";
import { type Settings } from "../../protocol/worker";
import { rowsOf } from "./data";
import { type Program } from "../program";
import { type Runnable } from "../runnable";

export class Trainer {
  readonly #runnable: Runnable;
  #optimizer: Optimizer | undefined;
  #settings: Settings;
  /** How many updates the parameters had. */
  iteration = 0;

  constructor(runnable: Runnable, settings: Settings) {
    this.#runnable = runnable;
    this.#settings = settings;
  }

  /** A new learning rate keeps what the optimizer has gathered; another optimizer begins anew. */
  change(settings: Settings): void {
    if (settings.optimizer !== this.#settings.optimizer) this.#optimizer = undefined;
    if (this.#optimizer !== undefined) this.#optimizer.lr = settings.learningRate;
    this.#settings = settings;
  }

  /** One update from the current examples. Gives their loss before it. */
  step(): number {
    const optimizer = (this.#optimizer ??= optimizerOf(this.#runnable, this.#settings));
    optimizer.zeroGrad();
    const loss = this.#runnable.loss();
    loss.backward();
    optimizer.step();
    optimizer.zeroGrad();
    this.iteration++;
    return loss.item();
  }
}

function optimizerOf({ parameters }: Runnable, { optimizer, learningRate: lr }: Settings): Optimizer {
  const tensors = [...parameters.values()];
  if (optimizer === "Adam") return new Adam(tensors, { lr });
  return new SGD(tensors, { lr, momentum: optimizer === "Momentum" ? 0.9 : 0 });
}

const evaluationRows = 256;

/** The share of right answers on the file's test data; undefined when that makes no sense for it. */
export function heldOutAccuracy(program: Program, { predict, lossName, module }: Runnable): number | undefined {
  const { testInputs, testTargets } = program;
  if (testInputs === undefined || testTargets === undefined || predict === undefined) return undefined;
  const rows = testInputs[0]!.shape[0] ?? 0;
  if (rows === 0 || testTargets.shape[0] !== rows) return undefined;
  const isBinary = lossName?.startsWith("binaryCrossEntropy") ?? false;
  if (!isBinary && (testTargets.rank !== 1 || testTargets.dtype !== "int32")) return undefined;
  let right = 0;
  module?.eval();
  try {
    for (let start = 0; start < rows; start += evaluationRows) {
      const ids = Array.from({ length: Math.min(evaluationRows, rows - start) }, (_, index) => start + index);
      const output = noGrad(() => predict(testInputs.map((input) => rowsOf(input, ids))));
      const wanted = rowsOf(testTargets, ids);
      const threshold = lossName === "binaryCrossEntropyWithLogits" ? 0 : 0.5;
      right += isBinary ? rightSides(output, wanted, threshold) : rightClasses(output, wanted);
    }
  } finally {
    module?.train();
  }
  return right / (isBinary ? testTargets.size : rows);
}

function rightClasses(output: Tensor, wanted: Tensor): number {
  const classes = output.shape[1]!;
  let right = 0;
  for (let row = 0; row < wanted.size; row++) {
    const scores = output.data.subarray(row * classes, (row + 1) * classes) as Float64Array;
    if (scores.indexOf(Math.max(...scores)) === wanted.data[row]) right++;
  }
  return right;
}

function rightSides(output: Tensor, wanted: Tensor, threshold: number): number {
  let right = 0;
  for (let i = 0; i < wanted.size; i++) {
    if (output.data[i]! > threshold === wanted.data[i]! > 0.5) right++;
  }
  return right;
}
