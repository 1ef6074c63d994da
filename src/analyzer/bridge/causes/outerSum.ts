// A row beside a column, which made a table of what was meant to be a row: found where a later call gets the table.

import { type ShapeError, type Tensor } from "@shapelens/engine";
import { formatShape } from "@shapelens/engine/tooling";
import { type Related } from "../../facts";
import { isElementwise, makerOf, outerPair } from "../../warnings";
import { liftedTensor } from "../lift";

const mostSteps = 100;

/** What the user's call made of a column and a row, and what to write there. */
export interface OuterSum extends Related {
  readonly suggestion: string;
}

export function outerSum({ code }: ShapeError, operands: readonly (Tensor | undefined)[]): OuterSum | undefined {
  if (code !== "loss-target") return undefined;
  for (const operand of operands) {
    let tensor = operand;
    for (let step = 0; tensor && step < mostSteps; step++) {
      const maker = makerOf(tensor);
      if (!maker || !isElementwise(maker)) break;
      const pair = outerPair(maker);
      const value = liftedTensor(tensor);
      const record = value?.kind === "tensor" ? value.record : undefined;
      if (pair && record?.place) {
        const [column, row] = [formatShape(pair.column.dims), formatShape(pair.row.dims)];
        return {
          place: record.place,
          message: `${record.text} made ${formatShape(tensor.dims)} of ${column} and ${row}`,
          suggestion: `give both one shape there: squeeze(1) makes ${column} into ${row}.`,
        };
      }
      tensor = maker.inputs[0];
    }
  }
  return undefined;
}
