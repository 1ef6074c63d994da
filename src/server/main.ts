// The language server as a program of its own: over stdio, IPC, a pipe or a socket, as its arguments say.

import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { startServer } from "./server";

startServer(createConnection(ProposedFeatures.all));
