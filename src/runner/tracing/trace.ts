// Records the operations of a program while it runs.

import { Tensor } from "@shapelens/engine";
import { type OpRecord, setRecordAll, setTracer } from "@shapelens/engine/tooling";
import { captureStack } from "./frames";
import { type LayerCall } from "./layers";

/** One operation that ran. The stack is made into text only when it is sent. */
export interface Step extends OpRecord {
  readonly stack: Error;
  readonly layer?: LayerCall;
  readonly isLoss: boolean;
}

/** The operations of one pass, with how many before them were let go. */
export interface Trace {
  readonly steps: readonly Step[];
  readonly omitted: number;
}

/** As many operations as somebody may want to look at; a longer program is shown from its end. */
const mostSteps = 600;

/** Runs and lists every operation; gradients of every activation can be asked for afterwards. */
export function traced<T>(
  run: (mark: { loss(on: boolean): void }) => T,
  currentLayer: () => LayerCall | undefined = () => undefined,
): { readonly result: T; readonly trace: Trace } {
  const steps: Step[] = [];
  let isLoss = false;
  const before = setTracer((record) => {
    if (!record.inputs.includes(record.output)) {
      steps.push({ ...record, stack: captureStack(), layer: currentLayer(), isLoss });
    }
  });
  setRecordAll(true);
  try {
    return { result: run({ loss: (on) => (isLoss = on) }), trace: { steps, omitted: 0 } };
  } finally {
    setRecordAll(false);
    setTracer(before);
  }
}

/** Is told that the user's own loop called `backward()` on a loss, for the `iteration`-th time. */
export type LoopListener = (iteration: number, loss: number) => void;

/**
 * Lists the operations of a program that may run long: every `backward()` of its own ends a pass, and the operations
 * after it begin a new one, so that what remains at the end is the last pass. The tape is left as the program wants it.
 */
export class ProgramTracer {
  readonly #onBackward: LoopListener;
  readonly #originalBackward = Tensor.prototype.backward;
  #steps: Step[] = [];
  #omitted = 0;
  #passEnded = false;
  #iteration = 0;

  constructor(onBackward: LoopListener) {
    this.#onBackward = onBackward;
  }

  start(): void {
    setTracer((record) => this.#add(record));
    const afterwards = (loss: Tensor): void => this.#endPass(loss);
    const original = this.#originalBackward;
    Tensor.prototype.backward = function (this: Tensor, seed?: Tensor): void {
      original.call(this, seed);
      afterwards(this);
    };
  }

  stop(): Trace {
    setTracer(undefined);
    Tensor.prototype.backward = this.#originalBackward;
    return { steps: this.#steps, omitted: this.#omitted };
  }

  #add(record: OpRecord): void {
    if (record.inputs.includes(record.output)) return;
    if (this.#passEnded) {
      this.#omitted += this.#steps.length;
      this.#steps = [];
      this.#passEnded = false;
    } else if (this.#steps.length >= 2 * mostSteps) {
      this.#omitted += mostSteps;
      this.#steps.splice(0, mostSteps);
    }
    this.#steps.push({ ...record, stack: captureStack(), isLoss: false });
  }

  #endPass(loss: Tensor): void {
    this.#passEnded = true;
    if (loss.size === 1) this.#onBackward(this.#iteration++, loss.item());
  }
}
