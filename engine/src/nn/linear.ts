// The dense layer.

import { checkTensor } from "../ops/create";
import { checkOptions, flag } from "../ops/axis";
import { linear } from "../ops/linalg";
import { constantOf, type Dim, formatDim, productOfDims } from "../shape/dim";
import { ShapeError } from "../shape/errors";
import { agree, checkDim, formatShape, type Shape } from "../shape/shape";
import { type Tensor } from "../tensor/tensor";
import { Module } from "./module";
import { uniformParameter } from "./parameter";

/**
 * y = x · wᵀ + b: [..., inFeatures] → [..., outFeatures]. `weight` is [outFeatures, inFeatures], `bias`
 * [outFeatures], or undefined without; both begin uniform in ±1/√inFeatures, as
 * PyTorch's do (He et al., 2015, with a = √5).
 */
export class Linear extends Module {
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;

  /** @throws ShapeError when a size is not a whole number. */
  constructor(inFeatures: number, outFeatures: number, options: { readonly bias?: boolean } = {}) {
    super();
    checkOptions("Linear", options, ["bias"]);
    this.inFeatures = checkDim("Linear", "inFeatures", inFeatures) as number;
    this.outFeatures = checkDim("Linear", "outFeatures", outFeatures) as number;
    this.weight = uniformParameter("Linear", [outFeatures, inFeatures], inFeatures);
    this.bias = flag("Linear", "bias", options.bias ?? true)
      ? uniformParameter("Linear", [outFeatures], inFeatures)
      : undefined;
  }

  /** @throws ShapeError `layer-input` when the last axis of x is not inFeatures. */
  override forward(x: Tensor): Tensor {
    const { dims } = checkTensor(this, "x", x);
    const found = dims[dims.length - 1];
    if (found === undefined || !agree(found, this.inFeatures)) throw this.#refuse(this.toString(), dims, found);
    return linear(x, this.weight, this.bias);
  }

  #refuse(layer: string, dims: Shape, found: Dim | undefined): ShapeError {
    const expected: Dim = this.inFeatures;
    const wanted = `expected [..., ${formatDim(expected)}], found ${formatShape(dims)}`;
    const blame = { op: layer, operands: [{ name: "x", dims }], blame: 0 } as const;
    const likely = { dims: [...dims.slice(0, -1), this.outFeatures], dtype: this.weight.dtype };
    if (found === undefined) return new ShapeError({ ...blame, code: "layer-input", message: `${wanted}.`, likely });
    const flat = dims.length > 2 && constantOf(productOfDims(dims.slice(1))) === constantOf(expected);
    return new ShapeError({
      ...blame,
      code: "layer-input",
      message: `${wanted}: ${formatDim(expected)} features ≠ ${formatDim(found)} in the last axis.`,
      axes: [dims.length - 1],
      numbers: [expected, found],
      suggestion: this.#suggestion(dims, found, flat),
      likely: flat ? { ...likely, dims: [dims[0]!, this.outFeatures] } : likely,
    });
  }

  #suggestion(dims: Shape, found: Dim, flat: boolean): string {
    if (flat) return `flatten the input first: flatten(x, 1) is ${formatShape([dims[0]!, this.inFeatures])}.`;
    if (dims.length === 2 && constantOf(dims[0]!) === constantOf(this.inFeatures)) {
      return `the input looks transposed; transpose(x) is ${formatShape([found, dims[0]!])}.`;
    }
    return `make the layer Linear(${formatDim(found)}, ${formatDim(this.outFeatures)}), or give it ${formatDim(this.inFeatures)} features.`;
  }

  override toString(): string {
    return `Linear(${formatDim(this.inFeatures)} → ${formatDim(this.outFeatures)})`;
  }
}
