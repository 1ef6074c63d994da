// Making tensors: shapes, types, values, and what is refused with which words.

import {
  arange,
  eye,
  full,
  linspace,
  oneHot,
  ones,
  onesLike,
  scalar,
  ShapeError,
  tensor,
  type Tensor,
  type TensorData,
  zeros,
  zerosLike,
} from "@shapelens/engine";
import { formatShape, symbol, withoutData } from "@shapelens/engine/tooling";
import assert from "node:assert/strict";

const is = (x: Tensor, value: unknown, dtype = "float32"): void => {
  assert.deepEqual(x.toArray(), value);
  assert.equal(x.dtype, dtype);
};
const bad = (data: unknown): (() => Tensor) => {
  return () => tensor(data as TensorData);
};

describe("tensor", () => {
  it("reads nested arrays", () => {
    is(tensor(3), 3);
    is(tensor([]), []);
    is(tensor([[], []]), [[], []]);
    assert.deepEqual(tensor([[], []]).shape, [2, 0]);
    is(tensor([[[1, 2]], [[3, 4]]]), [[[1, 2]], [[3, 4]]]);
    is(tensor([true, false]), [true, false], "bool");
    is(tensor([true, 2]), [1, 2]);
  });

  it("takes the type of typed arrays", () => {
    is(tensor(Float64Array.of(0.1)), [0.1], "float64");
    is(tensor(Uint8Array.of(7, 255)), [7, 255], "int32");
    is(tensor([Float32Array.of(1, 2), Float32Array.of(3, 4)]), [
      [1, 2],
      [3, 4],
    ]);
    is(tensor(Float32Array.of(1, 2, 3, 4), { shape: [2, 2] }), [
      [1, 2],
      [3, 4],
    ]);
  });

  it("converts to the type that is asked for", () => {
    is(tensor([0.1], { dtype: "float64" }), [0.1], "float64");
    is(tensor([1.9, -1.9], { dtype: "int32" }), [1, -1], "int32");
    is(tensor([0, 0.5, NaN], { dtype: "bool" }), [false, true, true], "bool");
  });

  it("copies its data", () => {
    const data = Float32Array.of(1);
    const x = tensor(data);
    data[0] = 2;
    is(x, [1]);
  });

  it("names the place where lists are ragged", () => {
    assert.throws(
      bad([[1, 2], [3]]),
      /^TypeError: tensor: data\[1\] is ragged: found 1 elements where data\[0\] has 2\.$/,
    );
    assert.throws(
      bad([
        [[1], [2]],
        [[3], 4],
      ]),
      /data\[1\]\[1\] is ragged: found 4 where data\[1\]\[0\] is a list of 1/,
    );
    assert.throws(bad([1, [2]]), /data\[1\] is ragged: found a list of 1 where data\[0\] is a number/);
    assert.throws(bad([[], [1]]), /data\[1\] is ragged: found 1 elements where data\[0\] has 0/);
    assert.throws(bad([Float32Array.of(1), Float32Array.of(1, 2)]), /data\[1\] is ragged: found 2 elements/);
  });

  it("names what is no number", () => {
    assert.throws(bad([[1, "2"]]), /^TypeError: tensor: data\[0\]\[1\] must be a number, found "2"\.$/);
    assert.throws(bad([1, undefined]), /data\[1\] must be a number, found undefined/);
    assert.throws(bad(undefined), /data must be numbers in nested or typed arrays, found undefined/);
    assert.throws(
      bad(BigInt64Array.of(1n)),
      /data\[0\] must be a number, found 1\. Convert BigInts with Number\(…\)\./,
    );
    assert.throws(bad(zeros([2])), /It is a tensor already; clone\(\) copies it\./);
    assert.throws(
      bad([zeros([2]), zeros([2])]),
      /data\[0\] must be a number, found an object \(Tensor\)\. Put tensors together with stack\./,
    );
    assert.throws(() => tensor([1, NaN], { dtype: "int32" }), /tensor: data\[1\] must fit into int32, found NaN/);
    assert.throws(
      () => tensor([[2 ** 31]], { dtype: "int32" }),
      /data\[0\]\[0\] must fit into int32, found 2147483648/,
    );
    assert.throws(
      () => tensor([1], { dtype: "float16" as never }),
      /tensor: dtype must be "float32", .* found "float16"/,
    );
    assert.throws(() => tensor([1], { dtype: "int32", requiresGrad: true }), /only float tensors have gradients/);
  });

  it("gives flat data any shape of its size, and nothing else another shape", () => {
    const refused = (data: TensorData, shape: number[], message: RegExp): void => {
      assert.throws(
        () => tensor(data, { shape }),
        (error) => error instanceof ShapeError && error.code === "reshape-size" && message.test(error.message),
      );
    };
    refused([1, 2, 3], [2, 2], /^tensor: the shape \[2, 2\] holds 4 numbers, the data has 3\./);
    refused([[1, 2]], [2, 1], /the data is nested as \[1, 2\], not as the shape \[2, 1\]/);
    assert.throws(() => tensor(1, { shape: [2] }), /to repeat a number use full\(\[2\], …\)/);
    assert.throws(() => tensor([], { shape: [-1] }), /tensor: shape\[0\] is -1; expected a whole number ≥ 0/);
  });
});

describe("filled tensors", () => {
  it("have the shape and value that is asked for", () => {
    is(zeros([2, 2]), [
      [0, 0],
      [0, 0],
    ]);
    is(zeros(2), [0, 0]);
    is(ones([0, 2], { dtype: "int32" }), [], "int32");
    is(full([2], 7), [7, 7]);
    is(full([1], true), [true], "bool");
    is(scalar(2.5), 2.5);
    is(zerosLike(full([2], 3, { dtype: "int32" })), [0, 0], "int32");
    is(onesLike(zeros([1]), { dtype: "float64" }), [1], "float64");
    is(eye(2), [
      [1, 0],
      [0, 1],
    ]);
    is(eye(2, 3), [
      [1, 0, 0],
      [0, 1, 0],
    ]);
    is(eye(3, 1), [[1], [0], [0]]);
  });

  it("refuse sizes that are none", () => {
    assert.throws(
      () => zeros([2, NaN]),
      (e) => e instanceof ShapeError && e.code === "whole-number",
    );
    assert.throws(
      () => zeros([2, undefined as never]),
      (e) => e instanceof ShapeError && e.code === "undefined-dimension",
    );
    assert.throws(() => zeros([-1]), /zeros: shape\[0\] is -1/);
    assert.throws(() => zeros(2, 3 as never), /options must be an object .* found 3\. A shape is one list: \[2, 3\]\./);
    assert.throws(() => zeros("2" as never), /zeros: shape must be a list of whole numbers, found "2"/);
    assert.throws(() => zeros([1e6, 1e9]), /^RangeError: zeros: there is no room for \[1000000, 1000000000\]/);
    assert.throws(() => full([2], [1] as never), /full: value must be a number, found an array of 1/);
    assert.throws(() => zerosLike([1] as never), /zerosLike: x must be a tensor, found an array of 1/);
    assert.throws(() => eye(1.5), /eye: n is 1\.5/);
  });
});

describe("counted tensors", () => {
  it("arange follows NumPy", () => {
    is(arange(4), [0, 1, 2, 3], "int32");
    is(arange(2, 10, 3), [2, 5, 8], "int32");
    is(arange(5, 0, -2), [5, 3, 1], "int32");
    is(arange(3, 1), [], "int32");
    is(arange(0, 1, 0.25), [0, 0.25, 0.5, 0.75]);
    is(arange(1, 2.5), [1, 2]);
    is(arange(0, 2, 1, { dtype: "float64" }), [0, 1], "float64");
    assert.throws(() => arange(0, 4, 0), /arange: step must be finite and not 0, found 0/);
    assert.throws(() => arange(NaN), /arange: stop must be a number, found NaN/);
    assert.throws(() => arange(0, Infinity), /arange: stop must be finite, found Infinity/);
  });

  it("linspace includes both ends", () => {
    is(linspace(0, 1, 5), [0, 0.25, 0.5, 0.75, 1]);
    is(linspace(3, 9, 1), [3]);
    is(linspace(0, 1, 0), []);
    assert.equal(linspace(0, 0.7, 8, { dtype: "float64" }).data[7], 0.7);
    assert.throws(() => linspace(0, 1, 2.5), /linspace: n is 2\.5/);
  });

  it("oneHot adds an axis", () => {
    is(oneHot(tensor([2, 0], { dtype: "int32" }), 3), [
      [0, 0, 1],
      [1, 0, 0],
    ]);
    assert.deepEqual(oneHot(zeros([2, 4]), 3).shape, [2, 4, 3]);
    assert.throws(
      () => oneHot(tensor([0, 3]), 3),
      /oneHot: id 3 at position 1 is no class: expected whole numbers from 0 to 2/,
    );
    assert.throws(() => oneHot(tensor([0.5]), 3), /id 0\.5 at position 0/);
  });
});

describe("shapes without numbers", () => {
  const n = symbol("n") as unknown as number;
  const shapeOf = (make: () => Tensor): string => {
    const x = withoutData(make);
    assert.ok(x.isAbstract);
    return formatShape(x.dims);
  };

  it("follow symbolic sizes", () => {
    assert.equal(
      shapeOf(() => zeros([n, 3])),
      "[n, 3]",
    );
    assert.equal(
      shapeOf(() => tensor([[n, 2]])),
      "[1, 2]",
    );
    assert.equal(
      shapeOf(() => full([n], n)),
      "[n]",
    );
    assert.equal(
      shapeOf(() => eye(n)),
      "[n, n]",
    );
    assert.equal(
      shapeOf(() => arange(n)),
      "[n]",
    );
    assert.equal(
      shapeOf(() => linspace(0, n, 7)),
      "[7]",
    );
    assert.equal(
      shapeOf(() => oneHot(zeros([n]), 10)),
      "[n, 10]",
    );
    assert.equal(
      shapeOf(() => onesLike(zeros([n]))),
      "[n]",
    );
    assert.ok(zeros([n]).isAbstract);
    assert.ok(zerosLike(zeros([n])).isAbstract);
  });

  it("refuse the same sizes", () => {
    assert.throws(() => withoutData(() => zeros([n, 1.5])), ShapeError);
    assert.throws(() => withoutData(() => tensor([[1], [2, 3]])), TypeError);
  });
});
