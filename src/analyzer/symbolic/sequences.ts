// A Sequential that nothing calls yet is tried layer by layer, so that two layers that cannot follow each other are
// found where they are put together.

import { Module, Sequential } from "@shapelens/engine";
import { ts } from "ts-morph";
import { engineProperty } from "../bridge";
import { callValue } from "../interpreter/calls";
import { type Session } from "../interpreter/session";
import { CallSite, engineValue, type RecordedLayer, type ReportedProblem, type Value } from "../values";
import { type GivenInputs, keyOfGiven } from "./given";
import { type TrialCall, tryHypotheses } from "./hypotheses";
import { Arguments } from "./parameters";

/**
 * What is certainly wrong with the sequences that the file's top level names. `layers` and `problems` are what was seen
 * elsewhere: a sequence that was called has had its say.
 */
export function problemsInSequences(
  session: Session,
  layers: readonly RecordedLayer[],
  problems: readonly ReportedProblem[],
  given: { readonly model: { readonly value: Value }; readonly inputs: GivenInputs } | undefined,
): ReportedProblem[] {
  const found = sequencesIn(session);
  if (found.length === 0) return [];
  const called = new Set<unknown>([
    ...layers.map(({ owner }) => owner),
    ...problems.map(({ subject }) => subject?.receiver),
  ]);
  return found
    .filter(({ sequence }) => !sequence.namedModules().some(([, module]) => called.has(module)))
    .flatMap(({ sequence, node }) => {
      const { value } = given?.model ?? {};
      const isMain = value?.kind === "engine" && value.object === sequence;
      return trySequence(session, sequence, node, isMain ? given?.inputs : undefined);
    });
}

interface Written {
  readonly sequence: Sequential;
  readonly node: ts.NewExpression;
}

/** The sequences whose layers are written one by one: `const net = new Sequential(new Linear(784, 64), …)`. */
function sequencesIn({ module, instance }: Session): Written[] {
  const found: Written[] = [];
  for (const statement of module.source.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (!ts.isIdentifier(name) || !initializer || !ts.isNewExpression(initializer)) continue;
      const value = instance.environment.own(name.text)?.value;
      if (value?.kind !== "engine" || !(value.object instanceof Sequential)) continue;
      if (initializer.arguments?.length === value.object.layers.length)
        found.push({ sequence: value.object, node: initializer });
    }
  }
  return found;
}

/** Where a layer is written, which stands for the call that gives it what the layer before made. */
class LayerSite extends CallSite {
  override get argumentNodes(): readonly ts.Expression[] {
    return [];
  }
}

function trySequence(
  session: Session,
  sequence: Sequential,
  node: ts.NewExpression,
  given: GivenInputs | undefined,
): readonly ReportedProblem[] {
  const { machine, module, facts, instance } = session;
  const siteOf = (at: ts.Node): CallSite => new LayerSite(module, at, undefined);
  const call: TrialCall = (hypothesis, slots) => {
    const args = new Arguments(machine, instance.environment, hypothesis, siteOf(node));
    let value = args.tensorNamed("x", node);
    slots.push(...args.slots);
    sequence.layers.forEach((layer, i) => {
      const site = siteOf(node.arguments![i]!);
      const receiver = engineValue(layer, Module.name);
      value = callValue(machine, engineProperty(machine, receiver, "forward", site), receiver, [value], site);
    });
    return value;
  };
  const trial = session.keep(node, [sequence, facts, ...keyOfGiven(given)], () =>
    tryHypotheses(machine, facts, call, given),
  );
  return trial.problems;
}
