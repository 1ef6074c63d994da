// Turns an operand round: matrices that are the wrong way round, channels that come last, axes in another order.

import { type ClueOperand, constantOf, type Dim } from "../../values";
import { append, type Candidate, type Scene } from "../candidate";

const codes = new Set([
  "matmul-inner",
  "broadcast",
  "layer-input",
  "channels",
  "contract",
  "swapped-names",
  "loss-target",
]);

/** The orders worth trying, by rank; the first is the likeliest. */
const orders: Readonly<Record<number, readonly string[]>> = {
  2: [".T"],
  3: [".swapAxes(1, 2)", ".transpose([1, 0, 2])"],
  4: [".transpose([0, 3, 1, 2])", ".transpose([0, 2, 3, 1])"],
};

export function transposeOperand(scene: Scene): Candidate[] {
  if (!codes.has(scene.code)) return [];
  const { operands, code } = scene;
  if (code === "swapped-names") return exchanged(scene);
  // The second operand of a product is the weight, which is more often the one the wrong way round.
  const places = [...operands]
    .reverse()
    .flatMap((operand) => (operand.place ? [{ ...operand, place: operand.place }] : []));
  return places.flatMap((operand, i) => {
    const { dims } = operand;
    const ways = orders[dims.length] ?? [];
    const isSquare = dims.length === 2 && constantOf(dims[0]!) === constantOf(dims[1]!);
    return isSquare || !mayFit(scene, operand)
      ? []
      : ways.flatMap((way, j) => append(scene, operand.place, way, rankOf(code, dims) + i / 10 + j / 100));
  });
}

/** Whether another axis has the length that is wanted. */
function mayFit({ clues, operands }: Scene, { dims, axis }: ClueOperand): boolean {
  const [expected, found] = (clues?.numbers ?? []).map((dim) => constantOf(dim));
  if (axis === undefined || expected === undefined || found === undefined) return true;
  const wanted = operands.length > 1 && constantOf(dims[axis]!) === expected ? found : expected;
  return dims.some((dim, i) => i !== axis && constantOf(dim) === wanted);
}

/** The two axes whose names changed places. */
function exchanged(scene: Scene): Candidate[] {
  const [first, second] = scene.operands;
  if (!first?.place || first.axis === undefined || second?.axis === undefined) return [];
  const way = first.dims.length === 2 ? ".T" : `.swapAxes(${first.axis}, ${second.axis})`;
  return append(scene, first.place, way, 0);
}

function rankOf(code: string, dims: readonly Dim[]): number {
  if (code === "channels" && isSquareImage(dims)) return 3;
  return code === "layer-input" || code === "loss-target" || code === "broadcast" ? 3 : 0;
}

/** An image whose height and width are alike where they are expected has its axes in order. */
export function isSquareImage(dims: readonly Dim[]): boolean {
  const [, , height, width] = dims.map((dim) => constantOf(dim));
  return height !== undefined && height === width;
}
