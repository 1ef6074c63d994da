// What cannot be exported, and how it is said.

import assert from "node:assert/strict";
import {
  defineOp,
  dropout,
  Lambda,
  Linear,
  linspace,
  Module,
  randn,
  Sequential,
  Tensor,
  type TensorLike,
  zeros,
} from "@shapelens/engine";
import { type ExportOptions, exportOnnx, type OnnxInput, type OnnxModel } from "@shapelens/engine/onnx";

const cubed = defineOp<[x: TensorLike]>({
  name: "cubed",
  doc: "x³.",
  shape: ([x]) => ({ dims: x!.dims, dtype: x!.dtype }),
  forward: ([x]) => x!.data.map((value) => value ** 3),
});

/** As the engine's own, by its name only. */
const relu = defineOp<[x: TensorLike]>({
  name: "relu",
  doc: "Something else.",
  shape: ([x]) => ({ dims: x!.dims, dtype: x!.dtype }),
  forward: ([x]) => x!.data.map((value) => value + 1),
});

class Twice extends Module {
  first = new Lambda((x) => x.mul(2));
  second: Module;
  constructor(second: Module) {
    super();
    this.second = second;
  }
  forward(x: Tensor): Tensor {
    return (this.second as Lambda).forward(this.first.forward(x));
  }
}

const nowhere = "there is no ONNX for it. Write it with other ops, or leave it out of what is exported.";

type Case = [model: unknown, inputs: unknown, message: string, options?: ExportOptions];

const cases: Readonly<Record<string, Case>> = {
  "an op of one's own": [
    new Twice(new Lambda(cubed)),
    { x: "batch 3" },
    `exportOnnx: cubed in second cannot be exported: ${nowhere}`,
  ],
  "an op with the name of another": [relu, { x: "n" }, `exportOnnx: relu cannot be exported: ${nowhere}`],
  "dropout that is no layer": [
    new Sequential(new Linear(3, 3), new Lambda((x) => dropout(x, 0.5))),
    { x: "batch 3" },
    "exportOnnx: dropout in layers.1 cannot be exported: it draws random numbers. The layer Dropout is left out; name the module whose layers a function uses with { module }.",
  ],
  "random numbers": [
    new Twice(new Lambda((x) => x.add(randn([3])))),
    { x: "batch 3" },
    "exportOnnx: randn in second draws random numbers, which would be the same on every run of the file. Draw them outside and make them an input.",
  ],
  "a number of a run": [
    (x: Tensor) => (x.sum().item() > 0 ? x : x.neg()),
    { x: "batch 3" },
    "exportOnnx: the model asks for a number that only a run would have: A tensor of shape [] has no data here. If it is a length, give a number for batch.",
  ],
  "arithmetic with a length": [
    (x: Tensor) => x.mul(zeros([x.shape[0]! + 1])),
    { x: "batch 3" },
    "exportOnnx: the model asks for a number that only a run would have: The dimension batch is not a known number. If it is a length, give a number for batch.",
  ],
  "numbers of a run, whatever the lengths": [
    (x: Tensor) => x.mul(x.data[0]!),
    { x: [3] },
    "exportOnnx: the model asks for a number that only a run would have: A tensor of shape [3] has no data here.",
  ],
  "a tensor from nowhere": [
    (x: Tensor) => x.add(new Tensor(x.dims, "float32")),
    { x: "n" },
    "exportOnnx: the model uses Tensor([n], float32), which is neither an input nor the result of an op.",
  ],
  "a shape the model refuses": [
    new Linear(784, 10),
    { x: "batch 28 28" },
    "Linear(784 → 10): expected [..., 784], found [batch, 28, 28]: 784 features ≠ 28 in the last axis.",
  ],
  "an input that nothing depends on": [
    (x: Tensor) => x.mul(2),
    { x: "n", y: "n" },
    "exportOnnx: output does not depend on the input y: leave it out, or use it.",
  ],
  "a result that nothing goes into": [
    () => zeros([3]),
    { x: "n" },
    "exportOnnx: output does not depend on the input x: leave it out, or use it.",
  ],
  "two things of one name": [
    (x: Tensor) => ({ x: x.mul(2) }),
    { x: "n" },
    'exportOnnx: "x" names two inputs or results; name the results with { outputs: […] }.',
  ],
  "a name that a parameter has": [
    new Linear(3, 2),
    { weight: "batch 3" },
    'exportOnnx: "weight" is the name of a tensor of the module; take another.',
  ],
  "a name that is none": [
    (x: Tensor) => x.mul(2),
    { "x y": "n" },
    'exportOnnx: an input or result must have a name of letters and digits, found "x y".',
  ],
  "too few names for the results": [
    (x: Tensor) => [x.mul(2), x],
    { x: "n" },
    "exportOnnx: outputs must name each of the 2 results, found 1.",
    { outputs: ["y"] },
  ],
  "no tensor": [
    () => 3,
    { x: "n" },
    "exportOnnx: the model must give a tensor, a list or a record of tensors, found 3.",
  ],
  "something among tensors that is none": [
    (x: Tensor) => ({ x2: x, shape: x.shape }),
    { x: "n" },
    "exportOnnx: the model must give a tensor, a list or a record of tensors, found an array of 1 as shape.",
  ],
  "a promise": [
    (x: Tensor) => Promise.resolve(x),
    { x: "n" },
    "exportOnnx: the model must give a tensor, a list or a record of tensors, found an object (Promise).",
  ],
  "no model": [3, { x: "n" }, "exportOnnx: model must be a Module or a function, found 3."],
  "no module": [
    (x: Tensor) => x,
    { x: "n" },
    "exportOnnx: module must be a Module, found an object (Object).",
    { module: {} as Module },
  ],
  "no inputs": [(x: Tensor) => x, {}, "exportOnnx: inputs must name at least one input, found none."],
  "a list of inputs": [
    (x: Tensor) => x,
    ["batch 3"],
    'exportOnnx: inputs must be an object such as { x: "batch 784" }, found an array of 1.',
  ],
  "an input without a shape": [
    (x: Tensor) => x,
    { x: 3 },
    'exportOnnx: input x must be a shape such as "batch 784" or ["batch", 784], a tensor, or { shape, dtype }, found 3.',
  ],
  "axes that are not written out": [
    (x: Tensor) => x,
    { x: "... 3" },
    'exportOnnx: input x has "..." in its shape: every axis must be written out.',
  ],
  "two words for an axis": [
    (x: Tensor) => x,
    { x: ["batch time", 3] },
    'exportOnnx: axis 0 of input x must be a number or a name, found "batch time".',
  ],
  "a length that is none": [
    (x: Tensor) => x,
    { x: ["batch", -3] },
    "exportOnnx: axis 1 of input x is -3; expected a whole number ≥ 0.",
  ],
  "arithmetic with an unknown name": [
    (x: Tensor) => x,
    { x: "2*n" },
    "exportOnnx: input x reckons with n, which must be the length of an axis of some input.",
  ],
  "a type that is none": [
    (x: Tensor) => x,
    { x: { shape: "n", dtype: "int64" } },
    'exportOnnx: the dtype of input x must be "float32", "float64", "int32" or "bool", found "int64".',
  ],
};

describe("exportOnnx refuses", () => {
  for (const [name, [model, inputs, message, options]] of Object.entries(cases)) {
    it(name, () => {
      const run = (): unknown => exportOnnx(model as OnnxModel, inputs as Readonly<Record<string, OnnxInput>>, options);
      assert.throws(run, (error: Error) => {
        assert.equal(error.message.split("\n")[0], message);
        return true;
      });
    });
  }

  it("and leaves the module as it was", () => {
    const model = new Sequential(new Lambda(cubed));
    assert.throws(() => exportOnnx(model, { x: "n" }));
    assert.ok(model.training && model.layers[0]!.training);
    assert.ok(!Object.hasOwn(model.layers[0]!, "forward"));
    assert.equal(linspace(0, 1, 2).isAbstract, false);
  });
});
