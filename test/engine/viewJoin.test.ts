// Joining, cutting, padding and picking: where each number goes, and every way to be refused.

import assert from "node:assert/strict";
import {
  at,
  concat,
  ones,
  pad,
  repeat,
  slice,
  split,
  stack,
  tensor,
  unstack,
  zeros,
  type Tensor,
} from "@shapelens/engine";
import { refuses, refusesType } from "./support";

const x = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const shapesOf = (parts: readonly Tensor[]): (readonly number[])[] => parts.map((part) => part.shape);

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
