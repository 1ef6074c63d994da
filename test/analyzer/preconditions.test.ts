// A call that gives a function a length which is no multiple of what the function needs is to blame for what goes wrong
// inside.

import assert from "node:assert/strict";
import { createAnalyzer } from "../../src/analyzer/analyzer";
import { check } from "./check";

const head = `import { arange, concat, Conv2d, ConvTranspose2d, Embedding, Linear, maxPool2d, Module, randn, relu, type Tensor, zeros } from "@shapelens/engine";
class Twice extends Module {
  up = new ConvTranspose2d(1, 1, 2, { stride: 2 });
  forward(x: Tensor) {
    const half = maxPool2d(x, 2);
    const quarter = this.up.forward(maxPool2d(half, 2));
    return concat([this.up.forward(concat([half, quarter], 0).slice([0, x.shape[0]!])), x], 1);
  }
}
const heads = (x: Tensor, n: number) => {
  const [batch, time, width] = x.shape as [number, number, number];
  return x.reshape([batch, time, n, width / n]);
};
const net = new Twice();
`;

/** Each call with the blamed argument under carets, and what the message says. */
const blamed: readonly (readonly [title: string, program: string, message: RegExp])[] = [
  [
    "one side of an image",
    `net.forward(zeros([2, 1, 98, 100]));
//          ^^^^^^^^^^^^^^^^^^^^^^ precondition`,
    /^Twice\.forward: height must be a multiple of 4, found x \[2, 1, 98, 100\]\.\n {2}98 is axis 2 of x, from zeros\(\[2, 1, 98, 100\]\) \(line 15\)\n {2}inside it, concat: [^\n]* \(line 7\)\n {2}Fix: the nearest that fit are x \[2, 1, 96, 100\] and x \[2, 1, 100, 100\]\.$/,
  ],
  [
    "both sides",
    `const images = zeros([2, 1, 30, 99]);
net.forward(images);
//          ^^^^^^ precondition`,
    /height and width must be multiples of 4[^]*x \[2, 1, 28, 96\] and x \[2, 1, 32, 100\]/,
  ],
  [
    "a length by the name that the function has for it",
    `heads(zeros([2, 5, 30]), 4);
//    ^^^^^^^^^^^^^^^^^ precondition`,
    /^heads: width must be a multiple of 4[^]*x \[2, 5, 28\] and x \[2, 5, 32\]/,
  ],
  [
    "the outermost call, where the size was chosen",
    `const run = (images: Tensor) => net.forward(relu(images));
run(zeros([1, 1, 64, 66]));
//  ^^^^^^^^^^^^^^^^^^^^^ precondition`,
    /^run: width must be a multiple of 4[^]*images \[1, 1, 64, 64\] and images \[1, 1, 64, 68\]/,
  ],
  [
    "the call inside a function that makes the size itself",
    `const train = () => { const images = zeros([1, 1, 6, 8]); return net.forward(images); };
//                                                                           ^^^^^^ precondition
train();`,
    /height must be a multiple of 4[^]*x \[1, 1, 4, 8\] and x \[1, 1, 8, 8\]/,
  ],
  [
    "two arguments that need to be alike",
    `const both = (a: Tensor, b: Tensor) => concat([heads(a, 3), heads(b, 3)], 1);
both(zeros([2, 5, 10]), zeros([2, 6, 10]));
//   ^^^^^^^^^^^^^^^^^ precondition`,
    /width and axis 2 of b must be multiples of 3[^]*a \[2, 5, 9\] with b \[2, 6, 9\] and a \[2, 5, 12\] with b \[2, 6, 12\]/,
  ],
];

/** Mistakes that the caller is not to blame for. */
const inside: readonly (readonly [title: string, program: string])[] = [
  [
    "a length that has to be one number",
    `const wide = (x: Tensor) => x.matmul(zeros([7, 3]));
//                                   ^^^^^^^^^^^^^ matmul-inner
wide(zeros([2, 8]));`,
  ],
  [
    "a number of the function's own that does not divide",
    `class Attention extends Module {
  constructor(readonly width: number, readonly n: number) { super(); }
  forward(x: Tensor) { return x.reshape([2, 5, this.n, this.width / this.n]); }
//                                                     ^^^^^^^^^^^^^^^^^^^ whole-number
}
new Attention(30, 4).forward(zeros([2, 5, 30]));`,
  ],
  [
    "a mistake that another size does not mend",
    `const wrong = (x: Tensor) => heads(x, 4).matmul(zeros([3, 3]));
//                                              ^^^^^^^^^^^^^ matmul-inner
wrong(zeros([2, 5, 32]));`,
  ],
];

describe("A call is to blame for", () => {
  for (const [title, program, message] of blamed) {
    it(title, () => {
      const { problems } = check(head + program);
      assert.match(problems[0]!.message, message);
      assert.ok(problems[0]!.related.some((each) => each.message.startsWith("inside it, ")));
    });
  }
});

describe("A call is not to blame for", () => {
  for (const [title, program] of inside) it(title, () => void check(head + program));

  it("what its function catches", () => {
    check(`${head}
const safe = (x: Tensor) => { try { return heads(x, 4); } catch { return x; } };
safe(zeros([2, 5, 30]));
`);
  });

  it("sizes that fit", () => {
    check(`${head}net.forward(zeros([2, 1, 96, 100]));\nheads(zeros([2, 5, 32]), 4);\n`);
  });
});

/** Functions nobody calls with what they are shown to require. */
const required: readonly (readonly [body: string, requires: readonly string[]])[] = [
  ["(x: Tensor) => x.matmul(zeros([7, 3]))", ["requires x: [*, 7]"]],
  ["(x: Tensor) => net.forward(x)", ["requires x: [batch, 1, height, width]", "requires 4 | height and 4 | width"]],
  ["(x: Tensor) => heads(x, 12)", ["requires 12 | width"]],
  ["(ids: Tensor<'n steps'>) => new Embedding(64, 8).forward(arange(ids.shape[1]!))", ["requires steps ≤ 64"]],
  ["(x: Tensor, n: number) => heads(x, n)", ["requires n | width"]],
  [
    `(x: Tensor) => {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  if (h % 32 !== 0 || w % 32 !== 0) throw new Error("32");
  return x.reshape([n, c, h / 16, 16, w / 16, 16]);
}`,
    ["requires 32 | h and 32 | w"],
  ],
  ['(x: Tensor<"batch 784">) => x.matmul(zeros([784, 3]))', []],
  ["(x: Tensor) => relu(x)", []],
];

describe("A function nobody calls", () => {
  for (const [body, requires] of required) {
    it(`requires ${requires.join(", ") || "nothing"}: ${body}`, () => {
      const { signatures } = check(`${head}export const f = ${body};\n`);
      assert.deepEqual(signatures.find(({ name }) => name === "f")?.requires, requires);
    });
  }

  it("requires of its lengths what it did before its inputs were given", () => {
    const { signatures } = check(`${head}export { net, Twice };\nexport const inputs = zeros([20, 1, 32, 32]);\n`);
    assert.deepEqual(
      signatures.map(({ name, text, requires }) => [name, text, ...requires]),
      [
        ["Twice.forward", "(x: [batch, 1, 32, 32]) → [batch, 2, 32, 32]", "requires 4 | height and 4 | width"],
        ["heads", "(x: [batch, time, width]) → [batch, time, n, width/n]", "requires n | width"],
      ],
    );
  });
});

describe("A function that is called", () => {
  const text = `${head}net.forward(zeros([1, 1, 8, 8]));\nconst halves = heads(zeros([2, 3, 6]), 2);\n`;

  it("requires what it would if nobody called it, and is shown as it is called", () => {
    const analyzer = createAnalyzer();
    analyzer.update("/main.ts", text);
    const facts = analyzer.facts("/main.ts")!;
    assert.deepEqual(facts.signatures, []);
    assert.deepEqual(
      analyzer.signaturesOfCalled("/main.ts").map(({ name, requires }) => [name, ...requires]),
      [
        ["Twice.forward", "requires x: [batch, 1, height, width]", "requires 4 | height and 4 | width"],
        ["heads", "requires n | width"],
      ],
    );
    assert.deepEqual(analyzer.facts("/main.ts"), facts);
  });

  it("requires something else after an edit", () => {
    const analyzer = createAnalyzer();
    const requires = [text, text.replace("maxPool2d(x, 2)", "maxPool2d(x, 4)"), text].map((each) => {
      analyzer.update("/main.ts", each);
      const fresh = createAnalyzer();
      fresh.update("/main.ts", each);
      assert.deepEqual(analyzer.signaturesOfCalled("/main.ts"), fresh.signaturesOfCalled("/main.ts"));
      return analyzer.signaturesOfCalled("/main.ts").flatMap((signature) => signature.requires);
    });
    assert.deepEqual(requires[0], requires[2]);
    assert.notDeepEqual(requires[0], requires[1]);
  });
});

describe("A blamed call is repaired", () => {
  for (const [size, title] of [
    ["98, 100", "Change 98 to 96 in zeros([2, 1, 98, 100])"],
    ["30, 99", "Change 30 to 32 and 99 to 100"],
  ]) {
    it(`with ${size}`, () => {
      const text = `${head}net.forward(zeros([2, 1, ${size}]));\n`;
      const analyzer = createAnalyzer();
      analyzer.update("/main.ts", text);
      const [problem] = analyzer.facts("/main.ts")!.problems;
      const titles = [...analyzer.fixes("/main.ts", problem!)].flatMap((fix) => fix?.title ?? []);
      assert.ok(titles.includes(title!), titles.join("\n"));
    });
  }
});
