// What each layer does, in one line, for hover: the first sentence of its doc comment.

import { join } from "node:path";
import { Node } from "ts-morph";
import { format, resolveConfig } from "prettier";
import { docOf, readFamilies } from "./declarations";

export async function writeLayerDocs(root: string): Promise<string> {
  const layers = readFamilies(root)
    .filter(({ path }) => path.startsWith("nn/"))
    .flatMap(({ declarations }) => declarations)
    .filter(Node.isClassDeclaration)
    .filter((layer) => layer.getName() !== "Module")
    .map((layer): [string, string] => [layer.getName()!, firstSentence(docOf(layer))])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const text = `// What each layer of the engine does, in one line, for hover. Written by npm run reference.

/** By the name of the class. */
export const layerDocs: Readonly<Record<string, string>> = ${JSON.stringify(Object.fromEntries(layers))};
`;
  const options = await resolveConfig(join(root, "package.json"));
  return format(text, { ...options, parser: "typescript" });
}

/** Up to the first full stop that no digit or letter follows at once. */
function firstSentence(text: string): string {
  return /^.*?\.(?=\s|$)/.exec(text)?.[0] ?? text;
}
