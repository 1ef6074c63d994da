// Exchanges two letters of one operand in the subscripts of an einsum.

import { ts } from "ts-morph";
import { type Candidate, placeOf, type Scene } from "../candidate";

const mostLetters = 4;

export function exchangeLetters(scene: Scene): Candidate[] {
  const spec = scene.code === "einsum" ? scene.call?.arguments?.[0] : undefined;
  if (!spec || !ts.isStringLiteralLike(spec)) return [];
  const [inputs = "", ...output] = spec.text.split("->");
  const terms = inputs.split(",");
  return terms.flatMap((term, i) => {
    if (!/^[a-zA-Z]+$/.test(term) || term.length > mostLetters) return [];
    return exchanged(term).map((other): Candidate => {
      const text = [terms.map((each, j) => (j === i ? other : each)).join(","), ...output].join("->");
      const { file, start, end } = placeOf(spec);
      return {
        title: `Change ${term} to ${other} in the subscripts`,
        rank: 0.5 + i / 10,
        edits: [{ file, start: start + 1, end: end - 1, text }],
      };
    });
  });
}

/** The word with each two of its letters exchanged. */
function exchanged(word: string): string[] {
  const letters = [...word];
  return letters.flatMap((first, i) =>
    letters.slice(i + 1).map((second, k) => {
      const j = i + 1 + k;
      return letters.map((letter, at) => (at === i ? second : at === j ? first : letter)).join("");
    }),
  );
}
