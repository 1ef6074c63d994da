// How long the analyzer takes from a keystroke to the facts, beside TypeScript's own incremental parse of the same edit.

import { ts } from "ts-morph";
import { type Analyzer, createAnalyzer } from "../src/analyzer/analyzer";
import { type Benchmark } from "./benchmark";

const lesson = `import { RandomState, sigmoid } from "@shapelens/engine";
const rng = new RandomState(0);
const X = rng.rand(5, 3);
const W1 = rng.rand(3, 4), b1 = rng.rand(4);
const W2 = rng.rand(4, 1), b2 = rng.rand(1);
const a1 = sigmoid(X.matmul(W1).add(b1));
const output = sigmoid(a1.matmul(W2).add(b2));
`;

/** Ten lines of a model; many of them make a long file. */
const block = (n: number): string => `
export class Block${n} extends Module {
  first = new Linear(${64 + n}, 128);
  second = new Linear(128, ${64 + n});
  forward(x: Tensor): Tensor {
    const hidden = relu(this.first.forward(x));
    return this.second.forward(hidden).add(x);
  }
}
export const y${n} = new Block${n}().forward(zeros([32, ${64 + n}]));
`;

const header = 'import { Linear, Module, relu, Tensor, zeros } from "@shapelens/engine";\n';
const blocks = (count: number, from = 0): string =>
  header + Array.from({ length: count }, (_, i) => block(from + i)).join("");

/** Layers in a loop: the same class, one instance each. */
const deep = `${header}
const layers = Array.from({ length: 64 }, () => new Linear(256, 256));
let h = zeros([8, 256]);
for (const layer of layers) h = relu(layer.forward(h));
`;

/** Types a digit at the end of the last shape, then takes it back, as a person would. */
function keystroke(name: string, file: string, text: string, analyzer: Analyzer): Benchmark {
  const other = text.replace(/\d+(\D*)$/, (digits) => `1${digits}`);
  let flip = false;
  return {
    name,
    run: () => {
      flip = !flip;
      analyzer.update(file, flip ? other : text);
      return analyzer.facts(file);
    },
  };
}

function single(name: string, text: string): Benchmark {
  return keystroke(name, "/bench/model.ts", text, createAnalyzer());
}

/** A hundred files of models, one of which is edited. */
function project(): Benchmark {
  const analyzer = createAnalyzer();
  for (let i = 0; i < 100; i++) analyzer.update(`/bench/part${i}.ts`, blocks(10, i * 10));
  const imports = Array.from({ length: 100 }, (_, i) => `import { y${i * 10} } from "./part${i}";\n`).join("");
  const text = imports + blocks(90, 1000);
  analyzer.update("/bench/main.ts", text);
  return keystroke("1,000 lines in a project of 100 files", "/bench/main.ts", text, analyzer);
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
    single("the lesson, 7 lines", lesson),
    single("10 classes, 100 lines", blocks(10)),
    single("100 classes, 1,000 lines", thousand),
    single("1,000 classes, 10,000 lines", blocks(1000)),
    single("64 layers in a loop", deep),
    project(),
    parse(thousand),
  ];
}
