// The tensors that layers learn, and what they begin as.

import { create } from "../ops/create";
import { sharedGenerator } from "../random/random";
import { type Dim } from "../shape/dim";
import { type Shape } from "../shape/shape";
import { type DataArray } from "../tensor/dtype";
import { type Tensor } from "../tensor/tensor";

/** Uniform in ±1/√fanIn: what PyTorch's `kaiming_uniform_(a=√5)` comes to (He et al., 2015). */
export function uniformParameter(layer: string, dims: Shape, fanIn: Dim): Tensor {
  return parameter(layer, dims, (data) => fillUniform(data, Number(fanIn) > 0 ? 1 / Math.sqrt(Number(fanIn)) : 0));
}

/** Refills a parameter uniformly in ±√(6 / (fanIn + fanOut)) (Glorot and Bengio, 2010). */
export function refillXavier(parameter: Tensor, fanIn: Dim, fanOut: Dim): void {
  if (!parameter.isAbstract) fillUniform(parameter.data, Math.sqrt(6 / Math.max(Number(fanIn) + Number(fanOut), 1)));
}

/** Refills a parameter with zeros. */
export function refillZeros(parameter: Tensor): void {
  if (!parameter.isAbstract) parameter.data.fill(0);
}

/** Standard normal. */
export function normalParameter(layer: string, dims: Shape): Tensor {
  return parameter(layer, dims, (data) => {
    const generator = sharedGenerator();
    for (let i = 0; i < data.length; i++) data[i] = generator.normal();
  });
}

/** The same number everywhere. */
export function constantParameter(layer: string, dims: Shape, value: number): Tensor {
  return parameter(layer, dims, (data) => data.fill(value));
}

/** Numbers that belong to a layer's state and are not learned: no gradient. */
export function stateTensor(layer: string, dims: Shape, value: number): Tensor {
  return create(layer, dims, "float32", (data) => data.fill(value));
}

function parameter(layer: string, dims: Shape, fill: (data: DataArray) => void): Tensor {
  return create(layer, dims, "float32", fill, true);
}

function fillUniform(data: DataArray, bound: number): void {
  const generator = sharedGenerator();
  for (let i = 0; i < data.length; i++) data[i] = (2 * generator.uniform() - 1) * bound;
}
