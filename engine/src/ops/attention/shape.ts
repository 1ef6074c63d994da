// Which queries, keys, values and masks go together.

import { broadcastShapes } from "../../shape/broadcast";
import { type Dim, dimsEqual, divides, formatDim } from "../../shape/dim";
import { differ, ShapeError, type ShapeErrorDetails } from "../../shape/errors";
import { assumeDivides } from "../../shape/facts";
import { agree, formatShape, type Shape } from "../../shape/shape";
import { floating } from "../../tensor/dtype";
import { type Tensor } from "../../tensor/tensor";
import { resultType, type TensorSpec } from "../op";

const op = "scaledDotProductAttention";
const names = ["q", "k", "v", "mask"] as const;

type Details = Pick<ShapeErrorDetails, "code" | "message" | "numbers" | "suggestion"> & {
  /** The axis of each operand that does not fit. */
  readonly axes?: Partial<Record<(typeof names)[number], number>>;
  readonly blame: number;
};

/** The shape of the result. @throws ShapeError for what does not fit. */
export function attentionShape(inputs: readonly Tensor[]): TensorSpec {
  const [q, k, v, mask] = inputs as [Tensor, Tensor, Tensor, Tensor | undefined];
  const dtype = floating(resultType([q, k, v]));
  const dims = q.rank >= 2 && v.rank >= 1 ? [...q.dims.slice(0, -1), v.dims.at(-1)!] : undefined;
  const refuse = ({ axes, ...details }: Details): ShapeError =>
    new ShapeError({
      ...details,
      op,
      operands: inputs.map((x, i) => ({ name: names[i]!, dims: x.dims })),
      axes: inputs.map((_, i) => axes?.[names[i]!]),
      likely: dims && { dims, dtype },
    });
  checkRanks([q, k, v], refuse);
  const rank = q.rank;
  const same = (axis: number, left: 0 | 1, right: 1 | 2, what: string): void => {
    const [a, b] = [inputs[left]!.dims[axis]!, inputs[right]!.dims[axis]!];
    if (agree(a, b)) return;
    throw refuse({
      code: "matmul-inner",
      message: `${names[left]} is ${formatShape(inputs[left]!.dims)} and ${names[right]} is ${formatShape(inputs[right]!.dims)}: ${what} differs, ${differ(a, b)}.`,
      axes: { [names[left]]: axis, [names[right]]: axis },
      blame: right,
      numbers: [a, b],
    });
  };
  same(rank - 1, 0, 1, "their width, the last axis,");
  same(rank - 2, 1, 2, "the number of keys and values, the second last axis,");
  checkLead([q, k, v], refuse);
  if (mask) checkMask(mask, [...q.dims.slice(0, -1), k.dims[rank - 2]!], refuse);
  return { dims: dims!, dtype };
}

function checkRanks(inputs: readonly [Tensor, Tensor, Tensor], refuse: (details: Details) => ShapeError): void {
  const [q] = inputs;
  const blame = inputs.findIndex((x) => x.rank < 2 || x.rank !== q.rank);
  if (blame < 0) return;
  const found = inputs[blame]!;
  const wanted = Math.max(q.rank, 2);
  throw refuse({
    code: "rank",
    message: `${names[blame]} is ${formatShape(found.dims)}: expected ${q.rank < 2 ? "at least 2" : `${wanted}`} axes, [..., length, width]${blame > 0 ? `, as q is ${formatShape(q.dims)}` : ""}; found ${found.rank}.`,
    blame,
    numbers: [wanted, found.rank],
  });
}

/** Leading axes are equal, but for the heads: those of q may share keys and values. */
function checkLead([q, k, v]: readonly [Tensor, Tensor, Tensor], refuse: (details: Details) => ShapeError): void {
  const heads = q.rank >= 4 ? q.rank - 3 : -1;
  for (let axis = 0; axis < q.rank - 2; axis++) {
    const [a, b, c] = [q.dims[axis]!, k.dims[axis]!, v.dims[axis]!];
    if (!agree(b, c)) {
      throw refuse({
        code: "broadcast",
        message: `k is ${formatShape(k.dims)} and v is ${formatShape(v.dims)}: axis ${axis} differs, ${differ(b, c)}.`,
        axes: { k: axis, v: axis },
        blame: 2,
        numbers: [b, c],
      });
    }
    if (axis === heads ? multiple(a, b) : agree(a, b)) continue;
    throw refuse({
      code: "broadcast",
      message: `q is ${formatShape(q.dims)} and k is ${formatShape(k.dims)}: ${axis === heads ? `${formatDim(a)} heads in axis ${axis} cannot share ${formatDim(b)}` : `axis ${axis} differs, ${differ(a, b)}`}.`,
      axes: { q: axis, k: axis },
      blame: 1,
      numbers: [a, b],
      suggestion: axis === heads ? "the heads of q must be a multiple of those of k and v." : undefined,
    });
  }
}

function multiple(heads: Dim, shared: Dim): boolean {
  const certainty = divides(shared, heads);
  if (certainty === "unknown") assumeDivides(shared, heads);
  return certainty !== "no";
}

function checkMask(mask: Tensor, scores: Shape, refuse: (details: Details) => ShapeError): void {
  const fits = (): boolean => {
    try {
      const both = broadcastShapes(op, [scores, mask.dims]);
      return both.length === scores.length && both.every((dim, axis) => agree(dim, scores[axis]!));
    } catch (error) {
      if (error instanceof ShapeError) return false;
      throw error;
    }
  };
  if (fits()) return;
  throw refuse({
    code: "broadcast",
    message: `mask is ${formatShape(mask.dims)}: expected a shape that broadcasts to the scores ${formatShape(scores)}, [..., queries, keys].`,
    blame: 3,
    suggestion: maskSuggestion(mask.dims, scores),
  });
}

function maskSuggestion(mask: Shape, scores: Shape): string | undefined {
  const same = (a: Dim, b: Dim): boolean => dimsEqual(a, b) === "yes";
  const isPadding =
    mask.length === 2 && scores.length > 2 && same(mask[0]!, scores[0]!) && same(mask[1]!, scores.at(-1)!);
  if (!isPadding) return undefined;
  const wanted = scores.map((dim, axis) => (axis === 0 || axis === scores.length - 1 ? dim : 1));
  return `for a mask of each sample's keys use reshape(mask, ${formatShape(wanted)}).`;
}
