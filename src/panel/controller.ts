// The panel's logic: one worker at a time, its reports made into state. Knows no page and no component.

import { type HostMessage, type PanelMessage, type ProgramInfo, type SourcePosition } from "../protocol/panel";
import { type Settings, type WorkerCommand, workerReport, type WorkerReport } from "../protocol/worker";
import { thinned } from "./curve";
import { layerLine, sourceLines } from "./sourceLines";
import { initialState, type PanelState } from "./state";

/** A running worker, as much of it as is needed here. */
export interface WorkerHandle {
  post(command: WorkerCommand): void;
  terminate(): void;
}

export interface Surroundings {
  startWorker(code: string, onReport: (report: unknown) => void, onCrash: (message: string) => void): WorkerHandle;
  send(message: PanelMessage): void;
  /** Milliseconds from an arbitrary start. */
  now(): number;
}

/** A worker that says nothing for this long, though it was asked, is busy with the user's code. */
const patience = 1000;

interface Program {
  readonly info: ProgramInfo;
  readonly code: string;
  readonly lineOf: ReturnType<typeof sourceLines>;
}

export class Controller {
  readonly #around: Surroundings;
  readonly #listeners = new Set<() => void>();
  #state: PanelState;
  #program: Program | undefined;
  #worker: WorkerHandle | undefined;
  /** Counts workers, so that a late report of one that was ended is not taken for the new one's. */
  #generation = 0;
  #seed = 0;
  #unanswered = 0;
  #heardAt = 0;

  constructor(around: Surroundings, state: PanelState) {
    this.#around = around;
    this.#state = state;
  }

  get state(): PanelState {
    return this.#state;
  }

  /** Whether there is a program that can be started again without the extension's help. */
  get hasProgram(): boolean {
    return this.#program !== undefined;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  receive(message: HostMessage): void {
    switch (message.type) {
      case "bundling":
        return this.#set({ phase: this.#worker ? this.#state.phase : "bundling", title: message.title });
      case "edited":
        return this.#set({ isEdited: true });
      case "failed":
        this.#end();
        this.#program = undefined;
        return this.#set({
          phase: this.#state.computation === undefined ? "empty" : "stopped",
          isEdited: false,
          title: message.title,
          failure: { message: message.message, position: message.position },
        });
      case "program": {
        const isSame =
          this.#state.info?.file === message.info.file && this.#state.info.model.name === message.info.model.name;
        this.#program = { info: message.info, code: message.code, lineOf: sourceLines(message.map) };
        this.#seed = 0;
        this.#set({ settings: isSame ? this.#state.settings : initialState.settings });
        return this.#start();
      }
    }
  }

  /** Asks the extension for the file as it is now. */
  run(): void {
    this.#around.send({ type: "run" });
  }

  /** A fresh worker with fresh random numbers. */
  reset(): void {
    if (this.#program === undefined) return this.run();
    this.#seed++;
    this.#start();
  }

  /** Ends the worker at once, whatever it is doing. */
  stop(): void {
    this.#end();
    this.#set({ phase: this.#state.info === undefined ? "empty" : "stopped" });
  }

  forward(): void {
    this.#command({ type: "forward" });
  }

  backprop(): void {
    this.#command({ type: "backprop" });
  }

  step(): void {
    this.#command({ type: "step" });
  }

  trainOrPause(): void {
    this.#command({ type: this.#state.phase === "training" ? "pause" : "train" });
  }

  changeSettings(change: Partial<Settings>): void {
    const settings = { ...this.#state.settings, ...change };
    this.#set({ settings });
    if (this.#worker !== undefined) this.#command({ type: "settings", settings });
  }

  reveal(position: SourcePosition): void {
    this.#around.send({ type: "reveal", position });
  }

  /** To be called every now and then: notices a worker that has stopped answering. */
  watch(): void {
    const isBusy = this.#worker !== undefined && this.#unanswered > 0 && this.#around.now() - this.#heardAt > patience;
    if (isBusy !== this.#state.isBusy) this.#set({ isBusy });
  }

  #start(): void {
    const { info, code } = this.#program!;
    const { settings } = this.#state;
    this.#end();
    const generation = this.#generation;
    const isCurrent = (): boolean => generation === this.#generation;
    this.#set({ ...initialState, phase: "starting", info, title: info.title, settings });
    this.#worker = this.#around.startWorker(
      code,
      (report) => {
        if (isCurrent() && workerReport(report)) this.#hear(report);
      },
      (message) => {
        if (isCurrent()) this.#set({ phase: "stopped", failure: { message } });
      },
    );
    this.#command({ type: "start", model: info.model, settings, seed: this.#seed });
  }

  #end(): void {
    this.#generation++;
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#unanswered = 0;
    this.#set({ isBusy: false });
  }

  #command(command: WorkerCommand): void {
    if (this.#worker === undefined) return;
    if (this.#unanswered === 0) this.#heardAt = this.#around.now();
    this.#unanswered++;
    this.#worker.post(command);
    this.#worker.post({ type: "ping" });
  }

  #hear(report: WorkerReport): void {
    this.#heardAt = this.#around.now();
    if (report.type === "pong") this.#unanswered = Math.max(0, this.#unanswered - 1);
    this.#set({ isBusy: false, ...this.#changeBy(report) });
  }

  #changeBy(report: WorkerReport): Partial<PanelState> {
    switch (report.type) {
      case "ready":
      case "pong":
        return {};
      case "started": {
        const { notes, parameters, examples, canTrain } = report;
        return { phase: "ready", notes, parameters, examples, canTrain };
      }
      case "computation": {
        const { info, lineOf } = this.#program!;
        const { computation } = report;
        const positions = computation.steps.map(({ frames, layer }) => lineOf(frames) ?? layerLine(info, layer?.path));
        const clear = this.#state.phase === "training" ? {} : { failure: undefined };
        return { computation, positions, ...clear };
      }
      case "progress": {
        const { points, stepsPerSecond } = report;
        return { curve: thinned(joined(this.#state.curve, points)), stepsPerSecond };
      }
      case "accuracy":
        return { accuracy: report.share };
      case "training":
        if (this.#state.phase !== "ready" && this.#state.phase !== "training") return {};
        return { phase: report.running ? "training" : "ready", ...(report.running ? { failure: undefined } : {}) };
      case "log":
        return { log: [...this.#state.log, { level: report.level, text: report.text }] };
      case "failure": {
        const failure = { message: report.message, position: this.#program!.lineOf(report.frames) };
        // What failed while starting has nothing to go on with.
        return { failure, phase: this.#state.phase === "starting" ? "stopped" : "ready" };
      }
    }
  }

  #set(change: Partial<PanelState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** A later point at the same iteration takes the earlier one's place. */
function joined(curve: PanelState["curve"], points: PanelState["curve"]): PanelState["curve"] {
  const first = points[0]?.[0] ?? Infinity;
  let end = curve.length;
  while (end > 0 && curve[end - 1]![0] >= first) end--;
  return [...curve.slice(0, end), ...points];
}
