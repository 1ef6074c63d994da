// Programs, and edits of them as a person makes them in haste: broken syntax included.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";

const root = join(__dirname, "../..");

/** What an edit can upset that the examples do not have: names given elsewhere, hoisting, contracts, shared state. */
const tricky = `import { type Tensor, concat, Linear, randn, relu, Sequential, zeros } from "@shapelens/engine";
const early = later(randn([4, 8]));
function later(x: Tensor): Tensor { return x.matmul(zeros([8, 3])); }
const kept: Tensor[] = [];
let width = 16;
const widen = () => { width *= 2; kept.push(zeros([2, width])); return width; };
widen();
for (const layer of [new Linear(3, 5), new Linear(5, 7)]) kept.push(layer.forward(zeros([2, layer.inFeatures])));
const [first, ...others] = kept;
const all = concat([first!, ...others], 1);
const states: Tensor<"batch time width"> = randn([2, 20, 64]);
const last = (s: Tensor<"time batch width">) => s.at(-1);
const ended = last(states.transpose([1, 0, 2]));
interface Sizes { inputs: number; outputs: number }
export function build({ inputs, outputs }: Sizes) { return new Sequential(new Linear(inputs, 8), new Linear(8, outputs)); }
export const net = build({ inputs: 10, outputs: 2 });
export class Holder { weight = early; get shape() { return this.weight.shape; } scale(by: number) { this.weight = this.weight.mul(by); } }
export function uncalled(x: Tensor, n: number) { const h = relu(x.matmul(zeros([8, n]))); return h.add(zeros([n])); }
if (Math.random() > 0.5) width = 7;
const tail = zeros([width, 3]).add(early.sum(0));
`;

/** Every program of the examples and the documentation. */
export const programs: readonly string[] = [
  tricky,
  ...readdirSync(join(root, "examples"))
    .filter((name) => /\.[jt]s$/.test(name))
    .map((name) => readFileSync(join(root, "examples", name), "utf8")),
  ...[...readFileSync(join(root, "docs/problems.md"), "utf8").matchAll(/```ts\n([\s\S]*?)```/g)].map(
    ([, code]) => code!,
  ),
];

export type Edit = (text: string) => string;

const pieces = [
  ...["1", "7", "(", ")", "}", "{", ";", "x", " + 1", '"', "export ", "// ", "\n", "/*", "*/", "this.", "await ", ""],
  ...["const q = 3;\n", "\nlet w;\n", "if (x) ", "return ", "\nfunction f(x) { return x; }\n"],
];

/** A number between 0 and 1 that picks a place. */
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const pick = <T>(items: readonly T[], at: number): T | undefined => items[Math.floor(at * items.length)];

function replaceMatch(text: string, pattern: RegExp, at: number, by: (all: readonly string[]) => string): string {
  const found = [...text.matchAll(pattern)];
  const match = pick(found, at);
  if (!match) return text;
  return text.slice(0, match.index) + by(found.map(([word]) => word)) + text.slice(match.index + match[0].length);
}

export const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc
    .record({ at: place, removed: fc.nat({ max: 3 }), piece: fc.constantFrom(...pieces) })
    .map(({ at, removed, piece }): Edit => (text) => {
      const start = Math.floor(at * text.length);
      return text.slice(0, start) + piece + text.slice(start + removed);
    }),
  fc.record({ at: place, size: fc.constantFrom(1, 2, 3, 8, 10, 16, 64, 128, 784) }).map(
    ({ at, size }): Edit =>
      (text) =>
        replaceMatch(text, /\d+/g, at, () => String(size)),
  ),
  fc.record({ at: place, other: place }).map(
    ({ at, other }): Edit =>
      (text) =>
        replaceMatch(text, /\b[a-zA-Z]\w*\b/g, at, (words) => pick(words, other)!),
  ),
  fc.record({ from: place, to: place, isCopied: fc.boolean() }).map(({ from, to, isCopied }): Edit => {
    return (text) => {
      const lines = text.split("\n");
      const index = Math.floor(from * lines.length);
      const line = lines[index]!;
      if (!isCopied) lines.splice(index, 1);
      lines.splice(Math.floor(to * lines.length), 0, ...(isCopied ? [line] : []));
      return lines.join("\n");
    };
  }),
);
