// Changes the number that a wrong dimension came from, wherever it is written: in a layer, a shape, another file.

import { basename } from "node:path";
import { constantOf, type Dim } from "../../values";
import { type Candidate, type Scene, short } from "../candidate";
import { writtenPlace } from "../written";

export function changeNumber(scene: Scene): Candidate[] {
  return pairsOf(scene).flatMap(([wrong, right], order) => {
    const number = constantOf(right);
    const written = writtenPlace(scene, wrong);
    if (number === undefined || number < 1 || !written || scene.textAt(written.place) === String(number)) return [];
    const { place, isInLayer, context } = written;
    const where = context === undefined ? "" : ` in ${short(context)}`;
    const elsewhere = place.file === scene.module.file ? "" : ` (${basename(place.file)})`;
    return [
      {
        title: `Change ${short(scene.textAt(place))} to ${number}${where}${elsewhere}`,
        // A layer follows the data that it is given.
        rank: (isInLayer ? 1 : 2) + order / 10,
        edits: [{ ...place, text: String(number) }],
      },
    ];
  });
}

/** Codes whose first number is the layer's own: it is the one to follow the data. */
const ofLayers = new Set(["layer-input", "channels", "norm-width", "kernel-too-large"]);

/** Which number to change, and into which: the blamed one first. */
function pairsOf({ clues, operands, code }: Scene): [wrong: Dim, right: Dim][] {
  if (code === "split-size" || operands.length === 0) return [];
  const pairs: [Dim, Dim][] = [];
  const add = (a: Dim | undefined, b: Dim | undefined): void => {
    if (a === undefined || b === undefined) return;
    if (ofLayers.has(code)) pairs.push([a, b], [b, a]);
    else pairs.push([b, a], [a, b]);
  };
  const [expected, found] = clues?.numbers ?? [];
  add(expected, found);
  const dims = operands.flatMap(({ dims: all, axis }) => (axis === undefined ? [] : [all[axis]]));
  add(dims[0], dims[1]);
  return pairs;
}
