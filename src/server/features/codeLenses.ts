// Code lenses over what can be run: ▶ Run model, and beside it the shapes it takes and gives. Over other functions:
// what they require of their arguments.

import { type CodeLens, CodeLensRefreshRequest } from "vscode-languageserver";
import { type Model, type Signature } from "../../analyzer/facts";
import { rangeOf } from "../locations";
import { type Analysis } from "../project";
import { type Feature } from "../session";
import { refreshOnChange } from "./refresh";

export const registerCodeLenses: Feature = (session) => {
  const { connection, project } = session;
  const news = refreshOnChange(session, {
    content: ({ facts: { models, signatures } }) =>
      JSON.stringify([
        models.map((model) => [model.start, model.name, flowOf(model)]),
        signatures.map(({ start, requires }) => [start, requires]),
      ]),
    refresh: () =>
      session.client.refreshesCodeLenses ? connection.sendRequest(CodeLensRefreshRequest.type) : undefined,
  });
  connection.onCodeLens(async ({ textDocument }) => {
    const { enable, codeLens } = session.settings;
    const analysis = enable && codeLens ? await project.analyse(textDocument.uri) : undefined;
    if (!analysis) return null;
    news.answered(analysis);
    const runnable = session.client.runsModels ? analysis.facts.models : [];
    return [
      ...runnable.flatMap((model) => lensesOf(model, analysis)),
      ...project.signatures(analysis).flatMap((signature) => requirementOf(signature, analysis)),
    ];
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

/** `requires x: [*, 784]`; it is only read. */
function requirementOf({ requires, ...span }: Signature, { document }: Analysis): CodeLens[] {
  if (requires.length === 0) return [];
  const [first, ...others] = requires;
  const title = [first, ...others.map((each) => each.replace(/^requires /, ""))].join(", ");
  return [{ range: rangeOf(document, span), command: { title, command: "" } }];
}

/** `x: [batch, 784] → [batch, 10]`; nothing for a script, which takes nothing. */
function flowOf({ inputs, output }: Model): string {
  if (inputs.length === 0 || output === undefined) return "";
  return `${inputs.map(({ name, shape }) => `${name}: [${shape.join(", ")}]`).join(", ")} → ${output}`;
}
