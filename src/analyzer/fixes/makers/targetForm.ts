// Gives a target the form its loss wants: class ids in place of one-hot rows, or the other way round.

import { constantOf } from "../../values";
import { append, type Candidate, type Scene } from "../candidate";

export function targetForm(scene: Scene): Candidate[] {
  if (scene.code !== "loss-target") return [];
  const [prediction, target] = scene.operands;
  if (!prediction || !target?.place) return [];
  const takesClasses = scene.clues?.op === "crossEntropy" || scene.clues?.op === "nll";
  if (!takesClasses) return [];
  const classes = prediction.dims.length > 1 ? constantOf(prediction.dims[1]!) : undefined;
  return [
    ...(target.dims.length > 1 ? append(scene, target.place, ".argmax(1)", 0.4) : []),
    ...(classes === undefined ? [] : append(scene, target.place, `.oneHot(${classes})`, 0.5)),
  ];
}
