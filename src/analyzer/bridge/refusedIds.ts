// Positions that do not exist: the numbers are written in the program, or counted by it, and the tensor they pick from
// is shorter. The engine says so when it runs; without numbers it cannot.

import { ShapeError } from "@shapelens/engine";
import {
  addDims,
  assume,
  constantOf,
  type Dim,
  dimsAtMost,
  formatDim,
  formatShape,
  type OpRecord,
} from "@shapelens/engine/tooling";
import { type Picking, pickingOf } from "../warnings";

/** @throws ShapeError as the engine does when it meets such a position. */
export function checkIds(records: readonly OpRecord[]): void {
  for (const record of records) {
    const picking = pickingOf(record);
    if (picking?.ids.kind !== "held") continue;
    const wrong = wrongId(picking);
    if (wrong !== undefined) throw refused(record, picking, wrong);
  }
}

/** The number that is certainly no position, if there is one. What else is needed is noted. */
function wrongId({ ids, from, axis, fromEnd }: Picking): Dim | undefined {
  const length = from.dims[axis]!;
  const least = constantOf(ids.least);
  const count = constantOf(length);
  if (least !== undefined && least < 0 && (!fromEnd || (count !== undefined && least < -count))) return ids.least;
  const end = addDims(ids.greatest, 1);
  const fits = dimsAtMost(end, length);
  if (fits === "unknown") assume({ kind: "at-most", left: end, right: length });
  return fits === "no" ? ids.greatest : undefined;
}

function refused({ op, output }: OpRecord, picking: Picking, id: Dim): ShapeError {
  const { tensor, from, axis, fromName, fromEnd } = picking;
  const length = from.dims[axis]!;
  const count = formatDim(length);
  const isLoss = op === "crossEntropy" || op === "nll";
  const legal = `expected whole numbers from ${fromEnd ? `-${count}` : 0} to ${formatDim(addDims(length, -1))}`;
  const holds = `${isLoss && op === "crossEntropy" ? "target" : "ids"} holds ${formatDim(id)}`;
  return new ShapeError({
    code: isLoss ? "loss-target" : "gather-index",
    op,
    message: isLoss
      ? `${holds}, and ${fromName} ${formatShape(from.dims)} have ${count} classes: ${legal}.`
      : `${holds}, and axis ${axis} of ${fromName} ${formatShape(from.dims)} has ${count} positions: ${legal}.`,
    operands: [
      { name: fromName, dims: from.dims },
      { name: "ids", dims: tensor.dims },
    ],
    axes: [axis, undefined],
    blame: 1,
    numbers: [length, addDims(id, 1)],
    suggestion: suggestionFor(picking, id),
    likely: { dims: output.dims, dtype: output.dtype },
  });
}

function suggestionFor({ ids, from, axis }: Picking, id: Dim): string | undefined {
  const [number, count] = [constantOf(id), constantOf(from.dims[axis]!)];
  if (number === undefined || count === undefined || number < 0) return undefined;
  const isOffByOne = number === count && constantOf(ids.least) !== 0;
  return isOffByOne ? "positions count from 0: subtract 1." : `make axis ${axis} at least ${number + 1} long.`;
}
