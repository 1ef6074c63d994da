// einsum, dot and outer against sums written out, and against the ops they stand for.

import assert from "node:assert/strict";
import { dot, einsum, matmul, outer, sum, Tensor, tensor, transpose } from "@shapelens/engine";
import { formatShape, symbol } from "@shapelens/engine/tooling";
import { close, refuses, refusesType, sampleSource } from "../support";

const { normal } = sampleSource(19);

describe("einsum", () => {
  const [a, b] = [normal([3, 4]), normal([4, 5])];

  it("stands for products, traces, transposes and sums", () => {
    close(einsum("ij,jk->ik", a, b).data, matmul(a, b).data, 1e-12, 1e-12);
    close(einsum("ij, jk", a, b).data, matmul(a, b).data, 1e-12, 1e-12);
    close(einsum("ij,jk->ki", a, b).data, transpose(matmul(a, b)).data, 1e-12, 1e-12);
    close(einsum("ba", a).data, transpose(a).data);
    close(einsum("ij->j", a).data, sum(a, 0).data, 1e-12, 1e-12);
    close(einsum("ij,ij->", a, a).data, [Array.from(a.data).reduce((total, x) => total + x * x, 0)], 1e-12);
    assert.equal(
      einsum(
        "ii",
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ).item(),
      5,
    );
    assert.deepEqual(
      einsum(
        "ii->i",
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ).toArray(),
      [1, 4],
    );
    assert.deepEqual(einsum("i,j->ij", tensor([1, 2]), tensor([3, 4])).toArray(), [
      [3, 4],
      [6, 8],
    ]);
  });

  it("is the sum over every label that the result does not have", () => {
    const [x, y, z] = [normal([2, 3]), normal([3, 2, 4]), normal([4])];
    const expected: number[] = [];
    for (let k = 0; k < 4; k++)
      for (let i = 0; i < 2; i++) {
        let total = 0;
        for (let j = 0; j < 3; j++)
          for (let l = 0; l < 2; l++) total += x.data[i * 3 + j]! * y.data[(j * 2 + l) * 4 + k]! * z.data[k]!;
        expected.push(total);
      }
    close(einsum("ij,jlk,k->ki", x, y, z).data, expected, 1e-12, 1e-12);
  });

  it("broadcasts what is under the dots", () => {
    const [x, y] = [normal([2, 1, 3, 4]), normal([5, 4, 2])];
    close(einsum("...ij,...jk->...ik", x, y).data, matmul(x, y).data, 1e-12, 1e-12);
    close(einsum("...ij->...ji", x).data, transpose(x, [0, 1, 3, 2]).data);
    const symbolic = new Tensor([symbol("B"), symbol("T"), 8], "float32");
    assert.equal(formatShape(einsum("...d,hd->...h", symbolic, new Tensor([3, 8], "float32")).dims), "[B, T, 3]");
  });

  it("refuses what does not fit", () => {
    refuses(() => einsum("ij,jk->ik", a, normal([5, 4])), {
      code: "einsum",
      message: '"j" is axis 1 of xs[0] [3, 4] and axis 0 of xs[1] [5, 4]: 4 ≠ 5.',
      numbers: [4, 5],
      axes: [1, 0],
      likely: "[3, 4]",
    });
    refuses(() => einsum("ijk->i", a), {
      code: "einsum",
      message: '"ijk" names 3 axes and xs[0] is [3, 4]: 3 ≠ 2.',
      fix: 'put "..." where axes are not named.',
    });
    refuses(() => einsum("ij,jk->ik", a), {
      code: "einsum",
      message: '"ij,jk->ik" names the axes of 2 tensors, found 1.',
    });
    refuses(() => einsum("ij->ik", a), {
      code: "einsum",
      message: 'the result of "ij->ik" has the axis "k", which no input has.',
      fix: "add the label to an input, or drop it from the result.",
    });
    refuses(() => einsum("ij->ii", a), { code: "einsum", message: 'the result of "ij->ii" has the axis "i" twice.' });
    refusesType(() => einsum("i1->i", a), 'einsum: spec "i1->i" has "1"; expected letters, and "..." at most once.');
    refusesType(
      () => einsum(a as never, a),
      'einsum: spec must be a string, found an object (Tensor); expected something like "ij,jk->ik".',
    );
  });
});

describe("dot and outer", () => {
  it("follow NumPy for every rank", () => {
    assert.equal(dot(tensor([1, 2]), tensor([3, 4])).item(), 11);
    assert.deepEqual(dot(2, tensor([3, 4])).toArray(), [6, 8]);
    const [x, y] = [normal([2, 3]), normal([4, 3, 5])];
    const expected = einsum("ij,kjl->ikl", x, y);
    close(dot(x, y).data, expected.data, 1e-12, 1e-12);
    assert.deepEqual(dot(x, y).shape, [2, 4, 5]);
    assert.deepEqual(outer(tensor([[1, 2]]), tensor([3, 4])).toArray(), [
      [3, 4],
      [6, 8],
    ]);
  });

  it("refuses in its own name", () => {
    assert.throws(
      () => dot(tensor([1, 2]), tensor([1, 2, 3])),
      /^ShapeError: dot: \[2\] · \[3\]: inner dimensions differ/,
    );
  });
});
