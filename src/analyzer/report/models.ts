// What can be run: scripts, exported Module classes and instances, exported functions of tensors.

import { type ts } from "ts-morph";
import { engineProperty } from "../bridge";
import { type Model, type ModelInput } from "../facts";
import { callValue } from "../interpreter/calls";
import { type Session } from "../interpreter/session";
import { type Exploration, tryTarget } from "../symbolic/explore";
import { type Exported, exportedModels } from "../symbolic/exported";
import { type GivenInputs, keyOfGiven } from "../symbolic/given";
import { type Trial, tryHypotheses } from "../symbolic/hypotheses";
import { type Outcome } from "../symbolic/outcome";
import { Arguments } from "../symbolic/parameters";
import { shapeOf } from "../symbolic/signatures";
import { type TargetFunction } from "../symbolic/targets";
import { CallSite, type EngineValue, undefinedValue, withFacts } from "../values";
import { rowsOf } from "./rows";

export function modelsOf(session: Session, exploration: Exploration): Model[] {
  const models: Model[] = [];
  for (const exported of exportedModels(session)) {
    const model = modelOf(session, exploration, exported);
    if (model) models.push(model);
  }
  // Beside a model that it exports, what a file computes is the model's data or its training.
  const script = models.some(({ kind }) => kind === "instance") ? undefined : scriptModel(session);
  return script ? [script, ...models] : models;
}

/** A file whose top level computes something. */
function scriptModel(session: Session): Model | undefined {
  const layers = rowsOf(session, session.layersOfUnits);
  if (layers.length === 0) return undefined;
  const name = session.module.file.replace(/^.*[\\/]/, "").replace(/\.\w+$/, "");
  const output = session.layers[session.layers.length - 1]?.output;
  const start = session.computing!.getStart();
  return { name, kind: "script", start, end: start, inputs: [], output, layers };
}

function modelOf(session: Session, exploration: Exploration, exported: Exported): Model | undefined {
  const { survivors } = trialOf(session, exploration, exported);
  const [outcome] = survivors;
  if (!outcome) return undefined;
  const { name, kind, value } = exported;
  if (kind === "function" && (outcome.slots.length === 0 || outcome.result?.kind !== "tensor")) return undefined;
  const model = runnable(session, name, kind, kind === "instance" ? undefined : value.node, outcome);
  // What comes of one of several ranks is no rule where the function tells ranks apart.
  const isOfRank = survivors.length > 1 && survivors.some(({ asksForRank }) => asksForRank);
  return isOfRank ? { ...model, output: undefined } : model;
}

function trialOf(session: Session, { given, trials }: Exploration, exported: Exported): Trial {
  const { name, value, forward } = exported;
  const isMain = given?.model.value === value;
  if (!forward) return tryLayer(session, value, isMain ? given.inputs : undefined);
  const target: TargetFunction = {
    name,
    fn: forward,
    owner: exported.kind === "class" ? exported.value : undefined,
    thisValue: exported.kind === "instance" ? exported.value : undefinedValue,
  };
  const tried = trials.get(forward.node);
  const isTried = tried && (exported.kind !== "instance" || tried.receiver === value);
  return isTried ? tried.trial : tryTarget(session, value, target, isMain ? given.inputs : undefined);
}

function tryLayer(session: Session, layer: EngineValue, given: GivenInputs | undefined): Trial {
  const { machine, module, facts } = session;
  const site = new CallSite(module, module.source, undefined);
  return session.keep(layer.object as object, [facts, module.source, ...keyOfGiven(given)], () =>
    tryHypotheses(
      machine,
      facts,
      (hypothesis, slots) => {
        const args = new Arguments(machine, session.instance.environment, hypothesis, site);
        const input = args.tensorNamed("x", module.source);
        slots.push(...args.slots);
        return callValue(machine, engineProperty(machine, layer, "forward", site), layer, [input], site);
      },
      given,
    ),
  );
}

/** The first statement in which a name stands. */
function statementNaming(name: string, source: ts.SourceFile): ts.Statement | undefined {
  const word = new RegExp(`\\b${name.replaceAll("$", "\\$")}\\b`, "g");
  for (const { index } of source.text.matchAll(word)) {
    const statement = source.statements.find(({ end }) => index < end);
    // Not in a comment in front of it.
    if (statement && index >= statement.getStart(source)) return statement;
  }
  return undefined;
}

function runnable(
  session: Session,
  name: string,
  kind: Model["kind"],
  node: { getStart(): number; readonly end: number } | undefined,
  outcome: Outcome,
): Model {
  const { source } = session.module;
  const declared = node ?? statementNaming(name, source);
  const start = declared ? declared.getStart() : 0;
  const inputs = outcome.slots.map((slot): ModelInput => {
    const dims = shapeOf(outcome, slot.value) ?? [];
    const shape = dims.map((dim) => (/^\d+$/.test(dim) ? Number(dim) : dim));
    return { name: slot.name, shape, dtype: slot.value.tensor!.dtype };
  });
  const output = shapeOf(outcome, outcome.result);
  return {
    name,
    kind,
    start,
    end: Math.min(declared?.end ?? start, source.text.indexOf("\n", start) >>> 0),
    inputs,
    output: output && `[${output.join(", ")}]`,
    // Rows are put into words when they are read: under the facts that this outcome learned.
    layers: withFacts(outcome.facts, () => rowsOf(session, [outcome.layers])),
  };
}
