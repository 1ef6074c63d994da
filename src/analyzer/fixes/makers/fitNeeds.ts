// Changes all the lengths that do not fit what a function needs, each to the nearest that does.

import { constantOf } from "../../values";
import { type Candidate, type Scene, short } from "../candidate";
import { writtenPlace } from "../written";

export function fitNeeds(scene: Scene): Candidate[] {
  const numbers = scene.clues?.numbers ?? [];
  // One number is changed as any other is.
  if (scene.code !== "precondition" || numbers.length < 4) return [];
  const edits = scene.operands.flatMap((_, i) => {
    const [right, wrong] = [numbers[2 * i]!, numbers[2 * i + 1]!];
    const written = writtenPlace(scene, wrong);
    return written ? [{ ...written.place, text: String(constantOf(right)) }] : [];
  });
  if (edits.length < scene.operands.length) return [];
  const change = edits.map((edit) => `${short(scene.textAt(edit))} to ${edit.text}`).join(" and ");
  return [{ title: `Change ${change}`, rank: 1, edits }];
}
