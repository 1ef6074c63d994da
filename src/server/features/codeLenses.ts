// Code lenses over what can be run: ▶ Run model, and beside it the shapes it takes and gives.

import { type CodeLens, CodeLensRefreshRequest } from "vscode-languageserver";
import { type Model } from "../../analyzer/facts";
import { rangeOf } from "../locations";
import { type Analysis } from "../project";
import { type Feature } from "../session";
import { refreshOnChange } from "./refresh";

export const registerCodeLenses: Feature = (session) => {
  const { connection, project } = session;
  const news = refreshOnChange(session, {
    content: ({ facts }) => JSON.stringify(facts.models.map((model) => [model.start, model.name, flowOf(model)])),
    refresh: () =>
      session.client.refreshesCodeLenses ? connection.sendRequest(CodeLensRefreshRequest.type) : undefined,
  });
  connection.onCodeLens(async ({ textDocument }) => {
    const { enable, codeLens } = session.settings;
    const isWanted = enable && codeLens && session.client.runsModels;
    const analysis = isWanted ? await project.analyse(textDocument.uri) : undefined;
    if (!analysis) return null;
    news.answered(analysis);
    return analysis.facts.models.flatMap((model) => lensesOf(model, analysis));
  });
  return { codeLensProvider: {} };
};

function lensesOf(model: Model, { uri, document }: Analysis): CodeLens[] {
  const range = rangeOf(document, model);
  const run = { title: "▶ Run model", command: "shapelens.runModel", arguments: [uri, model.name] };
  const flow = flowOf(model);
  const table = { title: flow, command: "shapelens.showShapeTable", arguments: [uri] };
  return [{ range, command: run }, ...(flow ? [{ range, command: table }] : [])];
}

/** `x: [batch, 784] → [batch, 10]`; nothing for a script, which takes nothing. */
function flowOf({ inputs, output }: Model): string {
  if (inputs.length === 0 || output === undefined) return "";
  return `${inputs.map(({ name, shape }) => `${name}: [${shape.join(", ")}]`).join(", ")} → ${output}`;
}
