// Makes what the panel runs: the bundle of a document with everything that is known about its models.

import { basename, extname, join } from "node:path";
import * as vscode from "vscode";
import { type Model } from "../../protocol/editor";
import { type HostMessage } from "../../protocol/panel";
import { type ModelSpec } from "../../protocol/worker";
import { type AskServer, modelsOf, namesOf } from "./serverFacts";

/** What to run: a document and, once chosen, one of its models. */
export interface ModelProgram {
  readonly uri: vscode.Uri;
  readonly modelName: string | undefined;
}

export interface PreparedProgram {
  readonly message: HostMessage;
  /** The model that was chosen. */
  readonly modelName: string | undefined;
  /** Every file that went in, by its path. */
  readonly files: ReadonlyMap<string, vscode.Uri>;
}

/** Bundles the document as it is in the editor. `undefined` when nobody chose a model, or `signal` gave it up. */
export async function prepareProgram(
  { uri, modelName }: ModelProgram,
  ask: AskServer,
  context: vscode.ExtensionContext,
  signal: AbortSignal,
): Promise<PreparedProgram | undefined> {
  const document = await vscode.workspace.openTextDocument(uri);
  const file = pathOf(document);
  const title = basename(file);
  const model = await chooseModel(await modelsOf(ask, uri), modelName, title);
  if (model === undefined || signal.aborted) return undefined;
  const names = await namesOf(ask, uri);
  const { bundle } = await import("../../runner/bundle/bundle");
  const open = vscode.workspace.textDocuments.filter(
    ({ uri: { scheme } }) => scheme === "file" || scheme === "untitled",
  );
  const shipped = (name: string): string => context.asAbsolutePath(join("dist", name));
  try {
    const result = await bundle({
      file,
      openTexts: new Map(open.map((each) => [pathOf(each), each.getText()])),
      engine: {
        main: shipped("engine/index.js"),
        onnx: shipped("engine/onnx.js"),
        tooling: shipped("engine/tooling.js"),
      },
      runtime: shipped("worker.js"),
      signal,
    });
    if (signal.aborted) return undefined;
    const own = new Map([[file, uri]]);
    if (!result.ok) {
      const { message, place } = result;
      if (place !== undefined) own.set(place.file, place.file === file ? uri : vscode.Uri.file(place.file));
      return { message: { type: "failed", title, message, position: place }, modelName, files: own };
    }
    for (const path of result.files) if (path !== file) own.set(path, vscode.Uri.file(path));
    const info = { file, title, model: model.spec, names, layers: layerLines(document, model.facts) };
    return {
      message: { type: "program", info, code: result.code, map: result.map },
      modelName: model.spec.name,
      files: own,
    };
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

interface ChosenModel {
  readonly spec: ModelSpec;
  readonly facts: Model | undefined;
}

/** Asks only when there are several. What the analyzer knows nothing about is run as a script. */
async function chooseModel(
  models: readonly Model[],
  name: string | undefined,
  title: string,
): Promise<ChosenModel | undefined> {
  const chosen = (model: Model): ChosenModel => {
    const { kind, inputs } = model;
    const named = inputs.map(({ name: input, shape, dtype }) => ({ name: input, shape: [...shape], dtype }));
    return { spec: { name: model.name, kind, inputs: named }, facts: model };
  };
  const known = models.find((model) => model.name === name);
  if (known !== undefined) return chosen(known);
  if (models.length === 0) return { spec: { name: title, kind: "script", inputs: [] }, facts: undefined };
  if (models.length === 1) return chosen(models[0]!);
  const items = models.map((model) => ({
    label: model.name,
    description: model.kind,
    detail: `${model.inputs.map(({ name: input, shape }) => `${input}: [${shape.join(", ")}]`).join(", ")} → ${model.output ?? "?"}`,
    model,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: "Run Model", placeHolder: "Which model?" });
  return picked && chosen(picked.model);
}

function layerLines(document: vscode.TextDocument, model: Model | undefined): { path: string; line: number }[] {
  return (model?.layers ?? []).map(({ name, start }) => ({ path: name, line: document.positionAt(start).line }));
}

/** Where a document is, or would be if it were saved in the workspace. */
export function pathOf({ uri, languageId }: vscode.TextDocument): string {
  if (uri.scheme !== "untitled") return uri.fsPath;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? process.cwd();
  const name = basename(uri.path);
  const ending = languageId.startsWith("javascript") ? ".js" : ".ts";
  return join(folder, extname(name) === "" ? name + ending : name);
}
