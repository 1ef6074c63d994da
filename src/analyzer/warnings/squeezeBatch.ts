// `squeeze()` without an axis, given a batch of one: the last smaller batch loses its batch axis.

import { Tensor } from "@shapelens/engine";
import { constantOf, formatDim, formatShape } from "@shapelens/engine/tooling";
import { isOne, makerOf } from "./lineage";
import { type Past, type Warning, type WarningRule } from "./rule";

export const squeezeBatch: WarningRule = {
  code: "squeeze-batch",
  ops: ["squeeze"],
  check({ inputs: [x], output, params }, past) {
    if (!x || x.rank < 2 || !isOne(x.dims[0])) return undefined;
    if ((params as { readonly axis?: unknown }).axis !== undefined || !isOfSmallBatch(x, past)) return undefined;
    const others = x.dims.flatMap((dim, axis) => (axis > 0 && isOne(dim) ? [axis] : []));
    return {
      message: `the last batch has one sample, and squeeze() drops its axis as well: ${formatShape(x.dims)} becomes ${formatShape(output.dims)}.`,
      suggestion: others.length > 0 ? `name the axis: squeeze(${others.join(", ")}).` : "leave the squeeze out.",
      blame: x,
      about: [],
      isOfOneAlternative: true,
    };
  },
};

/** `squeeze()` of a batch of unknown size: whether its axis stays hangs on the size. */
export function mayDropBatch(op: string, x: unknown, args: readonly unknown[]): Warning | undefined {
  if (op !== "squeeze" || !(x instanceof Tensor) || args.some((arg) => arg !== x && arg !== undefined))
    return undefined;
  const [batch, ...rest] = x.dims;
  const axis = rest.findIndex(isOne) + 1;
  if (batch === undefined || axis === 0 || constantOf(batch) !== undefined) return undefined;
  return {
    code: squeezeBatch.code,
    op,
    message: `where ${formatDim(batch)} is 1, squeeze() drops that axis of ${formatShape(x.dims)} as well.`,
    suggestion: `name the axis: squeeze(${axis}).`,
    blame: x,
    about: [],
  };
}

const mostSteps = 200;

/** The one row is what was left of a data set for the last batch. */
function isOfSmallBatch(x: Tensor, past: Past): boolean {
  const pending = [x];
  const seen = new Set<Tensor>();
  for (let tensor = pending.pop(); tensor && seen.size < mostSteps; tensor = pending.pop()) {
    if (seen.has(tensor) || !isOne(tensor.dims[0])) continue;
    seen.add(tensor);
    if (past.recordOf(tensor)?.op === "batches") return true;
    pending.push(...(makerOf(tensor)?.inputs ?? []));
  }
  return false;
}
