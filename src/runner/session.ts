// One model in one worker: takes the panel's commands in order and reports what came of them.

import { type Computation, type ModelSpec, type Settings, type WorkerCommand } from "../protocol/worker";
import { describePass } from "./computation";
import { framesOf, messageOf } from "./tracing/frames";
import { nextTurn, type Port } from "./port";
import { loadProgram, type Program } from "./program";
import { type Runnable, runnableOf } from "./runnable";
import { heldOutAccuracy, Trainer } from "./learning/training";

/** How long training goes on before messages are let through, in milliseconds. */
const sliceTime = 25;
/** Reports are for the eye: about twenty in a second. */
const reportTime = 50;
/** The whole computation is shown this often while training, and only a part of the time goes into that. */
const showTime = 700;
const showShare = 10;

interface Loaded {
  readonly spec: ModelSpec;
  readonly program: Program;
  runnable: Runnable;
  trainer: Trainer;
  settings: Settings;
}

export class Session {
  readonly #port: Port;
  readonly #load: () => Promise<unknown>;
  #loaded: Loaded | undefined;
  #isTraining = false;
  #hasGradients = false;

  constructor(port: Port, load: () => Promise<unknown>) {
    this.#port = port;
    this.#load = load;
  }

  /** Carries out a command. What the user's code throws is reported, with the place. */
  async receive(command: WorkerCommand): Promise<void> {
    try {
      await this.#perform(command);
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    this.#isTraining = false;
    this.#port.send({ type: "training", running: false });
    this.#port.send({ type: "failure", message: messageOf(error), frames: framesOf(error) });
  }

  async #perform(command: WorkerCommand): Promise<void> {
    switch (command.type) {
      case "ping":
        return this.#port.send({ type: "pong" });
      case "start":
        return this.#start(command.model, command.settings, command.seed);
      case "pause":
        this.#isTraining = false;
        return;
      case "settings":
        return this.#change(command.settings);
      case "forward":
        return this.#show(false);
      case "backprop":
        return this.#show(true);
      case "step":
        return this.#step();
      case "train":
        return this.#train();
    }
  }

  async #start(spec: ModelSpec, settings: Settings, seed: number): Promise<void> {
    const curve = new ThrottledCurve(this.#port, true);
    const program = await loadProgram(this.#load, spec, seed, (iteration, loss) => curve.add(iteration, loss));
    curve.flush();
    const runnable = runnableOf(program, spec, settings.batchSize);
    const trainer = new Trainer(runnable, settings);
    trainer.iteration = program.ownIterations;
    this.#loaded = { spec, program, runnable, trainer, settings };
    this.#announce(this.#loaded);
    this.#show(program.ownIterations > 0);
    this.#reportAccuracy(this.#loaded);
  }

  #announce({ runnable }: Loaded): void {
    const { notes, parameters, lossName, examples } = runnable;
    this.#port.send({
      type: "started",
      notes,
      parameters: [...parameters.values()].reduce((sum, { size }) => sum + size, 0),
      examples,
      canTrain: parameters.size > 0 && lossName !== undefined,
    });
  }

  /** Another batch size needs other batches, and other made-up inputs; the parameters stay as they are. */
  #change(settings: Settings): void {
    const loaded = this.#loaded;
    if (loaded === undefined) return;
    const { batchSize } = loaded.settings;
    loaded.settings = settings;
    if (settings.batchSize !== batchSize && loaded.program.callable !== undefined) {
      loaded.runnable = runnableOf(loaded.program, loaded.spec, settings.batchSize);
      const { iteration } = loaded.trainer;
      loaded.trainer = new Trainer(loaded.runnable, settings);
      loaded.trainer.iteration = iteration;
      this.#announce(loaded);
      if (!this.#isTraining) this.#show(this.#hasGradients);
    }
    loaded.trainer.change(settings);
  }

  #show(withGradients: boolean): void {
    if (this.#loaded === undefined) return;
    const { runnable, trainer } = this.#loaded;
    const computation = describePass(runnable.pass(), runnable, trainer.iteration, withGradients);
    this.#hasGradients = withGradients;
    this.#port.send({ type: "computation", computation });
    this.#reportLoss(computation);
  }

  #reportLoss({ iteration, loss }: Computation): void {
    if (loss !== undefined) this.#port.send({ type: "progress", points: [[iteration, loss]], fromProgram: false });
  }

  #step(): void {
    const loaded = this.#trainable();
    if (loaded === undefined) return;
    loaded.trainer.step();
    // The same examples again, so that one sees what the step did to their loss.
    this.#show(true);
    loaded.runnable.advance();
  }

  async #train(): Promise<void> {
    const loaded = this.#trainable();
    if (loaded === undefined || this.#isTraining) return;
    this.#isTraining = true;
    this.#port.send({ type: "training", running: true });
    const curve = new ThrottledCurve(this.#port, false);
    let nextShow = performance.now() + showTime;
    while (this.#isTraining) {
      const sliceEnd = performance.now() + sliceTime;
      do {
        const { iteration } = loaded.trainer;
        const loss = loaded.trainer.step();
        loaded.runnable.advance();
        curve.add(iteration, loss);
        if (!Number.isFinite(loss)) throw divergence(loss, loaded);
      } while (performance.now() < sliceEnd);
      if (performance.now() >= nextShow) {
        const started = performance.now();
        this.#show(true);
        this.#reportAccuracy(loaded);
        const now = performance.now();
        nextShow = now + Math.max(showTime, showShare * (now - started));
      }
      await nextTurn();
    }
    curve.flush();
    this.#port.send({ type: "training", running: false });
    this.#show(true);
    this.#reportAccuracy(loaded);
  }

  #trainable(): Loaded | undefined {
    const loaded = this.#loaded;
    if (loaded === undefined) return undefined;
    if (loaded.runnable.parameters.size === 0)
      throw new Error("This model has no parameters, so there is nothing to train.");
    if (loaded.runnable.lossName === undefined)
      throw new Error("There is no loss to make smaller. Export targets or a loss.");
    return loaded;
  }

  #reportAccuracy({ program, runnable, trainer }: Loaded): void {
    const share = heldOutAccuracy(program, runnable);
    if (share !== undefined) this.#port.send({ type: "accuracy", iteration: trainer.iteration, share });
  }
}

function divergence(loss: number, { trainer, settings }: Loaded): Error {
  const { learningRate } = settings;
  return new Error(
    `The loss became ${loss} after ${trainer.iteration} steps. The learning rate ${learningRate} is probably too large: ` +
      `press Reset and try ${Number((learningRate / 10).toPrecision(3))}.`,
  );
}

/** Gathers points of a loss curve and sends them about twenty times in a second. */
class ThrottledCurve {
  readonly #port: Port;
  readonly #fromProgram: boolean;
  #points: (readonly [number, number])[] = [];
  #sentAt = performance.now();
  #steps = 0;

  constructor(port: Port, fromProgram: boolean) {
    this.#port = port;
    this.#fromProgram = fromProgram;
  }

  add(iteration: number, loss: number): void {
    this.#points.push([iteration, loss]);
    this.#steps++;
    if (performance.now() - this.#sentAt >= reportTime) this.flush();
  }

  flush(): void {
    if (this.#points.length === 0) return;
    const now = performance.now();
    const stepsPerSecond = (1000 * this.#steps) / Math.max(1, now - this.#sentAt);
    this.#port.send({ type: "progress", points: this.#points, fromProgram: this.#fromProgram, stepsPerSecond });
    this.#points = [];
    this.#steps = 0;
    this.#sentAt = now;
  }
}
