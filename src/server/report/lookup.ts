// Which fact a person means who points at a word: the name of a tensor, or the call that makes one.

import { type Facts, type ShapeFact, type Signature } from "../../analyzer/facts";

/** A word of the text, between two offsets. */
interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The shape of what stands at the offset; `undefined` when nothing certain is known about it. */
export function shapeAt(facts: Facts, text: string, offset: number): ShapeFact | undefined {
  const word = wordAt(text, offset);
  if (!word || isInComment(text, word)) return undefined;
  return namedAt(facts, word) ?? callOf(facts, text, word) ?? useOf(facts, text, word);
}

/** The signature of the function whose name stands at the offset. */
export function signatureAt(signatures: readonly Signature[], text: string, offset: number): Signature | undefined {
  const word = wordAt(text, offset);
  return word && signatures.find(({ name, start, end }) => isNameOf(word, name) && covers({ start, end }, word));
}

function namedAt(facts: Facts, word: Word): ShapeFact | undefined {
  return facts.shapes.find(({ start, end, kind }) => kind !== "call" && start === word.start && end === word.end);
}

/** The smallest call that has this word as the name it calls, such as `matmul` in `x.matmul(w)`. */
function callOf(facts: Facts, text: string, word: Word): ShapeFact | undefined {
  const end = endOfCall(text, word.end);
  if (end === undefined) return undefined;
  const calls = facts.shapes.filter((fact) => fact.kind === "call" && covers(fact, word) && fact.end === end);
  return smallest(calls);
}

/** A name further down means its declaration, where all declarations of that name agree. */
function useOf(facts: Facts, text: string, word: Word): ShapeFact | undefined {
  const isMember = text[word.start - 1] === ".";
  const named = facts.shapes.filter(
    ({ name, kind }) =>
      (isMember ? kind === "field" : kind === "variable" || kind === "parameter") && name === word.text,
  );
  const [first, ...others] = named;
  if (!first || !others.every(({ shape, dtype }) => shape === first.shape && dtype === first.dtype)) return undefined;
  return named.findLast(({ start }) => start <= word.start) ?? first;
}

function smallest(facts: readonly ShapeFact[]): ShapeFact | undefined {
  return facts.reduce<ShapeFact | undefined>(
    (best, fact) => (best && best.end - best.start <= fact.end - fact.start ? best : fact),
    undefined,
  );
}

function isNameOf(word: Word, name: string): boolean {
  return word.text === name || name.endsWith(`.${word.text}`);
}

function covers(span: { readonly start: number; readonly end: number }, word: Word): boolean {
  return span.start <= word.start && word.end <= span.end;
}

function wordAt(text: string, offset: number): Word | undefined {
  const isPart = (index: number): boolean => /[\p{ID_Continue}$\u200c\u200d]/u.test(text[index] ?? "");
  let start = offset;
  while (start > 0 && isPart(start - 1)) start--;
  let end = offset;
  while (end < text.length && isPart(end)) end++;
  return end > start && !/^\d/.test(text.slice(start, end)) ? { text: text.slice(start, end), start, end } : undefined;
}

function isInComment(text: string, word: Word): boolean {
  const line = text.slice(text.lastIndexOf("\n", word.start) + 1, word.start);
  return /(?:^|\s)\/\/|^\s*\*/.test(line);
}

/** Where the argument list that begins after `from` ends; `undefined` when none begins there. */
function endOfCall(text: string, from: number): number | undefined {
  let index = from + /^\s*(?:\?\.\s*)?/.exec(text.slice(from, from + 40))![0].length;
  if (text[index] !== "(") return undefined;
  for (let depth = 0; index < text.length; index++) {
    const character = text[index]!;
    if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return index + 1;
    else if (character === "/" && text[index + 1] === "/") index = lineEnd(text, index);
    else if (character === '"' || character === "'" || character === "`") index = stringEnd(text, index);
  }
  return undefined;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

function stringEnd(text: string, from: number): number {
  for (let index = from + 1; index < text.length; index++) {
    if (text[index] === "\\") index++;
    else if (text[index] === text[from]) return index;
  }
  return text.length;
}
