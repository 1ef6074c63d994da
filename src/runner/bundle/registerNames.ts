// Lets the runtime see the variables of the user's module by name: a line is added at its end that hands them over.

/** The function of the worker that receives them, see names.ts. */
export const registerFunction = "__shapelensNames";

/**
 * Adds one line after the text. Whatever looks like a declared name is taken; `typeof` makes a name harmless that does
 * not exist at the top level. Positions of the text do not change.
 */
export function registerNames(text: string): string {
  const names = candidates(text);
  if (names.length === 0) return text;
  const entries = names.map((name) => `${name}: typeof ${name} === "undefined" ? undefined : ${name}`);
  return `${text}\n;globalThis.${registerFunction}?.({ ${entries.join(", ")} });\n`;
}

function candidates(text: string): string[] {
  const types = new Set(importedTypes(text));
  const names = new Set<string>();
  for (const line of text.split("\n")) {
    if (!/^\s*(export\s+)?(default\s+)?(const|let|var|class|abstract|function)\b/.test(line)) continue;
    const declared = line.replace(/^\s*(export\s+)?(default\s+)?(abstract\s+)?/, "");
    const keyword = /^(class|function)\s+([\p{ID_Start}_$][\p{ID_Continue}$]*)/u.exec(declared);
    if (keyword !== null) names.add(keyword[2]!);
    else for (const name of assigned(declared)) names.add(name);
  }
  return [...names].filter((name) => !types.has(name) && !reserved.has(name));
}

/** `const W1 = …, b1 = …` and `const [a, b] = …`. */
function assigned(line: string): string[] {
  const pattern = /^(?:const|let|var)\s*[[{]([^=]*)[\]}]\s*=/.exec(line)?.[1];
  if (pattern !== undefined) return pattern.match(identifier) ?? [];
  return [
    ...line.matchAll(/(?:^(?:const|let|var)\s+|,\s*)([\p{ID_Start}_$][\p{ID_Continue}$]*)\s*(?::[^=,]+)?=(?![=>])/gu),
  ].map((match) => match[1]!);
}

/** A name that is imported as a type has no value to hand over, and asking for it would make esbuild look for one. */
function importedTypes(text: string): string[] {
  return [...text.matchAll(/^import\s+([^"']*)\bfrom\b/gm)].flatMap((match) => match[1]!.match(identifier) ?? []);
}

const identifier = /[\p{ID_Start}_$][\p{ID_Continue}$]*/gu;

const reserved = new Set(
  (
    "as await async break case catch class const continue debugger default delete do else enum export extends false finally for " +
    "function if import in instanceof let new null of return static super switch this throw true try type typeof var void while with yield"
  ).split(" "),
);
