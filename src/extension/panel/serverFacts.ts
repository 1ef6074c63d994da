// What the language server knows about a file that is to be run.

import type * as vscode from "vscode";
import { type ProgramInfo } from "../../protocol/panel";
import {
  editorRequests,
  type FileParams,
  type Model,
  type ModelsResult,
  type NamesResult,
} from "../../protocol/editor";

/** Sends a request of `editorRequests` to the language server. */
export type AskServer = <Result>(method: string, params: FileParams) => Promise<Result>;

/** A model can be run without the server's help; it is not waited for longer than this, in milliseconds. */
const patience = 5000;

export async function modelsOf(ask: AskServer, uri: vscode.Uri): Promise<readonly Model[]> {
  const result = await answerTo<ModelsResult>(ask, editorRequests.models, uri);
  return result?.models ?? [];
}

export async function namesOf(ask: AskServer, uri: vscode.Uri): Promise<ProgramInfo["names"]> {
  const result = await answerTo<NamesResult>(ask, editorRequests.names, uri);
  return result?.names ?? [];
}

async function answerTo<Result>(ask: AskServer, method: string, uri: vscode.Uri): Promise<Result | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, patience, undefined));
  try {
    return await Promise.race([ask<Result>(method, { uri: uri.toString() }), late]);
  } catch {
    return undefined;
  }
}
