// The language server on the process's own standard streams.

import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { startServer } from "./server";

/** Serves until the client leaves, which ends the process. */
export function serveStdio(): Promise<never> {
  startServer(createConnection(ProposedFeatures.all, process.stdin, process.stdout));
  return new Promise(() => undefined);
}
