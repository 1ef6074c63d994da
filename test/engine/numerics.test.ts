// Numerical care: extreme scores, long sums, large offsets, NaN and infinities, thin tails, repeated ids.

import assert from "node:assert/strict";
import {
  binaryCrossEntropyWithLogits,
  crossEntropy,
  embedding,
  expm1,
  layerNorm,
  log1p,
  logSoftmax,
  logSumExp,
  matmul,
  max,
  mean,
  min,
  mul,
  relu,
  softmax,
  softplus,
  std,
  sum,
  type Tensor,
  tensor,
  variance,
} from "@shapelens/engine";
import { close } from "./support";

type Floats = "float32" | "float64";

for (const dtype of ["float32", "float64"] as const satisfies readonly Floats[]) {
  const leaf = (values: number[] | number[][]): Tensor => tensor(values, { dtype, requiresGrad: true });
  const rtol = dtype === "float32" ? 1e-6 : 1e-13;

  describe(`in ${dtype}`, () => {
    it("scores of ±10,000 neither overflow nor lose the answer", () => {
      const scores = leaf([[1e4, -1e4, 9999]]);
      const [p, rest] = [1 / (1 + Math.exp(-1)), 1 / (1 + Math.E)];
      close(softmax(scores).data, [p, 0, rest], rtol);
      close(logSoftmax(scores).data, [Math.log(p), Math.log(p) - 2e4, Math.log(rest)], rtol);
      close(logSumExp(scores).data, [1e4 - Math.log(p)], rtol);
    });

    it("crossEntropy of ±10,000 is the distance, with the gradient p − y", () => {
      const scores = leaf([[1e4, -1e4]]);
      const loss = crossEntropy(scores, tensor([1], { dtype: "int32" }));
      close(loss.data, [2e4], rtol);
      loss.backward();
      close(scores.grad!.data, [1, -1], rtol);
    });

    it("binaryCrossEntropyWithLogits of ±10,000 is 0 when right and the score when wrong", () => {
      const scores = leaf([1e4, -1e4, 1e4, -1e4]);
      const loss = binaryCrossEntropyWithLogits(scores, tensor([1, 0, 0, 1], { dtype }), { reduction: "sum" });
      close(loss.data, [2e4], rtol);
      loss.backward();
      close(scores.grad!.data, [0, 0, 1, -1], rtol);
    });

    it("log1p, expm1 and softplus keep what 1 + x would swallow", () => {
      const tiny = leaf([1e-20, -1e-20]);
      close(log1p(tiny).data, [1e-20, -1e-20], rtol);
      close(expm1(tiny).data, [1e-20, -1e-20], rtol);
      close(softplus(leaf([-50, 0, 1e4])).data, [Math.exp(-50), Math.LN2, 1e4], rtol);
    });

    it("the spread does not drown in an offset of 100,000,000", () => {
      const x = tensor(
        [0, 8, 16, 24].map((value) => 1e8 + value),
        { dtype },
      );
      close(variance(x).data, [80], rtol);
      close(std(x).data, [Math.sqrt(80)], rtol);
    });

    it("a row without variance is normalised to zeros with a finite gradient", () => {
      const x = leaf([[3, 3, 3, 3]]);
      const y = layerNorm(x, 4);
      close(y.data, [0, 0, 0, 0]);
      sum(mul(y, tensor([1, 2, 3, 4], { dtype }))).backward();
      const perUnit = 1 / Math.sqrt(1e-5);
      close(
        x.grad!.data,
        [-1.5, -0.5, 0.5, 1.5].map((value) => value * perUnit),
        rtol,
      );
    });

    it("NaN is never lost on the way", () => {
      const x = leaf([1, NaN, -Infinity]);
      for (const f of [sum, mean, max, min, variance, logSumExp]) assert.ok(Number.isNaN(f(x).item()), f.name);
      assert.ok(Number.isNaN(relu(x).data[1]));
      // 0 · NaN is NaN, in products as well: a matrix kernel must not skip zeros.
      const product = matmul(tensor([[0, 0]], { dtype }), tensor([[NaN], [1]], { dtype }));
      assert.ok(Number.isNaN(product.data[0]));
      const infinite = matmul(tensor([[0, 0]], { dtype }), tensor([[Infinity], [1]], { dtype }));
      assert.ok(Number.isNaN(infinite.data[0]));
    });

    it("an id that is looked up three times gets three gradients", () => {
      const table = leaf([
        [1, 2],
        [3, 4],
        [5, 6],
      ]);
      const rows = embedding(tensor([2, 0, 2, 2], { dtype: "int32" }), table);
      sum(mul(rows, tensor([[1], [10], [100], [1000]], { dtype }))).backward();
      assert.deepEqual(table.grad!.toArray(), [
        [10, 10],
        [0, 0],
        [1101, 1101],
      ]);
    });
  });
}

describe("arithmetic of bools", () => {
  it("gives bools, as in NumPy", () => {
    const [a, b] = [tensor([true, true, false]), tensor([true, false, false])];
    for (const [result, expected] of [
      [a.add(b), [1, 1, 0]],
      [a.mul(b), [1, 0, 0]],
      [a.maximum(b), [1, 1, 0]],
    ] as const) {
      assert.equal(result.dtype, "bool");
      assert.deepEqual([...result.data], expected);
    }
    assert.equal(a.add(b).sum().item(), 2);
  });
});

describe("a long float32 sum", () => {
  it("is as exact as its type: a plain running sum would be off by several hundredths", () => {
    const count = 1_000_000;
    const x = tensor(new Float32Array(count).fill(0.1), { shape: [count] });
    assert.equal(sum(x).item(), Math.fround(count * Math.fround(0.1)));
    assert.equal(mean(x).item(), Math.fround(0.1));
  });
});
