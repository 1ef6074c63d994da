// Losses: the formulas written out, extreme scores, and targets that do not fit.

import assert from "node:assert/strict";
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  huber,
  mae,
  mse,
  oneHot,
  ones,
  Tensor,
  tensor,
  transpose,
  zeros,
} from "@shapelens/engine";
import { Facts, formatShape, symbol, withFacts } from "@shapelens/engine/tooling";
import { close, refuses, refusesType } from "./support";

const wide = (values: Parameters<typeof tensor>[0]): Tensor => tensor(values, { dtype: "float64" });
const pred = wide([1, 2, 5]);
const target = wide([1, 4, 1]);

describe("losses of numbers", () => {
  it("follow their formulas", () => {
    close([mse(pred, target).item(), mae(pred, target).item()], [20 / 3, 2]);
    close([huber(pred, target).item(), huber(pred, target, { delta: 3 }).item()], [5 / 3, (0 + 2 + 7.5) / 3]);
    assert.deepEqual(mse(pred, target, { reduction: "none" }).toArray(), [0, 4, 16]);
    assert.equal(mse(pred, target, { reduction: "sum" }).item(), 20);
    assert.deepEqual(
      [mse(pred, target).shape, mse(pred, tensor([1, 4, 1], { dtype: "int32" })).dtype],
      [[], "float64"],
    );
    assert.ok(Number.isNaN(mse(zeros([0]), zeros([0])).item()));
    assert.equal(mse(zeros([0]), zeros([0]), { reduction: "sum" }).item(), 0);
    assert.equal(pred.mse(target).item(), mse(pred, target).item());
  });
});

describe("the binary cross-entropies", () => {
  it("follow the formula", () => {
    const p = [0.2, 0.9];
    const t = [1, 0];
    const expected = p.map((v, i) => -(t[i]! * Math.log(v) + (1 - t[i]!) * Math.log(1 - v)));
    close(binaryCrossEntropy(wide(p), wide(t), { reduction: "none" }).data, expected);
    const logits = p.map((v) => Math.log(v / (1 - v)));
    close(binaryCrossEntropyWithLogits(wide(logits), wide(t), { reduction: "none" }).data, expected);
  });

  it("stay finite for certainties and for scores of any size", () => {
    close(binaryCrossEntropy(wide([0, 1, 0]), wide([0, 0, 1]), { reduction: "none" }).data, [0, 100, 100]);
    const scores = tensor([1e4, -1e4, 1e4], { dtype: "float64", requiresGrad: true });
    const loss = binaryCrossEntropyWithLogits(scores, wide([1, 1, 0]), { reduction: "sum" });
    assert.equal(loss.item(), 2e4);
    loss.backward();
    close(scores.grad!.data, [0, -1, 1]);
  });

  it("refuse what is no probability", () => {
    assert.throws(() => binaryCrossEntropy(wide([1.5]), wide([1])), {
      name: "RangeError",
      message:
        "binaryCrossEntropy: prob must lie in 0 … 1, found 1.5.\n  Fix: apply sigmoid first, or use binaryCrossEntropyWithLogits.",
    });
  });
});

describe("crossEntropy", () => {
  const logits = wide([
    [1, 2, 3],
    [1, 0, -1],
  ]);
  const logSum = (row: readonly number[]): number => Math.log(row.reduce((sum, v) => sum + Math.exp(v), 0));
  const expected = [logSum([1, 2, 3]) - 3, logSum([1, 0, -1]) - 1];

  it("takes class ids, of whatever type", () => {
    const average = (expected[0]! + expected[1]!) / 2;
    close([crossEntropy(logits, tensor([2, 0])).item()], [average]);
    close([crossEntropy(logits, tensor([2, 0], { dtype: "int32" })).item()], [average]);
    close(crossEntropy(logits, tensor([2, 0]), { reduction: "none" }).data, expected);
    close([crossEntropy(logits, tensor([2, 0]), { reduction: "sum" }).item()], [expected[0]! + expected[1]!]);
  });

  it("takes one-hot rows and probabilities", () => {
    close(
      crossEntropy(logits, oneHot(tensor([2, 0], { dtype: "int32" }), 3), { reduction: "none" }).data,
      expected,
      1e-12,
    );
    const half = wide([
      [0, 0.5, 0.5],
      [1, 0, 0],
    ]);
    close(crossEntropy(logits, half, { reduction: "none" }).data, [logSum([1, 2, 3]) - 2.5, expected[1]!]);
  });

  it("has its classes in axis 1, whatever follows", () => {
    const image = wide([
      [
        [1, 1],
        [2, 0],
        [3, -1],
      ],
    ]);
    close(crossEntropy(image, tensor([[2, 0]]), { reduction: "none" }).data, expected);
    assert.deepEqual(crossEntropy(ones([2, 3, 4, 5]), zeros([2, 4, 5]), { reduction: "none" }).shape, [2, 4, 5]);
    assert.deepEqual(crossEntropy(ones([2, 3, 4, 5]), zeros([2, 4, 5])).shape, []);
  });

  it("stays exact for scores of any size", () => {
    const scores = tensor(
      [
        [1e4, -1e4],
        [-1e4, 1e4],
      ],
      { dtype: "float64", requiresGrad: true },
    );
    const loss = crossEntropy(scores, tensor([0, 0]), { reduction: "sum" });
    assert.equal(loss.item(), 2e4);
    loss.backward();
    assert.deepEqual(scores.grad!.toArray(), [
      [0, 0],
      [-1, 1],
    ]);
    assert.equal(crossEntropy(wide([[0, -Infinity]]), wide([[1, 0]])).item(), 0);
  });

  it("has the gradient (softmax − one-hot) / N", () => {
    const scores = tensor(logits.data, { shape: [2, 3], dtype: "float64", requiresGrad: true });
    crossEntropy(scores, tensor([2, 0])).backward();
    const rows = [
      [1, 2, 3],
      [1, 0, -1],
    ];
    const wanted = rows.map((row, i) => row.map((v, c) => (Math.exp(v - logSum(row)) - (c === [2, 0][i] ? 1 : 0)) / 2));
    close(scores.grad!.data, wanted.flat(), 1e-12, 1e-15);
  });

  it("refuses targets in any other shape, and names both legal ones", () => {
    refuses(() => crossEntropy(ones([64, 10]), zeros([32])), {
      code: "loss-target",
      message:
        "logits are [64, 10] and target is [32]: expected class ids [64], or one-hot rows or probabilities [64, 10]; 64 ≠ 32.",
      fix: "make target [64] with one class id each.",
      numbers: [64, 32],
      axes: [0, 0],
      likely: "[]",
    });
    refuses(() => crossEntropy(ones([64, 10]), zeros([64, 1])), {
      code: "loss-target",
      message:
        "logits are [64, 10] and target is [64, 1]: expected class ids [64], or one-hot rows or probabilities [64, 10]; 10 ≠ 1.",
      fix: "drop the axis of length 1 from the ids: squeeze(target, 1).",
      axes: [1, 1],
    });
    refuses(() => crossEntropy(ones([2, 7, 10]), zeros([2, 7])), {
      code: "loss-target",
      message:
        "logits are [2, 7, 10] and target is [2, 7]: expected class ids [2, 10], or one-hot rows or probabilities [2, 7, 10]; 10 ≠ 7.",
      fix: "the classes of the logits seem to be in their last axis: move them to axis 1 with swapAxes(logits, 1, -1), or join all other axes with reshape.",
      axes: [2, 1],
    });
    refuses(() => crossEntropy(ones([2, 3, 4, 5]), zeros([2, 4, 5, 3])), {
      code: "loss-target",
      message:
        "logits are [2, 3, 4, 5] and target is [2, 4, 5, 3]: expected class ids [2, 4, 5], or one-hot rows or probabilities [2, 3, 4, 5]; 3 ≠ 4.",
      fix: "the classes of target are in its last axis: move them to axis 1 with transpose.",
    });
    refuses(() => crossEntropy(ones([2, 3]), 1), {
      code: "loss-target",
      message:
        "logits are [2, 3] and target is []: expected class ids [2], or one-hot rows or probabilities [2, 3]; found 0 axes.",
      fix: "make target [2] with one class id each.",
      numbers: [1, 0],
    });
    refuses(() => crossEntropy(ones([3]), tensor(1)), {
      code: "rank",
      message: "logits are [3]: expected at least 2 axes, [batch, classes], found 1.",
      fix: "for a single sample use expandDims(logits, 0).",
    });
  });

  it("refuses ids that are no class", () => {
    refuses(() => crossEntropy(ones([2, 3]), tensor([0, 3])), {
      code: "loss-target",
      message:
        "target holds the class id 3 (element 1), and logits [2, 3] have 3 classes: expected whole numbers from 0 to 2.",
      fix: "ids count from 0: subtract 1, or give the last layer one more output.",
      numbers: [3, 3],
    });
    for (const id of [-1, 0.5, NaN]) {
      refuses(() => crossEntropy(ones([1, 3]), tensor([id])), {
        code: "loss-target",
        message: `target holds the class id ${id} (element 0), and logits [1, 3] have 3 classes: expected whole numbers from 0 to 2.`,
      });
    }
  });
});

describe("a loss of pairs refuses", () => {
  const losses = {
    mse: { loss: mse, name: "pred" },
    mae: { loss: mae, name: "pred" },
    huber: { loss: huber, name: "pred" },
    binaryCrossEntropy: { loss: binaryCrossEntropy, name: "prob" },
    binaryCrossEntropyWithLogits: { loss: binaryCrossEntropyWithLogits, name: "logits" },
  };
  for (const [op, { loss, name }] of Object.entries(losses)) {
    it(`${op} of shapes that merely broadcast`, () => {
      refuses(() => loss(ones([5, 1]), zeros([5])), {
        code: "loss-target",
        message: `${name} is [5, 1] and target is [5]: their shapes must be equal, found 2 ≠ 1 axes.`,
        fix: `use expandDims(target, 1), or squeeze(${name}, 1).`,
        numbers: [2, 1],
        likely: "[]",
      });
      refuses(() => loss(ones([5, 2]), zeros([5, 1])), {
        code: "loss-target",
        message: `${name} is [5, 2] and target is [5, 1]: their shapes must be equal, found 2 ≠ 1 at axis 1.`,
        fix: "make target [5, 2].",
        numbers: [2, 1],
        axes: [1, 1],
      });
      refuses(() => loss(ones([5]), 0), {
        code: "loss-target",
        message: `${name} is [5] and target is []: their shapes must be equal, found 1 ≠ 0 axes.`,
        fix: `make target a tensor of ${name}'s shape, for example with full.`,
      });
    });

    it(`${op} with arguments of the wrong kind`, () => {
      const call = loss as (...args: unknown[]) => unknown;
      refusesType(
        () => call(ones([1]), ones([1]), { reduction: "average" }),
        `${op}: reduction must be "mean", "sum" or "none", found "average".`,
      );
      refusesType(
        () => call(ones([1]), ones([1]), "sum"),
        `${op}: options must be an object such as { reduction }, found "sum".`,
      );
      assert.throws(() => call(ones([1]), ones([1]), { weight: 1 }), /unknown option "weight"; expected reduction/);
      refusesType(
        () => call(ones([1]), [0]),
        `${op}: argument 2 must be a tensor or a number, found an array of 1. Wrap it: tensor(…).`,
      );
    });
  }

  it("other shapes, with the fix that fits them", () => {
    const fix = (a: Tensor, b: Tensor): string | undefined => {
      try {
        mse(a, b);
      } catch (error) {
        return (error as { suggestion?: string }).suggestion;
      }
      return undefined;
    };
    assert.equal(fix(ones([5]), zeros([5, 1])), "use squeeze(target, 1).");
    assert.equal(fix(ones([5, 2]), transpose(zeros([5, 2]))), "use transpose(target).");
    assert.equal(fix(ones([5, 2]), zeros([10])), "use reshape(target, [5, 2]), if its numbers come in that order.");
    assert.equal(fix(ones([5, 2]), zeros([7])), "make target [5, 2].");
    refusesType(() => huber(pred, target, { delta: 0 }), "huber: delta must be greater than 0, found 0.");
    refusesType(() => huber(pred, target, { delta: NaN }), "huber: delta must be a number, found NaN.");
  });

  it("nothing of a symbol that may be the number, and learns which it is", () => {
    const batch = symbol("B");
    withFacts(new Facts(), () => {
      const unreduced = mse(new Tensor([batch, 3], "float32"), ones([5, 3]), { reduction: "none" });
      assert.equal(formatShape(unreduced.dims), "[5, 3]");
      assert.equal(formatShape([batch]), "[5]");
    });
  });
});
