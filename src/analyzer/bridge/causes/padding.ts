// A convolution that shrinks the image where the rest of the program counts on its size: "same" and "valid" mixed up.

import { type ShapeError, type Tensor } from "@shapelens/engine";
import { type Dim, dimsEqual, formatDim, mulDims, type OpRecord } from "@shapelens/engine/tooling";
import { type Related } from "../../facts";
import { makerOf } from "../../warnings";
import { liftedTensor } from "../lift";

const mostSteps = 100;

/** The convolution after which the numbers would fit had it kept the size of its image. */
export function missingPadding(
  { numbers, code }: { readonly numbers?: ShapeError["numbers"]; readonly code: string },
  operands: readonly (Tensor | undefined)[],
): Related | undefined {
  if (!numbers || !["layer-input", "broadcast", "concat-axis", "one-size"].includes(code)) return undefined;
  for (const operand of operands) {
    let tensor = operand;
    for (let step = 0; tensor && step < mostSteps; step++) {
      const maker: OpRecord | undefined = makerOf(tensor);
      if (maker?.op === "conv2d" && explains(maker, numbers, code)) return blameOf(tensor, maker);
      tensor = maker?.inputs[0];
    }
  }
  return undefined;
}

function explains({ inputs: [image], output, params }: OpRecord, [a, b]: readonly [Dim, Dim], code: string): boolean {
  if (image?.rank !== 4 || output.rank !== 4) return false;
  // What strides take away no padding gives back.
  const { stride } = params as { readonly stride: readonly Dim[] };
  if (!stride.every((step) => same(step, 1))) return false;
  const shrinks = image.dims.some((dim, axis) => axis > 1 && !same(dim, output.dims[axis]!));
  if (!shrinks) return false;
  const [channels, height, width] = [output.dims[1]!, image.dims[2]!, image.dims[3]!];
  if (code === "layer-input") {
    const kept = mulDims(channels, mulDims(height, width));
    const found = mulDims(channels, mulDims(output.dims[2]!, output.dims[3]!));
    return same(a, kept) && same(b, found);
  }
  const isPair = (before: Dim, after: Dim): boolean =>
    (same(a, before) && same(b, after)) || (same(b, before) && same(a, after));
  return isPair(height, output.dims[2]!) || isPair(width, output.dims[3]!);
}

function same(a: Dim, b: Dim): boolean {
  return dimsEqual(a, b) === "yes";
}

function blameOf(made: Tensor, { inputs: [image], output }: OpRecord): Related | undefined {
  const value = liftedTensor(made);
  const record = value?.kind === "tensor" ? value.record : undefined;
  if (!record?.place) return undefined;
  const axis = same(image!.dims[2]!, output.dims[2]!) ? 3 : 2;
  const [before, after] = [formatDim(image!.dims[axis]!), formatDim(output.dims[axis]!)];
  return {
    place: record.place,
    message: `${record.text} makes ${after} of ${before}; with padding: "same" it would keep ${before}`,
  };
}
