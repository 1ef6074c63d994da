// Layers and the base class: what they compute, what they own, what they refuse.

import {
  Dropout,
  ELU,
  Flatten,
  GELU,
  Lambda,
  LeakyReLU,
  Linear,
  Module,
  ones,
  randn,
  ReLU,
  seed,
  Sequential,
  ShapeError,
  Sigmoid,
  SiLU,
  Softmax,
  Softplus,
  Tanh,
  tensor,
  type Tensor,
  zeros,
} from "@shapelens/engine";
import { type Dim, formatShape, symbol, withFacts, Facts, withoutData } from "@shapelens/engine/tooling";
import assert from "node:assert/strict";

const names = (module: Module): string[] => module.namedParameters().map(([name]) => name);

class Block extends Module {
  readonly first = new Linear(3, 4);
  readonly scale = ones([4], { requiresGrad: true });
  readonly mean = zeros([4]);
  readonly heads = [new Linear(4, 2, { bias: false }), [new Linear(4, 1)]] as const;
  readonly tied = this.first;
  last: Tensor | undefined;
  readonly width = 4;

  override forward(x: Tensor): Tensor {
    this.last = this.first.forward(x).mul(this.scale);
    return this.last;
  }
}

describe("Module", () => {
  it("owns its fields in the order of their definition, each once", () => {
    const block = new Block();
    assert.deepEqual(names(block), [
      "first.weight",
      "first.bias",
      "scale",
      "heads.0.weight",
      "heads.1.0.weight",
      "heads.1.0.bias",
    ]);
    assert.equal(block.parameters().length, 6);
    assert.deepEqual(
      block.namedModules().map(([name]) => name),
      ["", "first", "heads.0", "heads.1.0"],
    );
  });

  it("does not take an activation that a field remembers for its own", () => {
    const block = new Block();
    block.forward(ones([2, 3]));
    assert.equal(names(block).includes("last"), false);
    assert.equal("last" in block.stateDict(), false);
  });

  it("survives a field that leads back to it", () => {
    class Child extends Module {
      constructor(readonly parent: Module) {
        super();
      }
      override forward(): void {
        return;
      }
    }
    class Parent extends Module {
      readonly child = new Child(this);
      override forward(): void {
        return;
      }
    }
    assert.deepEqual(new Parent().parameters(), []);
  });

  it("switches training on and off below it", () => {
    const model = new Sequential(new Dropout(), new Sequential(new Dropout()));
    assert.equal(model.training, true);
    assert.equal(model.eval(), model);
    assert.deepEqual(
      model.namedModules().map(([, module]) => module.training),
      [false, false, false, false],
    );
    model.train();
    assert.equal(model.layers[0]!.training, true);
  });

  it("saves a copy of its state and loads it again, type converted", () => {
    const [from, to] = [new Block(), new Block()];
    const state = from.stateDict();
    assert.deepEqual(Object.keys(state), [...names(from).slice(0, 3), "mean", ...names(from).slice(3)]);
    from.scale.data[0] = 9;
    assert.equal(state["scale"]!.data[0], 1);
    to.loadStateDict({ ...state, scale: tensor([1, 2, 3, 4], { dtype: "float64" }) });
    assert.deepEqual([...to.first.weight.data], [...from.first.weight.data]);
    assert.deepEqual([...to.scale.data], [1, 2, 3, 4]);
    assert.equal(to.scale.dtype, "float32");
    assert.equal(to.scale.requiresGrad, true);
    to.loadStateDict({ ...state, scale: tensor([4, 3, 2, 1], { dtype: "int32" }) });
    assert.deepEqual([...to.scale.data], [4, 3, 2, 1]);
    to.loadStateDict({ ...state, scale: tensor([true, false, true, true]) });
    assert.deepEqual([...to.scale.data], [1, 0, 1, 1]);
    assert.equal(to.scale.dtype, "float32");
  });

  it("lists everything that does not fit, and then loads nothing", () => {
    const model = new Linear(3, 2);
    const before = [...model.weight.data];
    const state = { weight: zeros([3, 2]), extra: zeros([1]) };
    assert.throws(
      () => model.loadStateDict(state),
      (error) =>
        error instanceof ShapeError &&
        error.code === "state-mismatch" &&
        error.message ===
          "Linear(3 → 2).loadStateDict: the state does not fit the model:\n" +
            "  weight: the model has [2, 3], the state [3, 2].\n" +
            "  bias: missing; the model has [2].\n" +
            "  extra: unexpected; the model has no such tensor.",
    );
    assert.deepEqual([...model.weight.data], before);
  });
});

describe("Linear", () => {
  it("computes x · wᵀ + b", () => {
    const layer = new Linear(3, 2);
    layer.weight.data.set([1, 2, 3, 4, 5, 6]);
    layer.bias!.data.set([10, 20]);
    assert.deepEqual(layer.forward(tensor([[1, 0, 2]])).toArray(), [[17, 36]]);
    assert.deepEqual(layer.forward(zeros([4, 5, 3])).shape, [4, 5, 2]);
    assert.equal(new Linear(3, 2, { bias: false }).bias, undefined);
  });

  it("begins uniform within ±1/√in, as PyTorch's does", () => {
    seed(3);
    const { weight, bias } = new Linear(100, 200);
    for (const { data } of [weight, bias!]) {
      assert.ok(data.every((value) => Math.abs(value) <= 0.1));
      assert.ok(data.some((value) => value > 0.09) && data.some((value) => value < -0.09));
    }
    const variance = (weight.data as Float32Array).reduce((sum, v) => sum + v * v, 0) / weight.size;
    assert.ok(Math.abs(variance - 0.01 / 3) < 1e-4, String(variance));
  });

  const refused = (layer: Linear, x: Tensor, message: RegExp): ShapeError => {
    let found: unknown;
    try {
      layer.forward(x);
    } catch (error) {
      found = error;
    }
    assert.ok(found instanceof ShapeError);
    assert.equal(found.code, "layer-input");
    assert.match(found.message, message);
    return found;
  };

  it("names itself, both numbers and a way out", () => {
    const error = refused(
      new Linear(784, 128),
      zeros([64, 100]),
      /^Linear\(784 → 128\): expected \[\.\.\., 784\], found \[64, 100\]: 784 features ≠ 100 in the last axis\.\n {2}Fix: make the layer Linear\(100, 128\), or give it 784 features\.$/,
    );
    assert.deepEqual([error.numbers, error.axes, error.blame], [[784, 100], [1], 0]);
    assert.deepEqual(error.likely?.dims, [64, 128]);
  });

  it("sees images that want flattening, and transposed input", () => {
    const error = refused(
      new Linear(784, 10),
      zeros([64, 1, 28, 28]),
      /Fix: flatten the input first: flatten\(x, 1\) is \[64, 784\]/,
    );
    assert.deepEqual(error.likely?.dims, [64, 10]);
    refused(new Linear(3, 2), zeros([3, 5]), /Fix: the input looks transposed; transpose\(x\) is \[5, 3\]/);
    refused(new Linear(3, 2), zeros([]), /expected \[\.\.\., 3\], found \[\]/);
  });

  it("refuses sizes that are none, and input that is no tensor", () => {
    assert.throws(() => new Linear(2.5, 3), /Linear: inFeatures is 2\.5; expected a whole number ≥ 0/);
    assert.throws(() => new Linear(2, undefined as never), /Linear: outFeatures is undefined/);
    assert.throws(() => new Linear(1, 1).forward([[1]] as never), /^TypeError: Linear\(1 → 1\): x must be a tensor/);
  });

  it("takes symbolic sizes, and learns what its input must be", () => {
    const [n, f] = [symbol("n"), symbol("f")] as unknown as [number, number];
    withFacts(new Facts(), () =>
      withoutData(() => {
        const layer = new Linear(f, 10);
        assert.equal(String(layer), "Linear(f → 10)");
        assert.equal(formatShape(layer.weight.dims), "[10, f]");
        assert.equal(formatShape(layer.forward(zeros([n, 784])).dims), "[n, 10]");
        assert.equal(formatShape([f as Dim]), "[784]");
      }),
    );
  });

  it("gets gradients through a network", () => {
    const model = new Sequential(new Linear(3, 4), new Tanh(), new Linear(4, 1));
    model.forward(randn([5, 3])).backward(ones([5, 1]));
    for (const parameter of model.parameters()) assert.deepEqual(parameter.grad?.shape, parameter.shape);
    assert.deepEqual(model.parameters().at(-1)!.grad!.toArray(), [5]);
  });
});

describe("layers without weights", () => {
  const at = (layer: { forward(x: Tensor): Tensor }, value: number): number => layer.forward(tensor([value])).data[0]!;
  const near = (actual: number, expected: number): void => {
    assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} ${expected}`);
  };

  it("are their functions", () => {
    near(at(new ReLU(), -2), 0);
    near(at(new LeakyReLU(), -2), -0.02);
    near(at(new LeakyReLU(0.3), -2), -0.6);
    near(at(new ELU(2), -1), 2 * Math.expm1(-1));
    near(at(new Sigmoid(), 1), 1 / (1 + Math.exp(-1)));
    near(at(new Tanh(), 1), Math.tanh(1));
    near(at(new SiLU(), 1), 1 / (1 + Math.exp(-1)));
    near(at(new Softplus(), 1), Math.log(1 + Math.E));
    // PyTorch: torch.nn.functional.gelu(torch.tensor(1.)) = 0.8413447
    near(at(new GELU(), 1), 0.8413447);
    const rows = new Softmax().forward(tensor([[0, Math.log(3)]]));
    near(rows.data[1]!, 0.75);
    near(new Softmax(0).forward(zeros([4, 2])).data[0]!, 0.25);
  });

  it("Flatten keeps the batch", () => {
    assert.deepEqual(new Flatten().forward(zeros([64, 1, 28, 28])).shape, [64, 784]);
    assert.deepEqual(new Flatten(0).forward(zeros([2, 3])).shape, [6]);
    assert.deepEqual(new Flatten(2).forward(zeros([2, 3, 4, 5])).shape, [2, 3, 20]);
    assert.throws(
      () => new Flatten().forward(zeros([784])),
      (e) =>
        e instanceof ShapeError &&
        e.code === "layer-input" &&
        /expected at least 2 axes, the batch first, found 1 in \[784\]\.\n {2}Fix: add the batch axis/.test(e.message),
    );
  });

  it("Sequential feeds each layer with the one before", () => {
    const model = new Sequential(new Flatten(), new Linear(4, 3), new Lambda((x) => x.mul(0).add(1)));
    assert.deepEqual(model.forward(ones([2, 2, 2])).toArray(), [
      [1, 1, 1],
      [1, 1, 1],
    ]);
    const x = ones([1]);
    assert.equal(new Sequential().forward(x), x);
    assert.throws(() => new Sequential([new ReLU()] as never), /layer 0 must be a layer, .* Spread the list/);
    assert.throws(() => new Sequential(new ReLU(), ReLU as never), /layer 1 must be .* A class is made with new/);
  });

  it("Dropout with p = 0 changes nothing and draws nothing", () => {
    const x = tensor([1, -2, 3], { requiresGrad: true });
    seed(7);
    const expected = randn([4]).toArray();
    seed(7);
    const y = new Dropout(0).forward(x);
    y.sum().backward();
    assert.deepEqual(randn([4]).toArray(), expected);
    assert.deepEqual([y.toArray(), x.grad!.toArray()], [x.toArray(), [1, 1, 1]]);
  });

  it("Dropout drops about p, keeps the mean, passes gradients only where it kept", () => {
    seed(1);
    const layer = new Dropout(0.25);
    const x = ones([10_000], { requiresGrad: true });
    const y = layer.forward(x);
    const dropped = y.data.filter((value) => value === 0).length;
    assert.ok(Math.abs(dropped - 2500) < 150, String(dropped));
    assert.ok(y.data.every((value) => value === 0 || value === Math.fround(4 / 3)));
    y.backward(ones([10_000]));
    assert.deepEqual(x.grad!.data, y.data);
    assert.equal(layer.eval().forward(x), x);
    assert.deepEqual(new Dropout(1).forward(ones([2])).toArray(), [0, 0]);
    assert.deepEqual(new Dropout(0).forward(ones([2])).toArray(), [1, 1]);
    assert.throws(() => new Dropout(1.5), /^RangeError: Dropout: p is a probability from 0 to 1, found 1\.5/);
    assert.equal(String(layer), "Dropout(0.25)");
  });
});
