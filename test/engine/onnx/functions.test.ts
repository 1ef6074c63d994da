// Functions of tensors as ONNX files: tensors made of lengths, arithmetic with lengths, types, results by name.

import assert from "node:assert/strict";
import {
  arange,
  broadcastTo,
  concat,
  eye,
  full,
  Linear,
  linspace,
  oneHot,
  ones,
  randint,
  randn,
  softmax,
  sort,
  split,
  stack,
  type Tensor,
  tensor,
  topk,
  tril,
  where,
  zeros,
  zerosLike,
} from "@shapelens/engine";
import { exportOnnx, type OnnxInput } from "@shapelens/engine/onnx";
import { TensorProto_DataType } from "onnx-buf";
import { agrees, type Run } from "./models";
import { readModel, shapeOf } from "./structure";

type Result = ReturnType<Extract<Parameters<typeof exportOnnx>[0], (...xs: Tensor[]) => unknown>>;

/** Each function of x, which is [batch, time]. */
const ofMatrix: Readonly<Record<string, (x: Tensor) => Result>> = {
  zeros: (x) => concat([x, zeros([x.shape[0]!, 2])], 1),
  ones: (x) => x.add(ones(x.shape)),
  full: (x) => x.mul(full([x.shape[1]!], 3)),
  zerosLike: (x) => concat([zerosLike(x), x.onesLike()]),
  "eye, for one more than there are": (x) => x.T.matmul(x).add(eye(x.shape[1]!)),
  arange: (x) => x.add(arange(x.shape[1]!)),
  "arange from 2 in steps": (x) => x.add(arange(2, x.shape[1]!).sum()).mul(arange(0, x.shape[1]!, 2).sum()),
  linspace: (x) => x.mul(linspace(-1, 1, x.shape[1]!)),
  oneHot: (x) => oneHot(x.argmax(1), x.shape[1]!).mul(x),
  "a mask of the past": (x) => {
    const past = tril(ones([x.shape[1]!, x.shape[1]!])).astype("bool");
    return softmax(where(past, x.T.matmul(x), -1e9));
  },
  "the shape of another tensor": (x) => broadcastTo(x.mean(0), [3, x.shape[0]!, x.shape[1]!]),
  "axes joined and split again": (x) => x.reshape([-1]).roll(3).reshape([x.shape[1]!, x.shape[0]!]),
  "a mean taken off": (x) => x.sub(x.mean(0)).div(x.std(0, { correction: 1 }).add(1)),
  "the spread of all": (x) => x.variance(undefined, { correction: 1 }),
  "ranges from both ends": (x) =>
    concat([x.slice(null, [1]), x.slice(null, [null, -1]), x.slice(null, [null, null, -1])], 1),
  "the last step": (x) => x.slice(null, -1),
  "copies that are cut off from the tape": (x) => x.detach().add(x.exp().clone()),
  "a padded end": (x) =>
    x.pad(
      [
        [0, 1],
        [2, 0],
      ],
      5,
    ),
  "each step twice": (x) => x.repeat(2, 1).add(x.tile([1, 2])),
  "the best of each": (x) => {
    const { values, indices } = topk(x, 2);
    return { values, indices, sorted: sort(x, 0) };
  },
  "a list of parts": (x) => split(concat([x, x], 1), 2, 1),
  "a result that is an input, and one that is nothing new": (x) => [x, x.relu(), x.relu().astype("float32")],
};

describe("A function in ONNX computes the same, for any batch and time:", () => {
  const runs = [(): Run => ({ x: randn([4, 5]) }), (): Run => ({ x: randn([2, 3]) })];
  for (const [name, f] of Object.entries(ofMatrix)) it(name, () => agrees(() => f, { x: "batch time" }, runs));
});

describe("A function in ONNX", () => {
  it("takes and gives every type", async () => {
    const inputs: Record<string, OnnxInput> = {
      a: { shape: "n", dtype: "int32" },
      b: { shape: "n", dtype: "float64" },
      c: { shape: ["n"], dtype: "bool" },
    };
    await agrees(
      () => (a, b, c) => ({
        whole: a.add(2).mul(c),
        double: b.add(a).exp(),
        float: a.div(2),
        bool: a.greater(1).logicalAnd(c),
        cut: b.astype("int32"),
        counted: c.sum(),
      }),
      inputs,
      [
        () => ({
          a: randint(-3, 4, [5]),
          b: tensor([0.5, -1.7, 2, 3.9, -0.1], { dtype: "float64" }),
          c: tensor([true, false, true, true, false]),
        }),
        () => ({ a: tensor([7], { dtype: "int32" }), b: tensor([-2.5], { dtype: "float64" }), c: tensor([true]) }),
      ],
    );
  });

  it("takes a tensor as an example of its shape and type", () => {
    const { graph } = readModel(exportOnnx((ids, x) => x.mul(ids!), { ids: randint(0, 3, [2, 3]), x: "rows 3" }));
    assert.deepEqual(graph.input.map(shapeOf), [
      [2, 3],
      ["rows", 3],
    ]);
    const types = graph.input.map(({ type }) => type?.value.case === "tensorType" && type.value.value.elemType);
    assert.deepEqual(types, [TensorProto_DataType.INT32, TensorProto_DataType.FLOAT]);
  });

  it("knows what lengths must be where the model tells", () => {
    const layer = new Linear(784, 10);
    const { graph } = readModel(exportOnnx((x, y) => layer.forward(x).add(y), { x: "batch width", y: "rows 10" }));
    assert.deepEqual(graph.input.map(shapeOf), [
      ["batch", 784],
      ["batch", 10],
    ]);
  });

  it("reckons with lengths", async () => {
    await agrees(
      () => (x, y) => concat([x.reshape([y.shape[0]!, 2, -1]), stack([y, y], 1)], 2),
      { x: "2*n width", y: "n m" },
      [() => ({ x: randn([4, 3]), y: randn([2, 5]) }), () => ({ x: randn([6, 2]), y: randn([3, 1]) })],
    );
  });

  it("shares equal constants, and leaves out what no result needs", () => {
    const { graph } = readModel(
      exportOnnx(
        (x) => {
          x.exp().add(7);
          return x.mul(2).add(2).sub(2);
        },
        { x: "n" },
      ),
    );
    assert.deepEqual(
      graph.initializer.map(({ dims }) => dims),
      [[]],
    );
    assert.deepEqual(
      graph.node.map(({ opType }) => opType),
      ["Mul", "Add", "Sub"],
    );
  });

  it("is called as the function, or as one says", () => {
    const doubled = (x: Tensor): Tensor => x.mul(2);
    assert.equal(readModel(exportOnnx(doubled, { x: "n" })).graph.name, "doubled");
    const { graph } = readModel(exportOnnx(doubled, { x: "n" }, { name: "twice", outputs: ["y"] }));
    assert.deepEqual([graph.name, graph.output[0]!.name], ["twice", "y"]);
  });
});
