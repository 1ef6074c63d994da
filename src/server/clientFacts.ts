// What the client said about itself when it introduced itself, as far as the server acts on it.

import { type InitializeParams, MarkupKind } from "vscode-languageserver";

export interface ClientFacts {
  readonly takesConfigurationRequests: boolean;
  readonly takesConfigurationRegistration: boolean;
  readonly takesWatcherRegistration: boolean;
  readonly refreshesInlayHints: boolean;
  readonly refreshesCodeLenses: boolean;
  readonly showsMarkdown: boolean;
  readonly showsRelatedInformation: boolean;
  /** The client knows the command behind the lens `▶ Run model`. */
  readonly runsModels: boolean;
  /** The client shows by itself which files are not followed to their end. */
  readonly showsCompleteness: boolean;
  /** Settings sent along by clients that answer no configuration requests. */
  readonly settings: unknown;
}

export function clientFacts({ capabilities, initializationOptions }: InitializeParams): ClientFacts {
  const { workspace, textDocument } = capabilities;
  const options: unknown = initializationOptions;
  const given = typeof options === "object" && options !== null ? (options as Readonly<Record<string, unknown>>) : {};
  return {
    takesConfigurationRequests: workspace?.configuration ?? false,
    takesConfigurationRegistration: workspace?.didChangeConfiguration?.dynamicRegistration ?? false,
    takesWatcherRegistration: workspace?.didChangeWatchedFiles?.dynamicRegistration ?? false,
    refreshesInlayHints: workspace?.inlayHint?.refreshSupport ?? false,
    refreshesCodeLenses: workspace?.codeLens?.refreshSupport ?? false,
    showsMarkdown: textDocument?.hover?.contentFormat?.includes(MarkupKind.Markdown) ?? false,
    showsRelatedInformation: textDocument?.publishDiagnostics?.relatedInformation ?? false,
    runsModels: given.runsModels === true,
    showsCompleteness: given.showsCompleteness === true,
    settings: given.settings,
  };
}
