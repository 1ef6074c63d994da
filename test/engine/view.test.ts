// Views: where each number goes, the lengths that are worked out, and every way to be refused.

import assert from "node:assert/strict";
import {
  arange,
  at,
  broadcastTo,
  concat,
  expandDims,
  flatten,
  flip,
  ones,
  pad,
  repeat,
  reshape,
  slice,
  split,
  squeeze,
  stack,
  swapAxes,
  type Tensor,
  tensor,
  transpose,
  unstack,
  zeros,
} from "@shapelens/engine";
import { refuses, refusesType } from "./support";

const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const shapesOf = (parts: readonly Tensor[]): (readonly number[])[] => parts.map((part) => part.shape);

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

describe("concat and stack", () => {
  it("join along an axis that exists, and along a new one", () => {
    assert.deepEqual(concat([x, tensor([[7, 8, 9]])]).toArray(), [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
    assert.deepEqual(concat([x, zeros([2, 0]), tensor([[7], [8]])], -1).toArray(), [
      [1, 2, 3, 7],
      [4, 5, 6, 8],
    ]);
    assert.deepEqual(stack([tensor([1, 2]), tensor([3, 4])]).toArray(), [
      [1, 2],
      [3, 4],
    ]);
    assert.deepEqual(stack([tensor([1, 2]), tensor([3, 4])], -1).toArray(), [
      [1, 3],
      [2, 4],
    ]);
    assert.deepEqual(stack([tensor(1), 2]).toArray(), [1, 2]);
    assert.equal(concat([tensor([1], { dtype: "int32" }), tensor([0.5], { dtype: "float64" })]).dtype, "float64");
  });

  it("refuse lengths that differ", () => {
    refuses(() => concat([ones([2, 3]), ones([4, 5])]), {
      code: "concat-axis",
      message: "xs[0] is [2, 3] and xs[1] is [4, 5]: along axis 0 they cannot be joined, as axis 1 differs, 3 ≠ 5.",
      fix: "make all lengths but that of axis 0 equal.",
      numbers: [3, 5],
      axes: [1, 1],
      likely: "[6, 3]",
    });
    refuses(() => concat([ones([2, 3]), ones([2, 3]), ones([2, 5])]), {
      code: "concat-axis",
      message: "xs[0] is [2, 3] and xs[2] is [2, 5]: along axis 0 they cannot be joined, as axis 1 differs, 3 ≠ 5.",
      fix: "join them along axis 1.",
      axes: [1, undefined, 1],
    });
    refuses(() => stack([ones([2, 3]), ones([2, 4])]), {
      code: "stack-shape",
      message: "xs[0] is [2, 3] and xs[1] is [2, 4]: all shapes must be equal, found 3 ≠ 4 at axis 1.",
      fix: "concat joins along an axis whose lengths differ.",
      numbers: [3, 4],
      axes: [1, 1],
      likely: "[2, 2, 3]",
    });
    refuses(() => stack([ones([2]), ones([2, 1])]), {
      code: "stack-shape",
      message: "xs[0] is [2] and xs[1] is [2, 1]: all shapes must be equal, found 1 and 2 axes.",
      numbers: [1, 2],
    });
  });

  it("refuse ranks, axes and lists that do not fit", () => {
    refuses(() => concat([ones([2, 3]), ones([3])]), {
      code: "rank",
      message: "xs[0] is [2, 3] and xs[1] is [3]: expected 2 axes, found 1.",
      fix: "expandDims adds an axis of length 1.",
      numbers: [2, 1],
      likely: "[2, 3]",
    });
    refuses(() => concat([ones([2]), 3]), {
      code: "rank",
      message: "xs[1] is a scalar, which has no axis to join along.",
      fix: "stack puts scalars side by side along a new axis.",
    });
    refuses(() => concat([x, x], 2), {
      code: "axis-range",
      message: "x is [2, 3]: axis 2 does not exist: expected -2 to 1 for 2 axes.",
      fix: "the last axis is 1, or -1.",
    });
    refuses(() => stack([x, x], 3), {
      code: "axis-range",
      message: "the result has 3 axes: axis 3 does not exist: expected -3 to 2 for 3 axes.",
      likely: "[2, 2, 3]",
    });
    for (const [name, join] of Object.entries({ concat, stack })) {
      const call = join as (...args: unknown[]) => unknown;
      refusesType(
        () => call(x, x),
        `${name}: xs must be a list of tensors, found an object (Tensor). Put them in brackets: ${name}([a, b]).`,
      );
      refusesType(() => call([]), `${name}: xs must be a list of at least one tensor, found an empty list.`);
      refusesType(() => call([x, "y"]), `${name}: argument 2 must be a tensor or a number, found "y".`);
    }
  });
});

describe("split and unstack", () => {
  it("cut into equal parts, into given lengths, and into single positions", () => {
    assert.deepEqual(shapesOf(split(ones([6, 2]), 3)), [
      [2, 2],
      [2, 2],
      [2, 2],
    ]);
    assert.deepEqual(
      split(x, [1, 0, 2], -1).map((part) => part.toArray()),
      [
        [[1], [4]],
        [[], []],
        [
          [2, 3],
          [5, 6],
        ],
      ],
    );
    assert.deepEqual(
      unstack(x, 1).map((part) => part.toArray()),
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    );
    assert.deepEqual(unstack(zeros([0, 2])), []);
  });

  it("refuse parts that do not add up", () => {
    refuses(() => split(ones([10, 3]), 4), {
      code: "split-size",
      message: "axis 0 of [10, 3] has length 10, which is no multiple of 4: it cannot be cut into 4 equal parts.",
      fix: "give the sizes yourself, for example [3, 3, 2, 2].",
      numbers: [10, 4],
      axes: [0],
    });
    refuses(() => split(ones([10, 3]), [3, 4]), {
      code: "split-size",
      message: "axis 0 of [10, 3] has length 10, the sizes [3, 4] add up to 7: 10 ≠ 7.",
      numbers: [10, 7],
    });
    refuses(() => split(x, [3, -1]), { code: "whole-number", message: "sizes[1] is -1; expected a whole number ≥ 0." });
    refuses(() => split(x, 2, 2), {
      code: "axis-range",
      message: "x is [2, 3]: axis 2 does not exist: expected -2 to 1 for 2 axes.",
      fix: "the last axis is 1, or -1.",
    });
    refuses(() => unstack(tensor(1)), {
      code: "axis-range",
      message: "x is []: axis 0 does not exist: a scalar has no axes.",
    });
    refusesType(() => split(x, 0), "split: sizesOrCount must be a whole number ≥ 1, found 0.");
    refusesType(() => split(x, "2" as never), 'split: sizesOrCount must be a whole number ≥ 1, found "2".');
  });
});

describe("pad and repeat", () => {
  it("make tensors longer", () => {
    assert.deepEqual(
      pad(tensor([[1, 2]]), [
        [1, 0],
        [0, 2],
      ]).toArray(),
      [
        [0, 0, 0, 0],
        [1, 2, 0, 0],
      ],
    );
    assert.deepEqual(pad(tensor([1]), [[1, 1]], -1).toArray(), [-1, 1, -1]);
    assert.deepEqual(repeat(tensor([1, 2]), 2, 0).toArray(), [1, 1, 2, 2]);
    assert.deepEqual(repeat(tensor([[1, 2]]), 2, 0).toArray(), [
      [1, 2],
      [1, 2],
    ]);
    assert.deepEqual(repeat(x, 2).shape, [12]);
  });

  it("refuse widths and counts that are none", () => {
    refuses(() => pad(x, [[1, 1]]), {
      code: "rank",
      message: "1 pairs of widths for the 2 axes of [2, 3]: expected 2.",
      fix: "give [0, 0] for an axis that stays as it is.",
      numbers: [2, 1],
    });
    refuses(() => pad(tensor([1]), [[-1, 0]]), {
      code: "whole-number",
      message: "widths[0][0] is -1; expected a whole number ≥ 0.",
    });
    refusesType(
      () => pad(tensor([1]), [1, 1] as never),
      "pad: widths must be a list of [before, after], one for each axis; widths[0] is 1.",
    );
    refusesType(() => pad(x, 1 as never), "pad: widths must be a list of [before, after], one for each axis, found 1.");
    refuses(() => repeat(x, -1, 0), { code: "whole-number", message: "n is -1; expected a whole number ≥ 0." });
    refuses(() => repeat(x, 2, 2), {
      code: "axis-range",
      message: "x is [2, 3]: axis 2 does not exist: expected -2 to 1 for 2 axes.",
      fix: "the last axis is 1, or -1.",
      likely: "[2, 3]",
    });
  });
});

describe("slice and at refuse", () => {
  it("positions that do not exist", () => {
    refuses(() => slice(x, null, 3), {
      code: "axis-range",
      message: "position 3 does not exist on axis 1 of [2, 3], which has length 3: expected -3 to 2.",
      numbers: [3, 3],
      axes: [1],
      likely: "[2]",
    });
    refuses(() => at(x, -3), {
      code: "axis-range",
      message: "position -3 does not exist on axis 0 of [2, 3], which has length 2: expected -2 to 1.",
      likely: "[3]",
    });
    refuses(() => at(zeros([0]), 0), {
      code: "axis-range",
      message: "position 0 does not exist on axis 0 of [0], which has length 0: it is empty.",
    });
    refuses(() => at(tensor(1), 0), {
      code: "rank",
      message: "expected at least one axis to pick position 0 from, found a scalar of shape [].",
      fix: "a scalar is read with item().",
    });
  });

  it("ranges that are too many or none", () => {
    const call = slice as (...args: unknown[]) => unknown;
    refuses(() => slice(x, null, null, [0, 1]), {
      code: "rank",
      message: "3 ranges for the 2 axes of [2, 3]: expected at most 2.",
      numbers: [2, 3],
    });
    refusesType(
      () => call(x, "0:2"),
      'slice: range 1 must be [start, stop, step], a whole number, or null, found "0:2".',
    );
    refusesType(() => call(x, []), "slice: range 1 must be [start, stop, step] with one to three entries, found 0.");
    refusesType(() => call(x, null, [0, 2, 0]), "slice: step of range 2 must not be 0.");
    refusesType(() => call(x, [0.5]), "slice: start of range 1 must be a whole number, found 0.5.");
    refusesType(() => call(x, [0, NaN]), "slice: stop of range 1 must be a whole number, found NaN.");
    refusesType(() => at(x, 1.5), "at: i must be a whole number, found 1.5.");
  });
});
