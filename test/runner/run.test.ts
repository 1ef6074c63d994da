// A model in its worker: numbers, gradients, training, and what goes wrong.

import assert from "node:assert/strict";
import { checkGradients, mse, RandomState, sigmoid, tensor, type Tensor } from "@shapelens/engine";
import { type Computation, type TracedValue } from "../../src/protocol/worker";
import { RunningModel, bundleText, withModel } from "./workerHarness";

const lesson = `
import { mse, RandomState, sigmoid, tensor } from "@shapelens/engine";
const rng = new RandomState(0);
const X = rng.rand(5, 3);
const W1 = rng.rand(3, 4), b1 = rng.rand(4);
const W2 = rng.rand(4, 1), b2 = rng.rand(1);
const a1 = sigmoid(X.matmul(W1).add(b1));
const output = sigmoid(a1.matmul(W2).add(b2));
export const targets = tensor([[0], [1], [0], [1], [1]], { dtype: "float64" });
export const loss = mse;
`;

/** The same program here, as a function of one of its parameters. */
function lessonLoss(change: (name: string, value: Tensor) => Tensor): Tensor {
  const rng = new RandomState(0);
  const names = ["X", "W1", "b1", "W2", "b2"];
  const shapes = [[5, 3], [3, 4], [4], [4, 1], [1]];
  const [X, W1, b1, W2, b2] = shapes.map((shape, i) => change(names[i]!, rng.rand(...shape)));
  const a1 = sigmoid(X!.matmul(W1!).add(b1!));
  const output = sigmoid(a1.matmul(W2!).add(b2!));
  return mse(output, tensor([[0], [1], [0], [1], [1]], { dtype: "float64" }));
}

function named({ values }: Computation, name: string): TracedValue {
  const value = values.find((candidate) => candidate.name === name);
  assert.ok(value, `no value is called ${name}: ${values.map((candidate) => candidate.name).join(", ")}`);
  return value;
}

describe("running the lesson", () => {
  it("computes NumPy's numbers, and names the tensors as the program does", async () => {
    await withModel(lesson, {}, async (running) => {
      const { notes, canTrain, parameters } = await running.next("started");
      assert.ok(canTrain);
      assert.equal(parameters, 12 + 4 + 4 + 1);
      assert.deepEqual(notes, ["Step and Train change W1, b1, W2 and b2 and leave X as it is."]);
      const { computation } = await running.next("computation");
      const ops = computation.steps.filter(({ isLoss }) => !isLoss).map(({ op }) => op);
      assert.deepEqual(ops, ["matmul", "add", "sigmoid", "matmul", "add", "sigmoid"]);
      const expected = [
        0.8974274517544016, 0.8920457582503387, 0.9028237064161657, 0.8969811818337995, 0.8956000538179465,
      ];
      const output = named(computation, "output");
      assert.equal(output.id, computation.output);
      output.value.data.forEach((value, i) => assert.ok(Math.abs(value / expected[i]! - 1) < 1e-12));
      assert.deepEqual(named(computation, "a1").value.shape, [5, 4]);
      assert.equal(computation.loss!.toFixed(12), "0.330726604000");
      assert.equal(computation.hasGradients, false);
    });
  });

  it("gives the gradients that finite differences give, for parameters and data", async () => {
    await withModel(lesson, {}, async (running) => {
      await running.next("started");
      running.send({ type: "backprop" });
      await running.next("computation");
      const { computation } = await running.next("computation");
      for (const name of ["X", "W1", "b1", "W2", "b2"]) {
        const { value, gradient } = named(computation, name);
        assert.deepEqual(gradient?.shape, value.shape);
        value.data.forEach((_, i) => {
          const nudged = (delta: number): number =>
            lessonLoss((which, original) => {
              if (which === name) original.data[i]! += delta;
              return original;
            }).item();
          const difference = (nudged(1e-5) - nudged(-1e-5)) / 2e-5;
          assert.ok(Math.abs(gradient!.data[i]! - difference) < 1e-9, `∂L/∂${name}[${i}]`);
        });
      }
      // σ′(z) = σ(z)(1 − σ(z)), for the chain rule.
      const activation = computation.steps.find(({ op }) => op === "sigmoid")!;
      const a1 = named(computation, "a1").value.data;
      activation.derivative!.data.forEach((slope, i) => assert.ok(Math.abs(slope - a1[i]! * (1 - a1[i]!)) < 1e-12));
    });
    assert.ok(
      checkGradients(
        (x: Tensor) => lessonLoss((name, value) => (name === "W1" ? x : value)),
        [new RandomState(1).rand(3, 4)],
      ),
    );
  });

  it("takes one step against the gradient", async () => {
    await withModel(
      lesson,
      {},
      async (running) => {
        const { computation: before } = await running.next("computation");
        running.send({ type: "backprop" });
        const { computation: there } = await running.next("computation");
        running.send({ type: "step" });
        const { computation: after } = await running.next("computation");
        assert.equal(after.iteration, 1);
        assert.ok(after.loss! < before.loss!);
        for (const name of ["W1", "b1", "W2", "b2"]) {
          const { value, gradient } = named(there, name);
          value.data.forEach((old, i) => {
            const expected = old - 0.5 * gradient!.data[i]!;
            assert.ok(Math.abs(named(after, name).value.data[i]! - expected) < 1e-12);
          });
        }
        assert.deepEqual(named(after, "X").value.data, named(before, "X").value.data);
      },
      { learningRate: 0.5 },
    );
  });

  it("trains until it is paused", async () => {
    await withModel(lesson, {}, async (running) => {
      const { computation: before } = await running.next("computation");
      running.send({ type: "train" });
      assert.equal((await running.next("training")).running, true);
      await running.next("progress");
      running.send({ type: "pause" });
      assert.equal((await running.next("training")).running, false);
      const { computation: after } = await running.next("computation");
      assert.ok(after.iteration > 0 && after.loss! < before.loss!);
    });
  });
});

describe("running a model", () => {
  const network = `
    import { Linear, Module, relu } from "@shapelens/engine";
    export class Net extends Module {
      fc1 = new Linear(6, 5);
      fc2 = new Linear(5, 3);
      forward(x) {
        return this.fc2.forward(relu(this.fc1.forward(x)));
      }
    }`;
  const spec = {
    name: "Net",
    kind: "class",
    inputs: [{ name: "x", shape: ["batch", 6], dtype: "float32" }],
  } as const;

  it("makes up inputs and targets, and says so", async () => {
    await withModel(network, spec, async (running) => {
      const { notes } = await running.next("started");
      assert.equal(notes.length, 3);
      assert.match(notes[0]!, /exports no inputs.*\[4, 6\].*for x/);
      assert.match(notes[1]!, /exports no targets: a random class below 3/);
      assert.match(notes[2]!, /crossEntropy/);
      const { computation } = await running.next("computation");
      const layers = computation.steps.map(({ layer, isLoss }) => (isLoss ? "loss" : layer?.path));
      assert.equal(layers[0], "fc1");
      assert.ok(layers.includes("fc2") && layers.includes("loss") && layers.includes(undefined));
      assert.deepEqual(named(computation, "fc1.weight").value.shape, [5, 6]);
      assert.equal(named(computation, "fc1.weight").role, "parameter");
      assert.equal(named(computation, "x").role, "input");
    });
  });

  it("follows the batch size", async () => {
    await withModel(network, spec, async (running) => {
      await running.next("computation");
      running.send({
        type: "settings",
        settings: { learningRate: 0.1, optimizer: "Adam", batchSize: 9 },
      });
      const { computation } = await running.next("computation");
      assert.deepEqual(named(computation, "x").value.shape, [9, 6]);
    });
  });

  it("finds a class that is not exported, when the analyzer names it", async () => {
    await withModel(network.replace("export class", "class"), spec, async (running) => {
      assert.deepEqual((await running.next("computation")).computation.steps.at(0)?.layer?.type, "Linear");
    });
  });

  it("learns from the file's own data, and tells how well on held-out data", async () => {
    const text = `
      import { Linear, moons, ReLU, Sequential } from "@shapelens/engine";
      export const model = new Sequential(new Linear(2, 16), new ReLU(), new Linear(16, 2));
      const train = moons(200), test = moons(100);
      export const inputs = train.x, targets = train.y;
      export const testInputs = test.x, testTargets = test.y;`;
    await withModel(
      text,
      { name: "model", kind: "instance" },
      async (running) => {
        const { notes, examples } = await running.next("started");
        assert.equal(examples, 200);
        assert.equal(notes.length, 1);
        const first = await running.next("accuracy");
        running.send({ type: "train" });
        let last = first.share;
        while (last < 0.95) last = (await running.next("accuracy")).share;
        assert.ok(last > first.share);
      },
      { learningRate: 0.02, optimizer: "Adam", batchSize: 32 },
    );
  }).timeout(30_000);

  it("runs a function of tensors", async () => {
    const text = `
      import { randn, Tensor } from "@shapelens/engine";
      const W = randn([3, 2]).mul(0.1);
      export function score(x) { return x.matmul(W).tanh(); }`;
    const inputs = [{ name: "x", shape: ["n", 3], dtype: "float32" }];
    await withModel(text, { name: "score", kind: "function", inputs }, async (running) => {
      const { canTrain, parameters } = await running.next("started");
      assert.ok(canTrain);
      assert.equal(parameters, 6);
      running.send({ type: "step" });
      await running.next("computation");
      assert.equal((await running.next("computation")).computation.iteration, 1);
    });
  });

  it("shows the loss curve of a program that trains itself", async () => {
    const text = `
      import { Linear, mse, randn, SGD } from "@shapelens/engine";
      const model = new Linear(3, 1), x = randn([8, 3]), y = randn([8, 1]);
      const optimizer = new SGD(model.parameters(), { lr: 0.05 });
      for (let i = 0; i < 40; i++) {
        optimizer.zeroGrad();
        const loss = mse(model.forward(x), y);
        loss.backward();
        optimizer.step();
      }`;
    await withModel(text, {}, async (running) => {
      const { points, fromProgram } = await running.next("progress");
      assert.ok(fromProgram);
      assert.equal(points[0]![0], 0);
      const { computation } = await running.next("computation");
      assert.equal(computation.iteration, 40);
      assert.ok(computation.hasGradients);
      assert.ok(computation.loss! < points[0]![1]);
      assert.equal(named(computation, "model.weight").role, "parameter");
    });
  });

  it("waits for top-level await", async () => {
    const text = `import { ones } from "@shapelens/engine"; const n = await Promise.resolve(3); ones([n]).mul(2);`;
    await withModel(text, {}, async (running) => {
      const { computation } = await running.next("computation");
      assert.deepEqual(computation.values[computation.output!]?.value.data, [2, 2, 2]);
    });
  });

  it("prints what the program prints", async () => {
    const text = `import { ones } from "@shapelens/engine"; console.log("sum", ones([2]).sum().item(), { a: 1 });`;
    await withModel(text, {}, async (running) => {
      assert.deepEqual(await running.next("log"), { type: "log", level: "log", text: 'sum 2 {"a":1}' });
    });
  });

  it("exports ONNX", async () => {
    const text = `import { Linear } from "@shapelens/engine"; import { exportOnnx } from "@shapelens/engine/onnx";
      console.log(exportOnnx(new Linear(3, 2), { x: "batch 3" })[0]);`;
    await withModel(text, {}, async (running) => {
      // The first field of a model, its file version, begins with this byte.
      assert.equal((await running.next("log")).text, "8");
    });
  });
});

describe("what goes wrong in a model", () => {
  async function failureOf(text: string): Promise<string> {
    return withModel(text, {}, async (running) => {
      await assert.rejects(running.next("started"), (error: Error) => {
        text = error.message;
        return true;
      });
      return text;
    });
  }

  it("is told in the engine's words", async () => {
    const text = `import { ones } from "@shapelens/engine"; ones([2, 3]).matmul(ones([2, 3]));`;
    assert.match(await failureOf(text), /inner dimensions differ, 3 ≠ 2/);
  });

  it("includes a file in which there is nothing to run", async () => {
    assert.match(await failureOf("export const answer = 42;"), /exports no model/);
  });

  it("includes a loss that explodes", async () => {
    const text = lesson.replace("mse;", "(output, target) => mse(output, target).log().mul(1e300).mul(1e300);");
    await withModel(text, {}, async (running) => {
      await running.next("started");
      running.send({ type: "train" });
      await assert.rejects(running.next("accuracy"), /The loss became -?Infinity after 1 steps.*try 0.01/s);
    });
  });

  it("can be a loop that never ends: ending the worker ends it", async () => {
    const result = await bundleText(`console.log("begins"); for (;;);`);
    assert.ok(result.ok);
    const running = new RunningModel(result.code);
    running.send({
      type: "start",
      model: { name: "model.ts", kind: "script", inputs: [] },
      settings: { learningRate: 0.1, optimizer: "SGD", batchSize: 4 },
      seed: 0,
    });
    await running.next("log");
    const asked = performance.now();
    await running.end();
    assert.ok(performance.now() - asked < 1000);
  });
});
