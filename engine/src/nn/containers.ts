// Layers without numbers of their own: one after another, any function, flattening, dropout.

import { checkTensor } from "../ops/create";
import { checkProbability, dropout } from "../ops/dropout";
import { flatten } from "../ops/view";
import { formatDim } from "../shape/dim";
import { ShapeError } from "../shape/errors";
import { countAxes, describe, formatShape, wholeNumber } from "../shape/shape";
import { type Tensor } from "../tensor/tensor";
import { goOnBehind } from "./inLayer";
import { Module } from "./module";

/** A module that makes one tensor of one tensor. */
export interface Layer extends Module {
  forward(x: Tensor): Tensor;
}

/** Layers one after another, each fed with what the one before gives. */
export class Sequential extends Module {
  readonly layers: readonly Layer[];

  /**
   * Each layer makes one tensor of one tensor; its type is the wider `Module`, so that a list of modules can be spread.
   * @throws TypeError for anything that is no layer, and for a list in place of its layers.
   */
  constructor(...layers: readonly Module[]) {
    super();
    layers.forEach((layer: unknown, i) => {
      if (layer instanceof Module) return;
      const hint = Array.isArray(layer)
        ? " Spread the list: new Sequential(...layers)."
        : typeof layer === "function"
          ? " A class is made with new, a function wrapped: new Lambda(fn)."
          : "";
      throw new TypeError(`Sequential: layer ${i} must be a layer, found ${describe(layer)}.${hint}`);
    });
    this.layers = layers as readonly Layer[];
  }

  override forward(x: Tensor): Tensor {
    return runFrom(this.layers, 0, x);
  }
}

function runFrom(layers: readonly Layer[], first: number, x: Tensor): Tensor {
  for (let i = first; i < layers.length; i++) x = runOne(layers, i, x);
  return x;
}

function runOne(layers: readonly Layer[], i: number, x: Tensor): Tensor {
  try {
    return layers[i]!.forward(x);
  } catch (error) {
    throw goOnBehind(error, (likely) => runFrom(layers, i + 1, likely));
  }
}

/** Any function of a tensor as a layer. */
export class Lambda extends Module {
  constructor(readonly fn: (x: Tensor) => Tensor) {
    super();
    if (typeof fn !== "function") throw new TypeError(`Lambda: fn must be a function, found ${describe(fn)}.`);
  }

  override forward(x: Tensor): Tensor {
    return this.fn(x);
  }
}

/** Joins the axes from `startAxis` on into one; the batch axis before it stays: [64, 1, 28, 28] → [64, 784]. */
export class Flatten extends Module {
  constructor(readonly startAxis = 1) {
    super();
    wholeNumber("Flatten", "startAxis", startAxis);
  }

  /** @throws ShapeError `layer-input` when x has no such axis. */
  override forward(x: Tensor): Tensor {
    const { dims, rank } = checkTensor("Flatten", "x", x);
    const start = wholeNumber("Flatten", "startAxis", this.startAxis);
    if (rank > 0 && start < rank && start >= -rank) return flatten(x, start);
    const needed = start < 0 ? -start : start + 1;
    throw new ShapeError({
      code: "layer-input",
      op: "Flatten",
      message: `expected at least ${countAxes(needed)}, the batch first, found ${rank} in ${formatShape(dims)}.`,
      operands: [{ name: "x", dims }],
      blame: 0,
      numbers: [needed, rank],
      suggestion: rank === 1 ? "add the batch axis with expandDims(x, 0)." : undefined,
      likely: { dims },
    });
  }
}

/** In training sets each element to 0 with probability p and scales the rest by 1 / (1 − p); else changes nothing. */
export class Dropout extends Module {
  constructor(readonly p = 0.5) {
    super();
    checkProbability("Dropout", "p", p);
  }

  override forward(x: Tensor): Tensor {
    checkTensor("Dropout", "x", x);
    return this.training ? dropout(x, this.p) : x;
  }

  override toString(): string {
    return `Dropout(${formatDim(this.p)})`;
  }
}
