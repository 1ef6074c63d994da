// Puts a change of form behind an operand: an axis of length 1 more or less, axes joined, a mean.

import { constantOf } from "../values";
import { append, type Candidate, type Scene } from "./candidate";

const codes = new Set([
  ...["matmul-inner", "broadcast", "rank", "layer-input", "channels", "loss-target", "contract", "norm-width"],
  ...["outer-broadcast", "concat-axis", "stack-shape"],
]);

export function insertView(scene: Scene): Candidate[] {
  if (!codes.has(scene.code)) return [];
  const { operands, place, code } = scene;
  const places = operands.flatMap((operand) => (operand.place ? [{ ...operand, place: operand.place }] : []));
  const blamed = places.findIndex((operand) => operand.place.start === place.start && operand.place.end === place.end);
  const ordered = blamed > 0 ? [places[blamed]!, ...places.filter((_, i) => i !== blamed)] : places;
  const highest = Math.max(...ordered.map(({ dims }) => dims.length));
  return ordered.flatMap(({ dims, place: at }, i) => {
    const mayGrow = (code !== "broadcast" && code !== "loss-target") || dims.length < highest;
    const views = viewsOf(
      dims.map((dim) => constantOf(dim)),
      code,
      scene.clues?.op,
    );
    return views
      .filter(([view]) => mayGrow || !view.startsWith(".expandDims"))
      .flatMap(([view, rank]) => append(scene, at, view, rank + i / 10));
  });
}

/** The changes of form that a tensor may need, with their ranks. */
function viewsOf(
  dims: readonly (number | undefined)[],
  code: string,
  op: string | undefined,
): [view: string, rank: number][] {
  if (op === "backward") {
    return [
      [".mean()", 0],
      [".sum()", 1],
    ];
  }
  const views: [string, number][] = [];
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    if (dims[axis] === 1) views.push([`.squeeze(${axis})`, code === "broadcast" ? 2 : 0.2]);
  }
  if (code === "outer-broadcast") return dims.length === 1 ? [[".expandDims(1)", 0.3]] : views;
  if (dims.length > 2) views.push([".flatten(1)", code === "layer-input" ? 0 : 1.5]);
  if (code === "matmul-inner" || dims.length > 3) return views;
  views.push([".expandDims(1)", 0.5], [".expandDims(0)", 0.6]);
  if (dims.length > 1) views.push([`.expandDims(${dims.length})`, 0.7]);
  return views;
}
