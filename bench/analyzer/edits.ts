// What a person types: each kind of edit as the texts that follow each other, over and over.

export interface EditKind {
  readonly name: string;
  /** From the text to itself again, one keystroke each. */
  readonly texts: (text: string) => readonly string[];
}

const insert = (text: string, at: number, piece: string): string => text.slice(0, at) + piece + text.slice(at);

/** Types a digit at the end of the number that the pattern's first group holds, and takes it back. */
const digit =
  (pattern: RegExp) =>
  (text: string): string[] => {
    const match = pattern.exec(text)!;
    return [insert(text, match.index + match[0].length, "0"), text];
  };

/** Types a new line above the place, character by character, and takes it back at once. */
const line =
  (typed: string, above: string) =>
  (text: string): string[] => {
    const at = text.indexOf(above);
    return [...Array.from(typed, (_, i) => insert(text, at, typed.slice(0, i + 1))), text];
  };

/** Edits of the realistic program. */
export const editKinds: readonly EditKind[] = [
  { name: "a number at the top", texts: digit(/zeros\(\[64, 8/) },
  { name: "a number in the middle", texts: digit(/zeros\(\[64, 26/) },
  { name: "a number at the end", texts: digit(/zeros\(\[64, 43/) },
  { name: "a class's width in its constructor", texts: digit(/width = 50/) },
  { name: "a word in a comment", texts: (text) => [text.replace("Chapter 20:", "Chapter 20x:"), text] },
  { name: "a new line, character by character", texts: line("const w = zeros([3, 4]);\n", "const net20 =") },
  { name: "a brace that is taken away and put back", texts: (text) => [text.replace("return mixed", "} $&"), text] },
];
