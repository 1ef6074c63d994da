// The panel's logic without a page: messages, curves, numbers, saved state, the controller.

import assert from "node:assert/strict";
import { list, messages, natural, number, object, optional, string } from "../../src/protocol/check";
import { type TensorSample, type WorkerCommand } from "../../src/protocol/worker";
import { transposed } from "../../src/panel/chainRule";
import { Controller } from "../../src/panel/controller";
import { marks, pathOf, thinned } from "../../src/panel/curve";
import { formatNumber } from "../../src/panel/format";
import { initialState, restored, saved } from "../../src/panel/state";

describe("messages at the door", () => {
  const check = messages({ a: { count: natural, name: optional(string) }, b: { values: list(number) } });
  for (const [value, expected] of [
    [{ type: "a", count: 3 }, true],
    [{ type: "a", count: 3, name: "x", more: 1 }, true],
    [{ type: "a", count: -1 }, false],
    [{ type: "a", count: 0.5 }, false],
    [{ type: "a", count: 1, name: 2 }, false],
    [{ type: "b", values: [1, NaN] }, true],
    [{ type: "b", values: "1" }, false],
    [{ type: "toString" }, false],
    [{ type: "c" }, false],
    [null, false],
    ["a", false],
  ] as const) {
    it(`${JSON.stringify(value)} ${expected ? "may" : "may not"} come in`, () => assert.equal(check(value), expected));
  }

  it("are not lists", () => assert.equal(object({})([]), false));
});

describe("the loss curve", () => {
  it("keeps its ends, its order and its mean when it is thinned", () => {
    const points = Array.from({ length: 5000 }, (_, i) => [i, Math.sin(i / 300)] as const);
    const fewer = thinned(points);
    assert.ok(fewer.length <= 1200);
    assert.deepEqual([fewer[0], fewer.at(-1)], [points[0], points.at(-1)]);
    assert.ok(fewer.every(([x], i) => i === 0 || x > fewer[i - 1]![0]));
    assert.ok(fewer.every(([x, y]) => Math.abs(y - Math.sin(x / 300)) < 0.05));
  });

  for (const [low, high, count, expected] of [
    [0, 1, 4, [0, 0.5, 1]],
    [0, 2.3, 4, [0, 1, 2]],
    [0.1, 0.35, 5, [0.1, 0.15, 0.2, 0.25, 0.3, 0.35]],
    [3, 3, 4, [3]],
  ] as const) {
    it(`is marked at ${expected.join(", ")} from ${low} to ${high}`, () =>
      assert.deepEqual(marks(low, high, count), expected));
  }

  it("has a gap where the loss is not finite", () => {
    const same = (value: number): number => value;
    const points = [
      [0, 1],
      [1, NaN],
      [2, 3],
    ] as const;
    assert.equal(pathOf(points, same, same), "M0.0 1.0M2.0 3.0");
  });
});

describe("numbers for people", () => {
  for (const [value, expected] of [
    [0, "0"],
    [12, "12"],
    [0.8974274517544016, "0.8974"],
    [-0.0123456, "−0.01235"],
    [-1.5e-7, "−1.5e−7"],
    [123.456, "123.5"],
    [1234567, "1.2e6"],
    [NaN, "NaN"],
    [-Infinity, "−∞"],
  ] as const) {
    it(`${value} is ${expected}`, () => assert.equal(formatNumber(value), expected));
  }
});

describe("a transposed sample", () => {
  it("swaps rows and columns", () => {
    const sample: TensorSample = {
      shape: [2, 3],
      dtype: "float32",
      tiles: 1,
      height: 2,
      width: 3,
      totalTiles: 1,
      totalHeight: 2,
      totalWidth: 3,
      data: [1, 2, 3, 4, 5, 6],
    };
    const { shape, height, width, data } = transposed(sample);
    assert.deepEqual([shape, height, width, data], [[3, 2], 3, 2, [1, 4, 2, 5, 3, 6]]);
    assert.deepEqual(transposed(transposed(sample)), sample);
  });
});

describe("the saved state", () => {
  const info = {
    file: "/a/b.ts",
    title: "b.ts",
    model: { name: "b.ts", kind: "script", inputs: [] },
    names: [],
    layers: [],
  } as const;

  it("comes back with numbers that JSON does not know", () => {
    const state = {
      ...initialState,
      info,
      curve: [
        [0, 1],
        [1, NaN],
        [2, Infinity],
      ] as const,
      positions: [undefined],
    };
    const { curve, positions, isRestored } = restored(saved(state));
    assert.deepEqual([curve, positions, isRestored], [state.curve, [undefined], true]);
  });

  for (const text of [undefined, 42, "", "{", '{"info":{}}', "null"]) {
    it(`is the initial one for ${JSON.stringify(text)}`, () => assert.equal(restored(text), initialState));
  }
});

describe("the controller", () => {
  const info = {
    file: "/a/b.ts",
    title: "b.ts",
    model: { name: "b.ts", kind: "script", inputs: [] },
    names: [],
    layers: [],
  } as const;
  const program = {
    type: "program",
    info,
    code: "",
    map: '{"version":3,"sources":[],"names":[],"mappings":""}',
  } as const;

  function start() {
    let time = 0;
    const workers: { commands: WorkerCommand[]; isAlive: boolean; report: (report: unknown) => void }[] = [];
    const controller = new Controller(
      {
        startWorker(_, report) {
          const worker = { commands: [] as WorkerCommand[], isAlive: true, report };
          workers.push(worker);
          return { post: (command) => worker.commands.push(command), terminate: () => (worker.isAlive = false) };
        },
        send: () => undefined,
        now: () => time,
      },
      initialState,
    );
    controller.receive(program);
    return { controller, workers, wait: (milliseconds: number) => (time += milliseconds) };
  }
  const started = { type: "started", notes: [], parameters: 1, examples: 0, canTrain: true };

  it("has at most one worker alive, with another seed after Reset", () => {
    const { controller, workers } = start();
    controller.reset();
    assert.deepEqual(
      workers.map(({ isAlive }) => isAlive),
      [false, true],
    );
    const seeds = workers.map(({ commands }) => commands[0]?.type === "start" && commands[0].seed);
    assert.deepEqual(seeds, [0, 1]);
  });

  it("does not listen to a worker that it ended, nor to nonsense", () => {
    const { controller, workers } = start();
    workers[0]!.report({ type: "started" });
    assert.equal(controller.state.phase, "starting");
    controller.stop();
    workers[0]!.report(started);
    assert.equal(controller.state.phase, "stopped");
  });

  it("notices a worker that does not answer, and one that answers again", () => {
    const { controller, workers, wait } = start();
    workers[0]!.report(started);
    controller.watch();
    assert.equal(controller.state.isBusy, false);
    wait(1500);
    controller.watch();
    assert.equal(controller.state.isBusy, true);
    workers[0]!.report({ type: "pong" });
    controller.watch();
    assert.equal(controller.state.isBusy, false);
    wait(5000);
    controller.watch();
    assert.equal(controller.state.isBusy, false);
  });

  it("lets a later loss take the place of an earlier one of the same step", () => {
    const { controller, workers } = start();
    const progress = (...points: [number, number][]): void =>
      workers[0]!.report({ type: "progress", points, fromProgram: false });
    progress([0, 3]);
    progress([0, 3], [1, 2]);
    progress([1, 2.5]);
    assert.deepEqual(controller.state.curve, [
      [0, 3],
      [1, 2.5],
    ]);
  });

  it("does not run what could not be bundled", () => {
    const { controller, workers } = start();
    controller.receive({ type: "failed", title: "b.ts", message: "no" });
    assert.equal(workers[0]!.isAlive, false);
    assert.equal(controller.hasProgram, false);
    assert.equal(controller.state.failure?.message, "no");
  });
});
