// A reshape that made other rows than samples, where a later call finds that its rows differ.

import { type ShapeError, type Tensor } from "@shapelens/engine";
import { formatDim, type OpRecord } from "@shapelens/engine/tooling";
import { type Related } from "../../facts";
import { makerOf, swallowsBatch } from "../../warnings";
import { liftedTensor } from "../lift";

const mostSteps = 100;

/** `operands` are the tensors of the error, as far as the call was given them. */
export function lostBatch({ axes }: ShapeError, operands: readonly (Tensor | undefined)[]): Related | undefined {
  for (const [i, operand] of operands.entries()) {
    if (axes[i] !== 0) continue;
    let tensor = operand;
    for (let step = 0; tensor && step < mostSteps; step++) {
      const maker = makerOf(tensor);
      if (maker && swallowsBatch(maker)) return blameOf(tensor, maker);
      tensor = maker?.inputs[0];
    }
  }
  return undefined;
}

function blameOf(output: Tensor, { inputs: [x] }: OpRecord): Related | undefined {
  const made = liftedTensor(output);
  const record = made?.kind === "tensor" ? made.record : undefined;
  const [rows, samples] = [formatDim(output.dims[0]!), formatDim(x!.dims[0]!)];
  return record?.place && { place: record.place, message: `${record.text} made ${rows} rows of ${samples} samples` };
}
