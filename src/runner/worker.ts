// The worker's runtime. It is bundled together with the user's file and serves the panel's commands.

import { workerCommand } from "../protocol/worker";
import { captureConsole } from "./console";
import { openPort } from "./port";
import { Session } from "./session";

/** Listens to the panel; `load` runs the user's file when the panel asks for it. */
export function serve(load: () => Promise<unknown>): void {
  const port = openPort(workerCommand, (command) => void session.receive(command));
  const session = new Session(port, load);
  captureConsole(port);
  const scope = globalThis as unknown as {
    addEventListener?(type: string, listener: (event: { error?: unknown; reason?: unknown }) => void): void;
  };
  scope.addEventListener?.("error", (event) => session.fail(event.error));
  scope.addEventListener?.("unhandledrejection", (event) => session.fail(event.reason));
  port.send({ type: "ready" });
}
