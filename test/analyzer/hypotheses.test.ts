// What a message guesses at, where there is something near: it stands beside both numbers and their origins.

import assert from "node:assert/strict";
import { analyse } from "./check";

const head =
  'import { add, Conv2d, crossEntropy, Linear, LSTM, matmul, mse, MultiHeadAttention, randint, randn, zeros } from "@shapelens/engine";\n';

const cases: Readonly<Record<string, readonly [program: string, message: RegExp]>> = {
  "a transposed operand": ["matmul(randn([8, 4]), randn([3, 4]));", /4 ≠ 3[^]*Fix: transpose the second operand/],
  "channels that come last": [
    "new Conv2d(3, 8, 3).forward(randn([4, 32, 32, 3]));",
    /3 channels ≠ 32[^]*Fix: the channels seem to be in the last axis/,
  ],
  "other channels, where the image has its axes in order": [
    "new Conv2d(64, 8, 3).forward(randn([4, 32, 64, 64]));",
    /64 channels ≠ 32[^]*Fix: give it 64 channels, or make the layer for 32/,
  ],
  "a missing batch axis": [
    "new Conv2d(3, 8, 3).forward(randn([3, 32, 32]));",
    /Fix: add the batch axis: expandDims\(x, 0\) is \[1, 3, 32, 32\]/,
  ],
  "a missing channel axis": [
    "new Conv2d(1, 8, 3).forward(randn([4, 32, 32]));",
    /Fix: add the channel axis: expandDims\(x, 1\) is \[4, 1, 32, 32\]/,
  ],
  "a missing flatten": [
    "new Linear(784, 8).forward(zeros([4, 1, 28, 28]));",
    /784 features ≠ 28[^]*Fix: flatten the input first: flatten\(x, 1\) is \[4, 784\]/,
  ],
  "a padding that is missing before a dense layer": [
    "const h = new Conv2d(1, 6, 5).forward(zeros([4, 1, 28, 28]));\nnew Linear(6 * 28 * 28, 8).forward(h.flatten(1));",
    /4704 features ≠ 3456[^]*makes 24 of 28; with padding: "same" it would keep 28/,
  ],
  "a padding that is missing in a block": [
    "const x = zeros([4, 8, 28, 28]);\nadd(new Conv2d(8, 8, 3).forward(x), x);",
    /26 ≠ 28[^]*makes 26 of 28; with padding: "same" it would keep 28/,
  ],
  "arguments of a loss that changed places": [
    "crossEntropy(randint(0, 5, [8]), randn([8, 5]));",
    /Fix: logits and target seem to have changed places/,
  ],
  "a target without its column": [
    "mse(randn([8, 1]), randn([8]));",
    /Fix: use expandDims\(target, 1\), or squeeze\(pred, 1\)/,
  ],
  "time and features that changed places": [
    "new MultiHeadAttention(64, 8).forward(randn([2, 64, 10]));",
    /64 ≠ 10[^]*Fix: its axes 1 and 2 seem to have changed places: swapAxes\(q, 1, 2\)/,
  ],
  "classes that come last": [
    "crossEntropy(randn([8, 20, 50]), randint(0, 50, [8, 20]));",
    /Fix: the classes of the logits seem to be in their last axis/,
  ],
};

describe("A message names", () => {
  for (const [name, [program, message]] of Object.entries(cases)) {
    it(name, () => {
      const { problems } = analyse(head + program);
      assert.equal(problems.length, 1);
      assert.match(problems[0]!.message, message);
    });
  }

  it("no padding where a stride made the image smaller", () => {
    const { problems } = analyse(
      `${head}const x = zeros([4, 8, 28, 28]);\nadd(new Conv2d(8, 8, 3, { stride: 2, padding: 1 }).forward(x), x);`,
    );
    assert.equal(problems.length, 1);
    assert.ok(!problems[0]!.message.includes("padding"));
  });
});
