// Changes the divisor, or the number of parts, to the nearest one that divides.

import { ts } from "ts-morph";
import { constantOf, type Dim } from "../../values";
import { type Candidate, placeOf, type Scene, short } from "../candidate";
import { writtenPlace } from "../written";

export function divideEvenly(scene: Scene): Candidate[] {
  if (scene.code === "split-size") return parts(scene);
  const isShare = scene.code === "layer-input" || scene.code === "channels" || scene.code === "whole-number";
  return isShare && scene.operands.length === 0 ? shares(scene) : [];
}

/** `split(x, 3)` of 100 rows into 4 or 2, or of 99 or 102. */
function parts(scene: Scene): Candidate[] {
  const { call, operands } = scene;
  const [x] = operands;
  const dim = x?.axis === undefined ? undefined : x.dims[x.axis];
  const length = dim === undefined ? undefined : constantOf(dim);
  const count = call?.arguments?.find(ts.isNumericLiteral);
  if (dim === undefined || length === undefined || !count) return [];
  const number = Number(count.text);
  const counts = nearestDivisors(length, number).map((divisor, order) => ({
    title: `Split ${length} into ${divisor} parts of ${length / divisor}`,
    rank: order / 10,
    edits: [{ ...placeOf(count), text: String(divisor) }],
  }));
  return [...counts, ...(number > 0 ? multiples(scene, dim, length, number) : [])];
}

/** The next smaller and larger length that divides, where it is written. */
function multiples(scene: Scene, dim: Dim, length: number, divisor: number): Candidate[] {
  const written = writtenPlace(scene, dim);
  if (!written) return [];
  const below = length - (length % divisor);
  return [below, below + divisor].flatMap((number, order) => {
    if (number === 0) return [];
    const title = `Change ${short(scene.textAt(written.place))} to ${number}, which ${divisor} divides`;
    return [{ title, rank: 0.5 + order / 10, edits: [{ ...written.place, text: String(number) }] }];
  });
}

/** Other numbers of heads, or of groups, for a width; or another width. */
function shares(scene: Scene): Candidate[] {
  const [total, divisor] = scene.clues?.numbers ?? [];
  const [width, count] = [total, divisor].map((dim) => (dim === undefined ? undefined : constantOf(dim)));
  if (total === undefined || divisor === undefined || !width || !count) return [];
  const written = writtenPlace(scene, divisor);
  const counts = nearestDivisors(width, count).map((number, order) => ({
    title: `Change ${count} to ${number}, which divides ${width}`,
    rank: order / 10,
    edits: written ? [{ ...written.place, text: String(number) }] : [],
  }));
  return [...(written ? counts : []), ...multiples(scene, total, width, count)];
}

function nearestDivisors(total: number, near: number): number[] {
  const divisors: number[] = [];
  for (let number = 2; number <= total && number <= near * 4; number++) if (total % number === 0) divisors.push(number);
  return divisors.sort((a, b) => Math.abs(a - near) - Math.abs(b - near) || b - a).slice(0, 2);
}
