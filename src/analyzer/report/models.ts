// What can be run: scripts, exported Module classes and instances, exported functions of tensors.

import { Module } from "@shapelens/engine";
import { type ts } from "ts-morph";
import { type Model, type ModelInput } from "../facts";
import { callValue } from "../interpreter/calls";
import { type Session } from "../interpreter/session";
import { Arguments } from "../symbolic/parameters";
import { type Exploration, tryTarget } from "../symbolic/explore";
import { type Outcome, tryHypotheses } from "../symbolic/hypotheses";
import { rowsOf } from "./rows";
import { shapeOf } from "../symbolic/signatures";
import { type TargetFunction } from "../symbolic/targets";
import { CallSite, type ClassValue, type EngineValue, undefinedValue, type Value, withFacts } from "../values";
import { engineProperty } from "../bridge";

export function modelsOf(session: Session, exploration: Exploration): Model[] {
  const models: Model[] = [];
  const done = new Set<Value>();
  for (const [name, cell] of session.instance.exports) {
    const { value } = cell;
    if (!value || done.has(value)) continue;
    done.add(value);
    const model = exportedModel(session, exploration, name, value);
    if (model) models.push(model);
  }
  // Beside a model that it exports, what a file computes is the model's data or its training.
  const script = models.some(({ kind }) => kind === "instance") ? undefined : scriptModel(session);
  return script ? [script, ...models] : models;
}

/** A file whose top level computes something. */
function scriptModel(session: Session): Model | undefined {
  const layers = rowsOf(session, session.layers);
  if (layers.length === 0) return undefined;
  const name = session.module.file.replace(/^.*[\\/]/, "").replace(/\.\w+$/, "");
  const output = session.layers[session.layers.length - 1]?.output;
  const start = layers[0]!.start;
  return { name, kind: "script", start, end: start, inputs: [], output, layers };
}

function exportedModel(session: Session, exploration: Exploration, name: string, value: Value): Model | undefined {
  switch (value.kind) {
    case "class": {
      const forward = memberOf(value, "forward");
      if (!extendsModule(value) || forward?.kind !== "function") return undefined;
      const outcome = outcomeOf(session, exploration, value, {
        name,
        fn: forward,
        owner: value,
        thisValue: undefinedValue,
      });
      return outcome && modelOf(session, name, "class", value.node, outcome);
    }
    case "object": {
      const cls = value.class;
      const forward = cls?.kind === "class" ? memberOf(cls, "forward") : undefined;
      if (cls?.kind !== "class" || !extendsModule(cls) || forward?.kind !== "function") return undefined;
      const outcome = outcomeOf(session, exploration, value, { name, fn: forward, owner: undefined, thisValue: value });
      return outcome && modelOf(session, name, "instance", undefined, outcome);
    }
    case "engine": {
      if (!(value.object instanceof Module)) return undefined;
      const outcome = outcomeOfLayer(session, value);
      return outcome && modelOf(session, name, "instance", undefined, outcome);
    }
    case "function": {
      const outcome = outcomeOf(session, exploration, value, {
        name,
        fn: value,
        owner: undefined,
        thisValue: undefinedValue,
      });
      if (!outcome || outcome.slots.length === 0 || outcome.result?.kind !== "tensor") return undefined;
      return modelOf(session, name, "function", value.node, outcome);
    }
    default:
      return undefined;
  }
}

function memberOf(cls: ClassValue, name: string): Value | undefined {
  for (let at: Value | undefined = cls; at?.kind === "class"; at = at.parent) {
    const member = at.members.get(name);
    if (member) return member.kind === "accessor" ? undefined : member;
  }
  return undefined;
}

function extendsModule(cls: ClassValue): boolean {
  let at: Value | undefined = cls;
  while (at?.kind === "class") at = at.parent;
  if (at?.kind !== "engine" || typeof at.object !== "function") return false;
  return at.object === Module || at.object.prototype instanceof Module;
}

function outcomeOf(
  session: Session,
  exploration: Exploration,
  id: object,
  target: TargetFunction,
): Outcome | undefined {
  const trial = exploration.trials.get(target.fn.node) ?? tryTarget(session, id, target);
  return trial.survivors[0];
}

function outcomeOfLayer(session: Session, layer: EngineValue): Outcome | undefined {
  const { machine, module, facts } = session;
  const site = new CallSite(module, module.source, undefined);
  const trial = session.keep(layer.object as object, [facts, module.source], () =>
    tryHypotheses(machine, facts, (hypothesis, slots) => {
      const args = new Arguments(machine, session.instance.environment, hypothesis, site);
      const input = args.tensorNamed("x", module.source);
      slots.push(...args.slots);
      return callValue(machine, engineProperty(machine, layer, "forward", site), layer, [input], site);
    }),
  );
  return trial.survivors[0];
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

function modelOf(
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
    layers: withFacts(outcome.facts, () => rowsOf(session, outcome.layers)),
  };
}
