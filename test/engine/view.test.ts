// Views of one tensor: where each number goes, the lengths that are worked out, and every way to be refused.

import assert from "node:assert/strict";
import {
  arange,
  broadcastTo,
  expandDims,
  flatten,
  flip,
  ones,
  reshape,
  squeeze,
  swapAxes,
  tensor,
  transpose,
  zeros,
  Tensor,
} from "@shapelens/engine";
import { addDims, type Dim, Facts, formatShape, mulDims, symbol, withFacts } from "@shapelens/engine/tooling";
import { refuses, refusesType } from "./support";

const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

describe("reshape and its kin", () => {
  it("keep the numbers in row-major order", () => {
    assert.deepEqual(reshape(x, [3, 2]).toArray(), [
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    assert.deepEqual(reshape(x, [-1, 2]).shape, [3, 2]);
    assert.deepEqual(reshape(x, -1).toArray(), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(
      [reshape(zeros([0, 3]), [-1, 3]).shape, reshape(zeros([0, 3]), [5, 0]).shape],
      [
        [0, 3],
        [5, 0],
      ],
    );
    assert.deepEqual(flatten(ones([2, 3, 4]), 1).shape, [2, 12]);
    assert.deepEqual([flatten(x).shape, flatten(tensor(1)).shape, flatten(x, -1).shape], [[6], [1], [2, 3]]);
    assert.deepEqual(squeeze(ones([1, 3, 1])).shape, [3]);
    assert.deepEqual(squeeze(ones([1, 3, 1]), -1).shape, [1, 3]);
    assert.deepEqual(expandDims(x, [0, -1]).shape, [1, 2, 3, 1]);
    assert.deepEqual(reshape(tensor([true, false]), [2, 1]).dtype, "bool");
  });

  it("repeat what is broadcast", () => {
    assert.deepEqual(broadcastTo(tensor([[1], [2]]), [2, 2, 3]).toArray(), [
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
    ]);
    assert.deepEqual(broadcastTo(tensor([1]), [0]).shape, [0]);
  });

  it("refuse a size that does not fit, and say which would", () => {
    refuses(() => reshape(ones([64, 1, 28, 28]), [64, 785]), {
      code: "reshape-size",
      message: "[64, 1, 28, 28] holds 50176 numbers, [64, 785] needs 50240: 50176 ≠ 50240.",
      fix: "use [64, 784].",
      numbers: [50176, 50240],
      likely: "[64, 785]",
    });
    refuses(() => reshape(x, [-1, 4]), {
      code: "reshape-size",
      message: "[2, 3] holds 6 numbers, [-1, 4] needs a multiple of 4.",
      fix: "choose lengths whose product is 6.",
      numbers: [6, 4],
      likely: "[1, 4]",
    });
    refuses(() => reshape(x, [5, 7]), {
      code: "reshape-size",
      message: "[2, 3] holds 6 numbers, [5, 7] needs 35: 6 ≠ 35.",
      fix: "choose lengths whose product is 6.",
    });
    refuses(() => reshape(zeros([0, 3]), [0, -1]), {
      code: "reshape-size",
      message: "[0, 3] holds 0 numbers, with a length of 0 beside it the -1 in [0, -1] could be anything.",
      fix: "choose lengths whose product is 0.",
    });
    refuses(() => reshape(x, [-1, -1]), {
      code: "reshape-size",
      message: "only one length can be -1, found 2 in [-1, -1].",
    });
  });

  it("refuse lengths that are none", () => {
    const call = reshape as (...args: unknown[]) => unknown;
    refuses(() => call(x, [2, 1.5]), {
      code: "whole-number",
      message: "shape[1] is 1.5; expected a whole number ≥ 0.",
    });
    refuses(() => call(x, [NaN, 2]), {
      code: "whole-number",
      message: "shape[0] is NaN; expected a whole number ≥ 0.",
    });
    refuses(() => call(x, [-2, 3]), { code: "whole-number", message: "shape[0] is -2; expected a whole number ≥ 0." });
    refuses(() => call(x, [undefined, 3]), {
      code: "undefined-dimension",
      message: "shape[0] is undefined; expected a whole number.",
    });
    refusesType(() => call(x, "6"), 'reshape: shape must be a list of whole numbers, found "6".');
    refusesType(() => call(x, 3, 2), "reshape: shape goes in brackets: expected [3, 2], found 3, 2.");
    refusesType(() => call("x", [1]), 'reshape: argument 1 must be a tensor or a number, found "x".');
  });

  it("refuse axes that do not exist or are not 1", () => {
    refuses(() => squeeze(ones([5, 3, 1]), 1), {
      code: "axis-range",
      message: "axis 1 of [5, 3, 1] has length 3: expected 1, as only such an axis can be dropped.",
      fix: "use axis 2.",
      numbers: [1, 3],
      axes: [1],
      likely: "[5, 1]",
    });
    refuses(() => squeeze(x, 2), {
      code: "axis-range",
      message: "x is [2, 3]: axis 2 does not exist: expected -2 to 1 for 2 axes.",
      fix: "the last axis is 1, or -1.",
    });
    refuses(() => flatten(x, 2), {
      code: "axis-range",
      message: "x is [2, 3]: startAxis 2 does not exist: expected -2 to 1 for 2 axes.",
      fix: "the last axis is 1, or -1.",
      likely: "[2, 3]",
    });
    refuses(() => expandDims(x, 4), {
      code: "axis-range",
      message: "x is [2, 3] and the result has 3 axes: axis 4 does not exist: expected -3 to 2 for 3 axes.",
      likely: "[2, 3, 1]",
    });
    refusesType(
      () => expandDims(x, undefined as never),
      "expandDims: axis must be a whole number or a list of them, found null.",
    );
  });

  it("refuse what does not broadcast", () => {
    refuses(() => broadcastTo(x, [3, 3]), {
      code: "broadcast",
      message: "[2, 3] does not broadcast to [3, 3]: 2 ≠ 3 at axis -2, and only 1 can be repeated.",
      numbers: [2, 3],
      axes: [0],
      likely: "[3, 3]",
    });
    refuses(() => broadcastTo(x, [3]), {
      code: "broadcast",
      message: "[2, 3] does not broadcast to [3]: it has 2 axes, the shape 1.",
      numbers: [2, 1],
    });
    refuses(() => broadcastTo(ones([2]), [2, 3]), {
      code: "broadcast",
      message: "[2] does not broadcast to [2, 3]: 2 ≠ 3 at axis -1, and only 1 can be repeated.",
      fix: "make it a column first: expandDims(x, 1).",
    });
  });
});

describe("transpose, swapAxes and flip", () => {
  it("move every number to its place", () => {
    assert.deepEqual(transpose(x).toArray(), [
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    assert.deepEqual(x.T.toArray(), transpose(x).toArray());
    const cube = reshape(arange(24), [2, 3, 4]);
    const turned = transpose(cube, [2, 0, -2]);
    assert.deepEqual(turned.shape, [4, 2, 3]);
    assert.equal(turned.at(3).at(1).at(2).item(), cube.at(1).at(2).at(3).item());
    assert.deepEqual(swapAxes(cube, 0, -1).toArray(), transpose(cube, [2, 1, 0]).toArray());
    assert.deepEqual(flip(x, 1).toArray(), [
      [3, 2, 1],
      [6, 5, 4],
    ]);
    assert.deepEqual(flip(x).toArray(), [
      [6, 5, 4],
      [3, 2, 1],
    ]);
  });

  it("refuse axes that are missing, repeated or unknown", () => {
    refuses(() => transpose(ones([2, 3, 4]), [1, 0]), {
      code: "rank",
      message: "axes [1, 0] names 2, and [2, 3, 4] has 3: each is to be named once.",
      fix: "to exchange just two axes use swapAxes(x, a, b).",
      numbers: [3, 2],
      likely: "[3, 2, 4]",
    });
    refuses(() => transpose(x, [1, -1]), {
      code: "rank",
      message: "axes [1, -1] names axis 1 twice, expected each axis of [2, 3] once.",
      fix: "to exchange just two axes use swapAxes(x, a, b).",
    });
    refuses(() => transpose(x, [0, 2]), {
      code: "axis-range",
      message: "x is [2, 3]: axes[1] 2 does not exist: expected -2 to 1 for 2 axes.",
      fix: "the last axis is 1, or -1.",
      likely: "[2, 3]",
    });
    refuses(() => swapAxes(x, 0, 5), {
      code: "axis-range",
      message: "x is [2, 3]: b 5 does not exist: expected -2 to 1 for 2 axes.",
      fix: "the last axis is 1, or -1.",
    });
    refuses(() => flip(x, -3), {
      code: "axis-range",
      message: "x is [2, 3]: axis -3 does not exist: expected -2 to 1 for 2 axes.",
      fix: "the last axis is 1, or -1.",
    });
    const call = transpose as (...args: unknown[]) => unknown;
    refusesType(() => call(x, 1, 0), "transpose: axes goes in brackets: expected [1, 0], found 1, 0.");
    refusesType(() => call(x, 1), "transpose: axes must be a list of whole numbers, found 1.");
    refusesType(() => swapAxes(x, 0, undefined as never), "swapAxes: b must be a whole number, found undefined.");
  });
});

describe("reshape of symbols", () => {
  const image = (batch: Dim): Tensor => new Tensor([batch, 1, 28, 28], "float32");
  const shapeOf = (x: Tensor, shape: readonly Dim[]): string => formatShape(reshape(x, shape as number[]).dims);

  it("works out what is left, without an assumption", () => {
    const batch = symbol("B");
    const facts = new Facts();
    withFacts(facts, () => {
      assert.equal(formatShape(flatten(image(batch), 1).dims), "[B, 784]");
      assert.equal(shapeOf(image(batch), [batch, -1]), "[B, 784]");
      assert.equal(shapeOf(image(batch), [-1, 784]), "[B, 784]");
    });
    assert.deepEqual(facts.assumptions, []);
  });

  it("learns a length from the size that is asked for", () => {
    const batch = symbol("B");
    withFacts(new Facts(), () => {
      assert.equal(shapeOf(image(batch), [64, 784]), "[64, 784]");
      assert.equal(formatShape([batch]), "[64]");
    });
  });

  it("assumes that a length divides, and refuses where it cannot", () => {
    const width = symbol("W");
    const facts = new Facts();
    withFacts(facts, () => assert.equal(shapeOf(new Tensor([width, 3], "float32"), [-1, 2]), "[3*W/2, 2]"));
    assert.equal(facts.assumptions.length, 1);
    const odd = new Tensor([addDims(mulDims(2, width), 1)], "float32");
    assert.throws(() => reshape(odd, [-1, 2]), /holds 2\*W \+ 1 numbers, \[-1, 2\] needs a multiple of 2/);
  });
});
