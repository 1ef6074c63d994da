// Every op's gradient against central differences, from the op table itself, so that no op can be forgotten.

import assert from "node:assert/strict";
import {
  add,
  checkGradients,
  defineOp,
  grad,
  mul,
  square,
  sum,
  Tensor,
  tensor,
  type TensorLike,
} from "@shapelens/engine";
import { functionTable, opTable, type SampleSource } from "@shapelens/engine/tooling";
import { isOptions, optionsOf, refuses, refusesType, replaceTensors, sampleSource, tensorsIn } from "./support";

/** The ops without a gradient, and why they have none. */
const notDifferentiable: Readonly<Record<string, string>> = {
  equal: "gives bools",
  notEqual: "gives bools",
  less: "gives bools",
  lessEqual: "gives bools",
  greater: "gives bools",
  greaterEqual: "gives bools",
  logicalAnd: "gives bools",
  logicalOr: "gives bools",
  logicalNot: "gives bools",
  all: "gives bools",
  any: "gives bools",
  argmax: "gives indices",
  argmin: "gives indices",
  argsort: "gives indices",
};

type AnyCall = (...args: readonly unknown[]) => Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;
type Samples = readonly ((make: SampleSource) => readonly unknown[])[];

/** How often each sample is drawn. */
const DRAWS = 16;

/** Every sample, with other numbers and, where it draws them, other shapes, axes and options each time. */
function eachDraw(samples: Samples, check: (args: readonly unknown[]) => void): void {
  samples.forEach((sample, i) => {
    const make = sampleSource(i + 1);
    for (let draw = 0; draw < DRAWS; draw++) {
      const args = sample(make);
      try {
        check(args);
      } catch (error) {
        throw new Error(`sample ${i}, draw ${draw}, of ${tensorsIn(args).map(String).join(", ")}`, { cause: error });
      }
    }
  });
}

/** Every draw of every sample. */
function drawsOf(samples: Samples): (readonly unknown[])[] {
  return samples.flatMap((sample, i) => {
    const make = sampleSource(i + 1);
    return Array.from({ length: DRAWS }, () => sample(make));
  });
}

function checkSample(call: AnyCall, args: readonly unknown[]): void {
  const inputs = tensorsIn(args);
  const f = (...leaves: Tensor[]): Tensor => {
    const result = call(...replaceTensors(args, (tensor) => leaves[inputs.indexOf(tensor)]!));
    return result instanceof Tensor ? result : weightedSum(Object.values(result));
  };
  const check = checkGradients(f, inputs);
  assert.ok(check.ok, `error ${check.maxError}: ${JSON.stringify(check.worst)}`);
}

/** One number of several tensors, each of which counts differently; positions and the like do not count. */
function weightedSum(results: readonly Tensor[]): Tensor {
  const parts = results.filter(({ dtype }) => dtype === "float64");
  return parts.map((part, i) => sum(mul(square(part), i + 1))).reduce((a, b) => add(a, b), tensor(0));
}

describe("the gradient of", () => {
  for (const [name, op] of opTable) {
    const { backward, samples = [] } = op.declaration;
    if (!backward) {
      it(`${name} does not exist, as it ${notDifferentiable[name] ?? "…"}`, () => {
        assert.ok(name in notDifferentiable, `${name} has neither a gradient nor a reason to have none`);
      });
      continue;
    }
    it(name, () => {
      assert.ok(!(name in notDifferentiable), `${name} has a gradient after all`);
      assert.ok(samples.length > 0, "an op without samples is not tested");
      let elements = 0;
      eachDraw(samples as unknown as Samples, (args) => {
        elements += tensorsIn(args).reduce((count, x) => count + (x.requiresGrad ? x.size : 0), 0);
        checkSample(op as unknown as AnyCall, args);
      });
      assert.ok(elements > 0, "none of the samples has anything to differentiate by");
    });
  }
  for (const [name, { call, samples = [] }] of functionTable) {
    if (samples.length === 0) continue;
    it(name, () => eachDraw(samples as Samples, (args) => checkSample(call as AnyCall, args)));
  }
});

/** The functions without samples: what there is no gradient of. */
const notFunctionsOfNumbers = `
  seed rand randn randint permutation tensor scalar zeros ones full zerosLike onesLike eye arange linspace oneHot
  moons circles spirals xor digits batches assertShape loadIdx saveSafetensors loadSafetensors`;

describe("the samples of the gradients", () => {
  const declared = new Map<string, { readonly samples?: Samples }>(
    [...opTable]
      .filter(([name]) => !(name in notDifferentiable))
      .map(([name, { declaration }]) => [name, declaration as { readonly samples?: Samples }]),
  );
  for (const [name, declaration] of functionTable) declared.set(name, declaration as { readonly samples?: Samples });

  it("are those of every function of numbers", () => {
    const without = [...declared].filter(([, { samples = [] }]) => samples.length === 0).map(([name]) => name);
    assert.deepEqual(without.sort(), notFunctionsOfNumbers.trim().split(/\s+/).sort());
  });

  it("meet an empty tensor with every op and function", () => {
    const never = [...declared].filter(([, { samples = [] }]) => {
      const drawn = drawsOf(samples);
      return drawn.length > 0 && !drawn.some((args) => tensorsIn(args).some(({ size }) => size === 0));
    });
    assert.deepEqual(
      never.map(([name]) => name),
      [],
    );
  });

  it("count axes from the end with every op that takes them", () => {
    type Reader = (...args: readonly unknown[]) => {
      readonly params?: { readonly axis?: unknown; readonly axes?: unknown };
    };
    const never = [...opTable].filter(([name, { declaration }]) => {
      if (name in notDifferentiable || !declaration.args) return false;
      const drawn = drawsOf(declaration.samples as unknown as Samples).map((args) => {
        const { axis, axes } = (declaration.args as unknown as Reader)(...args).params ?? {};
        return [axis, axes].flat().filter((value) => typeof value === "number");
      });
      return drawn.flat().length > 0 && !drawn.flat().some((axis) => axis < 0);
    });
    assert.deepEqual(
      never.map(([name]) => name),
      [],
    );
  });

  it("give every option", () => {
    const missing = [...declared].flatMap(([name, { samples = [] }]) => {
      const drawn = drawsOf(samples);
      const call = (opTable.get(name) ?? functionTable.get(name)!.call) as unknown as AnyCall;
      const given = drawn
        .flatMap((args) => args.filter(isOptions))
        .flatMap((each) => Object.keys(each).filter((key) => each[key] !== undefined));
      const names = (drawn[0] && optionsOf(call, drawn[0])?.names) ?? [];
      return names.filter((option) => !given.includes(option)).map((option) => `${name} ${option}`);
    });
    assert.deepEqual(missing, []);
  });

  it("are drawn over shapes of every op and function", () => {
    const fixed = [...declared].filter(([, { samples = [] }]) => {
      const drawn = samples.map((sample, i) => {
        const make = sampleSource(i + 1);
        const shapes = Array.from({ length: DRAWS }, () => tensorsIn(sample(make)).map(({ shape }) => shape.join()));
        return new Set(shapes.map(String)).size;
      });
      return samples.length > 0 && Math.max(...drawn) < DRAWS / 3;
    });
    assert.deepEqual(
      fixed.map(([name]) => name),
      [],
    );
  });
});

describe("checkGradients", () => {
  const halved = defineOp<[x: TensorLike]>({
    name: "wrongSquare",
    doc: "x² with a gradient of x.",
    shape: ([x]) => ({ dims: x!.dims, dtype: x!.dtype }),
    forward: ([x]) => x!.data.map((value) => value * value),
    backward: ({ grad: g, inputs: [x] }) => [mul(g, x!)],
  });

  it("finds a wrong gradient and tells where it is worst", () => {
    const { ok, maxError, worst } = checkGradients(halved, [tensor([0, 3, 1])]);
    assert.equal(ok, false);
    assert.deepEqual([worst!.input, worst!.element], [0, 1]);
    assert.ok(Math.abs(maxError - 0.5) < 1e-6);
    assert.ok(Math.abs(worst!.numeric / worst!.analytic - 2) < 1e-6);
  });

  it("does not pass a gradient that is NaN", () => {
    const check = checkGradients((x) => mul(x, 0).div(mul(x, 0)), [tensor([1])]);
    assert.equal(check.ok, false);
    assert.ok(Number.isNaN(check.maxError));
  });

  it("finds a gradient that is missing", () => {
    assert.equal(checkGradients((x) => square(x.detach()), [tensor([1])]).ok, false);
  });

  it("computes in float64 and leaves the inputs alone", () => {
    const x = tensor([0.1, 2]);
    const { ok, maxError } = checkGradients((a) => square(a), [x]);
    assert.ok(ok && maxError < 1e-9);
    assert.deepEqual([x.dtype, x.grad, x.requiresGrad], ["float32", undefined, false]);
    assert.deepEqual(Array.from(x.data), [Math.fround(0.1), 2]);
  });

  it("refuses a function that gives no tensor", () => {
    refusesType(
      () => checkGradients((() => 3) as unknown as () => Tensor, [tensor([1])]),
      "checkGradients: f must return a tensor, found 3.",
    );
  });
});

describe("grad", () => {
  it("gives the derivative by the first argument and leaves no trace", () => {
    const x = tensor([1, 2, 3], { requiresGrad: true });
    const gradient = grad((a: Tensor, b: Tensor) => sum(mul(square(a), b)))(x, tensor([1, 10, 100]));
    assert.deepEqual(gradient.toArray(), [2, 40, 600]);
    assert.equal(x.grad, undefined);
  });

  it("gives zeros where nothing depends on x", () => {
    assert.deepEqual(grad(() => tensor(1))(tensor([1, 2])).toArray(), [0, 0]);
  });

  it("refuses what has no gradient", () => {
    refuses(() => grad((x: Tensor) => square(x))(tensor([1, 2])), {
      code: "rank",
      message: "f must return a scalar, found [2].",
      fix: "reduce it in f, for example with mean() or sum().",
    });
    refusesType(
      () => grad((x: Tensor) => sum(x))(tensor([1], { dtype: "int32" })),
      "grad: x must be float32 or float64, found int32.",
    );
    refusesType(() => grad(3 as never), "grad: f must be a function, found 3.");
  });
});
