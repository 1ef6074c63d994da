// How long the analyzer takes from a keystroke to the facts, beside TypeScript's own incremental parse of the same edit.

import { ts } from "ts-morph";
import { createAnalyzer } from "../src/analyzer/analyzer";
import { blocks, deep, lesson } from "./analyzer/sources";
import { type Benchmark } from "./benchmark";

export { reports } from "./analyzer/reports";

/** Types a digit at the end of the last shape, then takes it back, as a person would. */
function keystroke(name: string, text: string): Benchmark {
  const analyzer = createAnalyzer();
  const other = text.replace(/\d+(\D*)$/, (digits) => `1${digits}`);
  let flip = false;
  return {
    name,
    run: () => {
      flip = !flip;
      analyzer.update("/bench/model.ts", flip ? other : text);
      return analyzer.facts("/bench/model.ts");
    },
  };
}

function parse(text: string): Benchmark {
  let source = ts.createSourceFile("/bench/model.ts", text, ts.ScriptTarget.Latest, true);
  let current = text;
  const other = text.replace(/\d+(\D*)$/, (digits) => `1${digits}`);
  const at = [...text].findIndex((character, i) => character !== other[i]);
  return {
    name: "TypeScript parses the 1,000 lines again",
    run: () => {
      const [removed, added, next] = current === text ? [0, 1, other] : [1, 0, text];
      const change = { span: { start: at, length: removed }, newLength: added };
      source = ts.updateSourceFile(source, next, change);
      current = next;
      return source;
    },
  };
}

export function benchmarks(): Benchmark[] {
  const thousand = blocks(100);
  return [
    keystroke("the lesson, 7 lines", lesson),
    keystroke("10 classes, 100 lines", blocks(10)),
    keystroke("100 classes, 1,000 lines", thousand),
    keystroke("64 layers in a loop", deep(64)),
    parse(thousand),
  ];
}
