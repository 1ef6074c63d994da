// Takes lines out of a program as long as the same kind of disagreement stays, so that a person can read what is left.

import { compare, type Disagreement } from "./compare";
import { parseProgram } from "./program";

export function minimise(text: string, kind: Disagreement["kind"]): string {
  const stays = (lines: readonly string[]): boolean => {
    try {
      return compare(parseProgram(lines.join("\n"))).disagreements.some((each) => each.kind === kind);
    } catch {
      // What is left is no program any more.
      return false;
    }
  };
  let lines = text.split("\n");
  for (let size = lines.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < lines.length;) {
      const rest = [...lines.slice(0, at), ...lines.slice(at + size)];
      if (stays(rest)) lines = rest;
      else at += size;
    }
  }
  return lines.join("\n");
}
