// Random programs: the same one for the same seed. Most are valid, some are not, and some leave things to chance.

import * as engine from "@shapelens/engine";
import {
  assertion,
  assignment,
  constant,
  dataset,
  number,
  options,
  parts,
  shapeParts,
  swap,
  ternary,
  training,
  variable,
} from "./basics";
import { Builder, type Statement } from "./builder";
import { network, stateful } from "./classes";
import { keyed, lengths, list, traversal } from "./collections";
import { attemptToCompute, branch, chosen, guard, layer, loop, selection, stackOfLayers } from "./control";
import { setFaults, tensorExpression } from "./expressions";
import { closure, factory, generatorFunction, helper, recursion, uncalled } from "./functions";
import { Random } from "./random";
import { attempt, Scope } from "./scope";

const statements: readonly (readonly [weight: number, statement: Statement])[] = [
  [8, constant],
  [3, variable],
  [4, assignment],
  [2, number],
  [2, ternary],
  [2, shapeParts],
  [2, options],
  [1, swap],
  [2, parts],
  [1, assertion],
  [1, training],
  [1, dataset],
  [3, branch],
  [2, chosen],
  [1, guard],
  [3, loop],
  [3, stackOfLayers],
  [1, attemptToCompute],
  [1, selection],
  [4, layer],
  [2, list],
  [1, keyed],
  [2, traversal],
  [2, lengths],
  [4, helper],
  [2, closure],
  [2, factory],
  [1, recursion],
  [1, generatorFunction],
  [2, uncalled],
  [2, network],
  [1, stateful],
];

/** The text of a program, as `parseProgram` reads it. */
export function generate(seed: number): string {
  const random = new Random(seed);
  engine.seed(1);
  setFaults(random.chance(0.5) ? 0 : random.pick([0.02, 0.1]));
  const allowChance = random.chance(0.5);
  const builder = new Builder(random, statements);
  const scope = new Scope();
  const library = random.chance(0.3) ? writeLibrary(random, scope) : undefined;
  builder.some(scope, random.pick([3, 6, 10]));
  const lines = builder.text.split("\n");
  const main = [
    header(builder.text),
    ...(library ? [library.imports] : []),
    ...lines,
    ...builder.calls.map((call) => `// run: ${call}`),
  ];
  const all = [...main, ...(library ? ["// file: lib.ts", library.text] : [])].join("\n");
  return allowChance ? all : decided(all, random);
}

/** The program with every throw of the dice replaced by something that is known. */
function decided(text: string, random: Random): string {
  return text
    .replace(/Math\.floor\(Math\.random\(\) \* 2\)/g, () => String(random.int(0, 1)))
    .replace(/Math\.random\(\)/g, () => random.pick(["0.2", "0.8"]))
    .replace(/process\.env\.LIST \?\? /g, "")
    .replace(/Number\(process\.env\.\w+ \?\? "\d"\)/g, () => String(random.int(0, 3)))
    .replace(/process\.env\.\w+/g, () => random.pick(['"1"', '"2"', '("1" as string)']));
}

/** The imports a text needs: every word in it that the engine exports. */
function header(text: string): string {
  const words = new Set(text.match(/\b[A-Za-z]\w*\b/g));
  const names = Object.keys(engine).filter((name) => words.has(name) && name !== "Tensor");
  return `import { ${[...names.sort(), "type Tensor"].join(", ")} } from "@shapelens/engine";`;
}

/** A second file with a few helpers, and the import of them. */
function writeLibrary(random: Random, scope: Scope): { text: string; imports: string } {
  const builder = new Builder(random, statements, "lib_");
  const inner = new Scope();
  const seedTensor = tensorExpression(random, inner, 0);
  const width = random.int(1, 5);
  const names = ["lib_w", "lib_project", "lib_width", "lib_pair"];
  const lines = [
    `export const lib_w = ${seedTensor.text};`,
    `export const lib_width = ${width};`,
    `export function lib_project(v‹: Tensor›, to = lib_width)‹: Tensor› { return v.matmul(randn([v.shape.at(-1)‹!›, to])); }`,
    `export default (v‹: Tensor›) => ({ left: v, right: relu(v) });`,
    `export const lib_pair = (v‹: Tensor›)‹: [Tensor, Tensor]› => [v, ${random.pick(["v.T", "v.flatten()", "v.sum(0)", "v"])}];`,
  ];
  for (const line of lines) builder.line(line);
  scope.add("lib_w", seedTensor.value);
  scope.add("lib_width", width);
  const values: Record<string, (v: engine.Tensor) => unknown> = {
    lib_project: (v) => v.matmul(engine.zeros([v.shape.at(-1)!, width])),
    lib_both: (v) => ({ left: v, right: v }),
    lib_pair: (v) => [v, v],
  };
  for (const [name, value] of Object.entries(values)) scope.add(name, value);
  const w = attempt("lib_w", scope);
  const imports = `import lib_both, { ${names.join(", ")} } from "./lib";`;
  const uses =
    w.kind === "value" && (w.value as engine.Tensor).rank > 0
      ? `\nconst lib_a = lib_project(lib_w), lib_b = lib_both(lib_w).right, [, lib_c] = lib_pair(lib_a);`
      : "";
  if (uses) scope.add("lib_b", seedTensor.value);
  return { text: `${header(builder.text)}\n${builder.text}`, imports: imports + uses };
}
