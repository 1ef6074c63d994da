// What a file exports as `inputs` is what its model is tried with.

import assert from "node:assert/strict";
import { createAnalyzer } from "../../src/analyzer/analyzer";
import { type Facts } from "../../src/analyzer/facts";
import { memoryFileSystem } from "../../src/analyzer/program/fileSystem";
import { analyse, check, shapeOf } from "./check";

const head =
  'import { Conv2d, Embedding, Flatten, Linear, Module, Sequential, Tensor, concat, mse, randint, randn, relu } from "@shapelens/engine";\n';

const reader = `${head}
export class Reader extends Module {
  first = new Linear(784, 128);
  forward(images: Tensor) { const x = images.flatten(1); return this.first.forward(x); }
}
`;

/** The models of a file as `name(inputs) → output`. */
function modelsOf({ models }: Facts): string[] {
  return models.map(({ name, inputs, output }) => {
    const takes = inputs.map((each) => `${each.name}: [${each.shape.join(", ")}] ${each.dtype}`).join(", ");
    return `${name}(${takes}) → ${output}`;
  });
}

/** Each program with what its model, the first that is exported, is shown to take and to give. */
const shown: readonly (readonly [title: string, program: string, model: string])[] = [
  [
    "an instance",
    `${reader}export const inputs = randn([3000, 1, 28, 28]); export const model = new Reader();`,
    "Reader(images: [batch, 1, 28, 28] float32) → [batch, 128]",
  ],
  [
    "a class",
    `${reader}export const inputs = randn([60, 1, 28, 28]);`,
    "Reader(images: [batch, 1, 28, 28] float32) → [batch, 128]",
  ],
  [
    "a function",
    `${head}export const pixels = (x: Tensor) => x.flatten(1); export const inputs = randn([9, 3, 8, 8]);`,
    "pixels(x: [batch, 3, 8, 8] float32) → [batch, 192]",
  ],
  [
    "a model of the engine's",
    `${head}export const net = new Sequential(new Conv2d(3, 4, 3), new Flatten()); export const inputs = randn([9, 3, 8, 8]);`,
    "net(x: [batch, 3, 8, 8] float32) → [batch, 144]",
  ],
  [
    "a model of two inputs, which share their rows",
    `${head}export class Pair extends Module {
  forward(a: Tensor, b: Tensor) { return concat([a, b], 1); }
}
export const model = new Pair();
export const inputs = [randn([64, 3]), randn([64, 5])];`,
    "Pair(a: [batch, 3] float32, b: [batch, 5] float32) → [batch, 8]",
  ],
  [
    "class ids",
    `${head}export class Words extends Module { table = new Embedding(50, 8); forward(ids: Tensor) { return this.table.forward(ids); } }
export const inputs = randint(0, 50, [20, 12]);`,
    "Words(ids: [batch, 12] int32) → [batch, 12, 8]",
  ],
  [
    "a batch that the model insists on",
    `${head}export class Fixed extends Module { forward(x: Tensor) { return x.reshape([20, 3, 4]); } }
export const inputs = randn([20, 12]);`,
    "Fixed(x: [20, 12] float32) → [20, 3, 4]",
  ],
  [
    "a length that the model has a name for and asks nothing of",
    `${head}export class Doubled extends Module {
  forward(x: Tensor) { const [rows, time] = x.shape; return x.reshape([rows!, time!, 2, 4]); }
}
export const inputs = randn([20, 12, 8]);`,
    "Doubled(x: [rows, time, 8] float32) → [rows, time, 2, 4]",
  ],
];

describe("the exported inputs", () => {
  for (const [title, program, model] of shown) {
    it(`are what is shown of ${title}`, () => {
      assert.equal(modelsOf(check(program))[0], model);
    });
  }

  for (const [way, text] of [
    ["as one object", "const model = new Net();\nmodule.exports = { model, inputs: randn([8, 20]) };"],
    ["one by one", "exports.model = new Net();\nexports.inputs = randn([8, 20]);"],
  ]) {
    it(`are found where a CommonJS file exports them ${way}`, () => {
      const facts = check(
        `const { Linear, Module, randn } = require("@shapelens/engine");
class Net extends Module {
  first = new Linear(20, 4);
  forward(x) { return this.first.forward(x); }
}
${text}
`,
        "/main.js",
      );
      assert.deepEqual(modelsOf(facts), ["model(x: [batch, 20] float32) → [batch, 4]"]);
      assert.equal(shapeOf(facts, "x"), "[batch, 20]");
    });
  }

  it("are whole numbers where they are called ids and nothing is exported", () => {
    const facts = check(
      `${head}export class Words extends Module { table = new Embedding(9, 4); forward(ids: Tensor) { const [n, t, m] = ids.shape; return this.table.forward(ids.reshape([n!, t!, m!])); } }`,
    );
    assert.equal(facts.shapes.find(({ name }) => name === "ids")?.dtype, "int32");
  });

  it("leave a model that they do not fit as it is", () => {
    const facts = check(`${head}
export class Wide extends Module { first = new Linear(8, 4); forward(x: Tensor) { const h = this.first.forward(x); return h; } }
export const inputs = randn([20, 5]);
`);
    assert.equal(shapeOf(facts, "h"), "[…, 4]");
  });

  it("belong to none of two models", () => {
    const facts = check(`${head}
class Wide extends Module { first = new Linear(8, 4); forward(x: Tensor) { return this.first.forward(x); } }
export const a = new Wide();
export const b = new Wide();
export const inputs = randn([20, 8]);
`);
    assert.deepEqual(modelsOf(facts), [
      "a(x: [batch, 8] float32) → [batch, 4]",
      "b(x: [batch, 8] float32) → [batch, 4]",
    ]);
    assert.equal(shapeOf(facts, "x"), "[…, 8]");
  });

  it("that do not fit, beside what is to be learned from them, are a warning that says so", () => {
    const { problems } = check(`${head}
export class Reader extends Module {
  first = new Linear(748, 10);
  forward(images: Tensor) { return this.first.forward(images.flatten(1)); }
//                                                    ^^^^^^^^^^^^^^^^^ warning layer-input
}
export const model = new Reader();
export const inputs = randn([3000, 1, 28, 28]);
export const targets = randn([3000, 10]);
export const loss = mse;
`);
    assert.match(problems[0]!.message, /748 features ≠ 784[^]*This happens with the exported inputs\.$/);
  });

  it("add nothing to a mistake that is one with any input", () => {
    check(`${head}
export class Reader extends Module {
  first = new Linear(784, 10);
  second = new Linear(12, 2);
  forward(images: Tensor) { return this.second.forward(this.first.forward(images.flatten(1))); }
//                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ layer-input
}
export const inputs = randn([3000, 1, 28, 28]);
export const targets = randn([3000, 10]);
`);
  });

  it("lead to an output that the loss compares with the targets", () => {
    const { problems, models } = check(`${head}
export class Reader extends Module {
  first = new Linear(784, 10);
  forward(images: Tensor) { return this.first.forward(images.flatten(1)); }
}
export const inputs = randn([3000, 1, 28, 28]);
export const targets = randn([3000, 9]);
//           ^^^^^^^ warning loss-target
export const loss = mse;
`);
    assert.match(problems[0]!.message, /10 ≠ 9[^]*This happens with the exported inputs and targets\.$/);
    assert.equal(models[0]!.output, "[batch, 10]");
  });

  it("lead to a loss of the file's own, which has its mistake where it is", () => {
    check(`${head}
export class Reader extends Module {
  first = new Linear(784, 10);
  forward(images: Tensor) { return this.first.forward(images.flatten(1)); }
}
export const inputs = randn([3000, 1, 28, 28]);
export const targets = randn([3000, 10]);
export const loss = (output: Tensor, wanted: Tensor) => mse(output.sum(1), wanted);
//                                                                         ^^^^^^ warning loss-target
`);
  });

  it("are followed where they are edited", () => {
    const text = `${reader}export const inputs = randn([50, 28, 28]);\nconst other = 1;\n`;
    const analyzer = createAnalyzer({ fileSystem: memoryFileSystem(new Map()) });
    const seen = [text, text.replace("50, 28, 28", "50, 784"), text.replace("other = 1", "other = 2")].map((each) => {
      analyzer.update("/main.ts", each);
      const facts = analyzer.facts("/main.ts")!;
      assert.deepEqual(facts, analyse(each));
      return shapeOf(facts, "images");
    });
    assert.deepEqual(seen, ["[batch, 28, 28]", "[batch, 784]", "[batch, 28, 28]"]);
  });
});
