// The worker's end of the line to the panel. Taken at start, before the user's code can touch the globals.

import { type Check } from "../protocol/check";
import { type WorkerCommand, type WorkerReport } from "../protocol/worker";

/** What a worker's global offers for messages. */
interface WorkerGlobal {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
}

export interface Port {
  send(report: WorkerReport): void;
}

/** Connects to the panel. What is not a command is dropped. */
export function openPort(isCommand: Check<WorkerCommand>, receive: (command: WorkerCommand) => void): Port {
  const scope = globalThis as unknown as WorkerGlobal;
  const post = scope.postMessage.bind(scope);
  scope.addEventListener("message", ({ data }) => {
    if (isCommand(data)) receive(data);
  });
  return { send: (report) => post(report) };
}

/**
 * Lets waiting messages through. A message channel, because timers wait at least four milliseconds when they are nested.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
