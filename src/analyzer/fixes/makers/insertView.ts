// Puts a change of form behind an operand: an axis of length 1 more or less, axes joined, a mean.

import { type Place } from "../../facts";
import { constantOf } from "../../values";
import { append, type Candidate, type Scene } from "../candidate";

/** What may help against each code. */
const helpful: Readonly<Record<string, readonly View["kind"][]>> = {
  "matmul-inner": ["squeeze", "flatten"],
  broadcast: ["squeeze", "expand"],
  rank: ["squeeze", "flatten", "expand"],
  "layer-input": ["flatten", "expand"],
  "loss-target": ["squeeze", "flatten", "expand"],
  contract: ["squeeze", "flatten", "expand"],
  "stack-shape": ["squeeze"],
  "outer-broadcast": ["squeeze", "expand"],
};

interface View {
  readonly kind: "squeeze" | "flatten" | "expand";
  readonly text: string;
  readonly rank: number;
}

export function insertView(scene: Scene): Candidate[] {
  const { operands, place, code } = scene;
  const kinds = helpful[code];
  if (!kinds) return [];
  const places = operands.flatMap((operand) => (operand.place ? [{ ...operand, place: operand.place }] : []));
  if (scene.clues?.op === "backward") return places.flatMap((operand) => reduced(scene, operand.place));
  const blamed = places.findIndex((operand) => operand.place.start === place.start && operand.place.end === place.end);
  const ordered = blamed > 0 ? [places[blamed]!, ...places.filter((_, i) => i !== blamed)] : places;
  const highest = Math.max(...ordered.map(({ dims }) => dims.length));
  return ordered.flatMap(({ dims, place: at }, i) => {
    const lengths = dims.map((dim) => constantOf(dim));
    // Where shapes meet, the one with fewer axes is to grow.
    const mayGrow = operands.length < 2 || code === "contract" || dims.length < highest;
    return viewsOf(lengths, scene)
      .filter(({ kind }) => kinds.includes(kind) && (kind !== "expand" || mayGrow))
      .flatMap(({ text, rank }) => append(scene, at, text, rank + i / 10));
  });
}

/** A loss must be one number. */
function reduced(scene: Scene, place: Place): Candidate[] {
  return [...append(scene, place, ".mean()", 0), ...append(scene, place, ".sum()", 1)];
}

/** The changes of form that a tensor may need. */
function viewsOf(dims: readonly (number | undefined)[], { code, clues }: Scene): View[] {
  const views: View[] = [];
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    if (dims[axis] === 1)
      views.push({ kind: "squeeze", text: `.squeeze(${axis})`, rank: code === "broadcast" ? 2 : 0.2 });
  }
  if (dims.length > 2) views.push({ kind: "flatten", text: ".flatten(1)", rank: code === "layer-input" ? 0 : 1.5 });
  const expand = (axis: number, rank: number): void => {
    views.push({ kind: "expand", text: `.expandDims(${axis})`, rank });
  };
  const [wanted] = clues?.numbers ?? [];
  if (code === "layer-input") {
    // Numbers for a layer with one input, which lack the axis of features.
    if (wanted !== undefined && constantOf(wanted) === 1) expand(dims.length, 0.5);
  } else if (dims.length <= 3) {
    if (dims.length > 0) expand(1, 0.5);
    expand(0, 0.6);
    if (dims.length > 1) expand(dims.length, 0.7);
  }
  return views;
}
