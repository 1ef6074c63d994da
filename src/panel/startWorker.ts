// Runs a script in a worker of the page. The worker inherits the page's closed policy: no network, no DOM, no Node.

import { type WorkerHandle } from "./controller";

/** Starts `code`. `onCrash` is told when the script cannot even be read. */
export function startWorker(
  code: string,
  onReport: (report: unknown) => void,
  onCrash: (message: string) => void,
): WorkerHandle {
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const worker = new Worker(url);
  let isAlive = false;
  worker.onmessage = ({ data }: MessageEvent<unknown>) => {
    isAlive = true;
    onReport(data);
  };
  // A runtime that has begun to talk reports errors by itself, with their places.
  worker.onerror = (event) => {
    if (!isAlive) onCrash(event.message || "The program could not be started.");
  };
  return {
    post: (command) => worker.postMessage(command),
    terminate() {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}
