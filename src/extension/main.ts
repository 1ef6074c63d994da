// The extension: activate composes. The language server starts in the background, in a process of its own.

import * as vscode from "vscode";
import { registerRestartServer } from "./commands/restartServer";
import { registerShowShapeTable } from "./commands/showShapeTable";
import { registerToggleShapeHints } from "./commands/toggleShapeHints";
import { LanguageServer } from "./languageServer";
import { registerRunModel } from "./panel/runModel";
import { registerStatusBar } from "./statusBar";

/** What the extension tells tests and other extensions. */
export interface ShapelensApi {
  /** How long activation took, in milliseconds. */
  readonly activationTime: number;
  /** Fulfilled when the language server answers. */
  readonly ready: Promise<void>;
}

export function activate(context: vscode.ExtensionContext): ShapelensApi {
  const started = performance.now();
  const output = vscode.window.createOutputChannel("Shapelens", { log: true });
  const server = new LanguageServer(context, output);
  context.subscriptions.push(output, server);

  registerRunModel(context, (method, params) => server.ask(method, params));
  registerShowShapeTable(context, server);
  registerRestartServer(context, server);
  registerToggleShapeHints(context);
  registerStatusBar(context, server);

  const ready = server.start();
  const activationTime = performance.now() - started;
  output.info(`Activated in ${activationTime.toFixed(1)} ms`);
  return { activationTime, ready };
}
