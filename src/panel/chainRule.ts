// Finds the dense layers of a computation, so that the chain rule can be shown on their own numbers.

import { type Computation, type TensorSample, type TracedStep, type TracedValue } from "../protocol/worker";

/** z = x · W + b, a = f(z), with everything that backpropagation computed for it. */
export interface DenseLayer {
  readonly x: TracedValue;
  readonly weight: TracedValue;
  /** Weights of `linear` are stored [out, in] and used transposed. */
  readonly isTransposed: boolean;
  readonly bias: TracedValue | undefined;
  readonly z: TracedValue;
  /** Absent where z is the layer's answer, or where z is used elsewhere too and more than f flows back into it. */
  readonly activation: { readonly op: string; readonly a: TracedValue; readonly derivative: TensorSample } | undefined;
  /** Whether ∂L/∂x is this layer's alone, and of interest: x is not the data. */
  readonly flowsOn: boolean;
}

/** Dense layers by the index of the step that ends them. Only layers with gradients. */
export function denseLayers({ steps, values, hasGradients }: Computation): ReadonlyMap<number, DenseLayer> {
  const found = new Map<number, DenseLayer>();
  if (!hasGradients) return found;
  const usersOf = new Map<number, number[]>();
  steps.forEach(({ inputs }, index) => {
    for (const id of inputs) usersOf.set(id, [...(usersOf.get(id) ?? []), index]);
  });
  const onlyUser = (id: number): number | undefined => {
    const users = usersOf.get(id) ?? [];
    return users.length === 1 ? users[0] : undefined;
  };
  steps.forEach((step, index) => {
    const product = productOf(step, values);
    if (product === undefined) return;
    let end = index;
    let z = values[step.output]!;
    let { bias } = product;
    const adding = onlyUser(z.id);
    if (bias === undefined && adding !== undefined && steps[adding]!.op === "add") {
      const other = steps[adding]!.inputs.find((id) => id !== z.id);
      const added = other === undefined ? undefined : values[other]!;
      if (added !== undefined && added.value.shape.length <= 1 && added.role !== "activation") {
        bias = added;
        end = adding;
        z = values[steps[adding]!.output]!;
      }
    }
    const applied = onlyUser(z.id);
    const f = applied === undefined ? undefined : steps[applied]!;
    const a = f?.derivative === undefined ? undefined : values[f.output]!;
    const activation = a?.gradient && f?.derivative ? { op: f.op, a, derivative: f.derivative } : undefined;
    if (activation !== undefined) end = applied!;
    const { x, weight, isTransposed } = product;
    if (z.gradient === undefined || weight.gradient === undefined || onlyUser(weight.id) === undefined) return;
    const flowsOn = x.gradient !== undefined && x.role === "activation" && onlyUser(x.id) !== undefined;
    found.set(end, { x, weight, isTransposed, bias, z, activation, flowsOn });
  });
  return found;
}

type Product = Pick<DenseLayer, "x" | "weight" | "isTransposed" | "bias">;

function productOf({ op, inputs }: TracedStep, values: readonly TracedValue[]): Product | undefined {
  const [x, weight, bias] = inputs.map((id) => values[id]!);
  if (x === undefined || weight === undefined || (op !== "matmul" && op !== "linear")) return undefined;
  if (x.value.shape.length !== 2 || weight.value.shape.length !== 2 || x === weight) return undefined;
  return { x, weight, isTransposed: op === "linear", bias: op === "linear" ? bias : undefined };
}

/** A sample of two axes as one matrix, also when its rows were laid out as pictures. */
export function asMatrix(sample: TensorSample): TensorSample {
  if (sample.totalTiles === 1) return sample;
  const { tiles, height, width, totalTiles, totalHeight, totalWidth } = sample;
  const flat = { tiles: 1, height: tiles, width: height * width };
  return { ...sample, ...flat, totalTiles: 1, totalHeight: totalTiles, totalWidth: totalHeight * totalWidth };
}

/** The transposed matrix. */
export function transposed(sample: TensorSample): TensorSample {
  const { shape, height, width, totalHeight, totalWidth, data } = asMatrix(sample);
  const turned = new Array<number>(data.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) turned[column * height + row] = data[row * width + column]!;
  }
  return {
    ...sample,
    shape: shape.toReversed(),
    tiles: 1,
    totalTiles: 1,
    height: width,
    width: height,
    totalHeight: totalWidth,
    totalWidth: totalHeight,
    data: turned,
  };
}
