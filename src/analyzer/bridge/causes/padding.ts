// A convolution that shrinks the image where the rest of the program counts on its size: "same" and "valid" mixed up.

import { type ShapeError, type Tensor } from "@shapelens/engine";
import { type Dim, dimsEqual, formatDim, mulDims, type OpRecord, productOfDims } from "@shapelens/engine/tooling";
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
      if (maker && /^conv[12]d$/.test(maker.op) && explains(maker, numbers, code)) return blameOf(tensor, maker);
      tensor = maker?.inputs[0];
    }
  }
  return undefined;
}

function explains({ inputs: [image], output, params }: OpRecord, [a, b]: readonly [Dim, Dim], code: string): boolean {
  if (!image || image.rank < 3 || output.rank !== image.rank) return false;
  // What strides take away no padding gives back.
  const { stride } = params as { readonly stride: readonly Dim[] };
  if (!stride.every((step) => same(step, 1))) return false;
  const sizes = image.dims.slice(2).map((before, i) => [before, output.dims[i + 2]!] as const);
  if (sizes.every(([before, after]) => same(before, after))) return false;
  if (code === "layer-input") {
    const kept = mulDims(output.dims[1]!, productOfDims(sizes.map(([before]) => before)));
    const found = productOfDims(output.dims.slice(1));
    return same(a, kept) && same(b, found);
  }
  return sizes.some(([before, after]) => (same(a, before) && same(b, after)) || (same(b, before) && same(a, after)));
}

function same(a: Dim, b: Dim): boolean {
  return dimsEqual(a, b) === "yes";
}

function blameOf(made: Tensor, { inputs: [image], output }: OpRecord): Related | undefined {
  const value = liftedTensor(made);
  const record = value?.kind === "tensor" ? value.record : undefined;
  if (!record?.place) return undefined;
  const axis = image!.dims.findIndex((dim, i) => i > 1 && !same(dim, output.dims[i]!));
  const [before, after] = [formatDim(image!.dims[axis]!), formatDim(output.dims[axis]!)];
  return {
    place: record.place,
    message: `${record.text} makes ${after} of ${before}; with padding: "same" it would keep ${before}`,
  };
}
