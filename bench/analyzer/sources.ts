// The programs that are edited: long files of models as people write them, in projects of many files.

const engine =
  'import { Adam, crossEntropy, Linear, Module, randint, relu, softmax, Tensor, zeros } from "@shapelens/engine";\n';

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

export const blocks = (count: number, from = 0): string =>
  'import { Linear, Module, relu, Tensor, zeros } from "@shapelens/engine";\n' +
  Array.from({ length: count }, (_, i) => block(from + i)).join("");

/** Twenty-five lines: a class of several methods, functions that nobody calls, a loop, a training step. */
const chapter = (n: number): string => `
// Chapter ${n}: a classifier and its training.
export class Net${n} extends Module {
  hidden: Linear;
  head: Linear;
  constructor(readonly width = ${32 + n}, classes = 10) {
    super();
    this.hidden = new Linear(64, width);
    this.head = new Linear(width, classes);
  }
  features(x: Tensor): Tensor { return relu(this.hidden.forward(x)); }
  override forward(x: Tensor): Tensor { return this.head.forward(this.features(x)); }
  predict(x: Tensor): Tensor { return softmax(this.forward(x), -1); }
}
function mix${n}(x: Tensor, times: number): Tensor {
  let mixed = x;
  for (let i = 0; i < times; i++) mixed = relu(scaled(mixed, i)).add(x);
  return mixed.matmul(zeros([64, ${8 + n}]));
}
const net${n} = new Net${n}();
const steps${n} = new Adam(net${n}.parameters(), { lr: 1e-3 });
for (let epoch = 0; epoch < 3; epoch++) {
  steps${n}.zeroGrad();
  crossEntropy(net${n}.forward(scaled(zeros([32, 64]), epoch)), randint(0, 10, [32])).backward();
  steps${n}.step();
}
`;

/** What all files of a project import. */
export const helper = `import { relu, type Tensor } from "@shapelens/engine";
export const scaled = (x: Tensor, by: number): Tensor => relu(x.mul(1 + by));
`;

/** About a thousand lines in forty chapters. */
export const realistic =
  engine +
  Array.from({ length: 98 }, (_, i) => `import { y${i * 10} } from "./part${i}";\n`).join("") +
  'import { scaled } from "./helper";\n' +
  Array.from({ length: 36 }, (_, i) => chapter(i)).join("");

/** A hundred files: the long one, the helper, and ninety-eight others that it imports, a tenth of which use the helper. */
export function project(folder: string): Map<string, string> {
  const files = new Map<string, string>([
    [`${folder}/main.ts`, realistic],
    [`${folder}/helper.ts`, helper],
  ]);
  for (let i = 0; i < 98; i++) {
    const uses = 'import { scaled } from "./helper";\n' + `export const scaled${i} = scaled(y${i * 10}, 2);\n`;
    files.set(`${folder}/part${i}.ts`, blocks(10, i * 10) + (i % 10 === 0 ? uses : ""));
  }
  return files;
}

/** Layers in a loop: the same class, one instance each. */
export const deep = (layers: number): string => `import { Linear, relu, zeros } from "@shapelens/engine";
const layers = Array.from({ length: ${layers} }, () => new Linear(256, 256));
let h = zeros([8, 256]);
for (const layer of layers) h = relu(layer.forward(h));
`;

/** Functions that call the one before twice each, so that the last reaches the first along 2^depth ways. */
export const diamond = (depth: number): string =>
  'import { type Tensor, zeros } from "@shapelens/engine";\nconst f0 = (x: Tensor) => x.matmul(zeros([8, 8]));\n' +
  Array.from({ length: depth }, (_, i) => `const f${i + 1} = (x: Tensor) => f${i}(x).add(f${i}(x));\n`).join("") +
  `const end = f${depth}(zeros([4, 8]));\n`;

export const lesson = `import { RandomState, sigmoid } from "@shapelens/engine";
const rng = new RandomState(0);
const X = rng.rand(5, 3);
const W1 = rng.rand(3, 4), b1 = rng.rand(4);
const W2 = rng.rand(4, 1), b2 = rng.rand(1);
const a1 = sigmoid(X.matmul(W1).add(b1));
const output = sigmoid(a1.matmul(W2).add(b2));
`;
