// How long it takes from an edit to the facts, what that grows with, and the memory that many edits take.

import { resolve } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Analyzer, createAnalyzer } from "../../src/analyzer/analyzer";
import { editKinds } from "./edits";
import { blocks, deep, diamond, helper, lesson, project, realistic } from "./sources";
import { startTypeScript } from "./typescript";

const TURNS = 12;

export async function* reports(): AsyncGenerator<string> {
  yield* keystrokes();
  yield "";
  yield* curve("lines", [1000, 10_000, 100_000], (lines) => blocks(lines / 10));
  yield* curve("calls deep, two to each", [5, 10, 15, 20, 25], diamond);
  yield* curve("layers in a loop", [16, 32, 64, 128], deep);
  yield sharedHelper();
  yield memory();
}

/** Each kind of edit of a long file in a project of a hundred, in turns with TypeScript's check of the same text. */
function* keystrokes(): Generator<string> {
  // Beside the engine, so that TypeScript finds its types.
  const files = project(resolve("bench/virtual"));
  const [main] = files.keys();
  const typeScript = startTypeScript(files);
  const analyzer = open(files);
  typeScript.check(main!);
  analyzer.facts(main!);
  const lines = realistic.split("\n").length.toLocaleString("en");
  yield "";
  yield `${`${lines} lines, ${files.size} files`.padEnd(42)}    p50       p95   TypeScript p50       p95     ratio`;
  const edit = (text: string): [own: number, theirs: number] => [
    time(() => (analyzer.update(main!, text), analyzer.facts(main!))),
    time(() => (typeScript.update(main!, text), typeScript.check(main!))),
  ];
  // Both warm up first: an editor is open for hours.
  for (const { texts } of editKinds) texts(realistic).forEach(edit);
  for (const { name, texts } of editKinds) {
    const steps = texts(realistic);
    const turns = Array.from({ length: Math.ceil((2 * TURNS) / steps.length) }, () => steps.map(edit)).flat();
    const own = turns.map(([mine]) => mine);
    const theirs = turns.map(([, other]) => other);
    const [half, most, otherHalf, otherMost] = [own, theirs].flatMap((list) => [at(list, 0.5), at(list, 0.95)]);
    const cells = [half, most].map((value) => `${ms(value!).padStart(8)}`).join("  ");
    const others = [ms(otherHalf!).padStart(15), ms(otherMost!).padStart(8)].join("  ");
    yield `${name.padEnd(42)}${cells}  ${others}  ${(half! / otherHalf!).toFixed(2).padStart(8)}`;
  }
}

/** The first analysis of a program of each size, and an edit of its last number. */
function* curve(what: string, sizes: readonly number[], textOf: (size: number) => string): Generator<string> {
  for (const size of sizes) {
    const analyzer = createAnalyzer();
    const text = textOf(size);
    const other = text.replace(/\d+(\D*)$/, "1$&");
    const first = time(() => (analyzer.update("/model.ts", text), analyzer.facts("/model.ts")));
    const edits = [other, text, other].map((next) =>
      time(() => (analyzer.update("/model.ts", next), analyzer.facts("/model.ts"))),
    );
    yield `${size.toLocaleString("en").padStart(7)} ${what}: opened in ${ms(first)}, edited in ${ms(at(edits, 0.5))}`;
  }
}

/** A change in a file that a tenth of the project imports. */
function sharedHelper(): string {
  const files = project("/project");
  const analyzer = open(files);
  for (const file of files.keys()) analyzer.facts(file);
  const other = helper.replace("1 + by", "2 + by");
  const times = [other, helper, other, helper, other].map((text) =>
    time(() => {
      analyzer.update("/project/helper.ts", text);
      for (const file of analyzer.dependents("/project/helper.ts")) analyzer.facts(file);
    }),
  );
  const count = analyzer.dependents("/project/helper.ts").length;
  return `a helper that others import: ${count} of ${files.size} open files analysed again in ${ms(at(times, 0.5))}`;
}

/** The heap that is in use after many edits of a small project. */
function memory(): string {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const files = new Map([
    ["/lesson.ts", lesson],
    ["/helper.ts", helper],
    ["/model.ts", `import { scaled } from "./helper";\n${blocks(3)}export const z = scaled(y0, 1);\n`],
  ]);
  const analyzer = open(files);
  const seen: string[] = [];
  for (let edit = 1; edit <= 10_000; edit++) {
    const [file, text] = [...files][edit % files.size]!;
    // Another number every time: nothing can be met again.
    analyzer.update(file, text.replace(/(\d+)(\D*)$/, `${edit}$2`));
    for (const each of analyzer.dependents(file)) analyzer.facts(each);
    if (![1000, 2000, 5000, 10_000].includes(edit)) continue;
    collect();
    seen.push(`${(process.memoryUsage().heapUsed / 2 ** 20).toFixed(1)} MB after ${edit.toLocaleString("en")}`);
  }
  return `heap in use over edits: ${seen.join(", ")}`;
}

function open(files: ReadonlyMap<string, string>): Analyzer {
  const analyzer = createAnalyzer();
  for (const [file, text] of files) analyzer.update(file, text);
  return analyzer;
}

function time(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** The number below which the given share of the numbers is. */
const at = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(share * numbers.length))]!;

const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
