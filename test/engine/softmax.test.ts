// Softmax and its logarithm: published values, extreme scores, refusals.

import assert from "node:assert/strict";
import { logSoftmax, softmax, sum, tensor, zeros } from "@shapelens/engine";
import { close, refuses, refusesType } from "./support";

const scores = (values: readonly number[]): ReturnType<typeof tensor> => tensor(values, { dtype: "float64" });

describe("softmax", () => {
  it("gives the probabilities of the definition", () => {
    const e = [1, 2, 3].map(Math.exp);
    const total = e.reduce((a, b) => a + b, 0);
    close(
      softmax(scores([1, 2, 3])).data,
      e.map((v) => v / total),
    );
    close(
      logSoftmax(scores([1, 2, 3])).data,
      e.map((v) => Math.log(v / total)),
    );
  });

  it("works along any axis, the last unless told", () => {
    const x = tensor(
      [
        [0, 1],
        [0, 3],
      ],
      { dtype: "float64" },
    );
    close(sum(softmax(x), 1).data, [1, 1]);
    close(sum(softmax(x, 0), 0).data, [1, 1]);
    close(softmax(x, 0).data, [0.5, 1 / (1 + Math.exp(2)), 0.5, 1 / (1 + Math.exp(-2))]);
    close(softmax(x, -1).data, softmax(x, 1).data, 0);
    close(x.softmax(0).data, softmax(x, 0).data, 0);
  });

  it("neither overflows nor loses digits at ±10,000", () => {
    for (const shift of [1e4, -1e4]) {
      const x = scores([shift, shift + 1, shift - 1]);
      close(softmax(x).data, softmax(scores([0, 1, -1])).data);
      close(logSoftmax(x).data, logSoftmax(scores([0, 1, -1])).data);
    }
    close(softmax(scores([-1e4, 1e4])).data, [0, 1]);
    close(logSoftmax(scores([-1e4, 1e4])).data, [-2e4, 0]);
    close(softmax(scores([0, -Infinity])).data, [1, 0]);
  });

  it("has nothing to say about nothing, and makes floats of whole numbers", () => {
    assert.deepEqual(
      [softmax(zeros([0, 3])).shape, softmax(zeros([2, 0])).shape],
      [
        [0, 3],
        [2, 0],
      ],
    );
    assert.equal(softmax(tensor([1, 2], { dtype: "int32" })).dtype, "float32");
  });

  for (const [name, op] of Object.entries({ softmax, logSoftmax })) {
    it(`${name} refuses an axis that does not exist`, () => {
      refuses(() => op(zeros([2, 3]), 2), {
        code: "axis-range",
        message: "x is [2, 3]: axis 2 does not exist: expected -2 to 1 for 2 axes.",
        fix: "the last axis is 1, or -1.",
        likely: "[2, 3]",
      });
      refuses(() => op(tensor(1)), {
        code: "axis-range",
        message: "x is []: axis -1 does not exist: a scalar has no axes.",
      });
      refusesType(() => op(zeros([2]), 0.5), `${name}: axis must be a whole number, found 0.5.`);
      refusesType(() => op(zeros([2]), "0" as never), `${name}: axis must be a whole number, found "0".`);
      refusesType(
        () => op([1] as never),
        `${name}: argument 1 must be a tensor or a number, found an array of 1. Wrap it: tensor(…).`,
      );
    });
  }
});
