// What nobody calls is tried with symbolic arguments, so that a model in the making is checked, too.

import { type ts } from "ts-morph";
import { callFunction } from "../interpreter/functions";
import { type Session } from "../interpreter/session";
import { type Environment } from "../interpreter/environment";
import { type Signature } from "../facts";
import { draftShapes, mergeDrafts, type ShapeDraft } from "../report/shapes";
import { CallSite, type ReportedProblem, type Value } from "../values";
import { type Trial, tryHypotheses } from "./hypotheses";
import { forgetFields, forgetVariables } from "./others";
import { Arguments } from "./parameters";
import { signatureOf } from "./signatures";
import { problemsInSequences } from "./sequences";
import { type TargetFunction, targetsOf } from "./targets";

export interface Exploration {
  readonly drafts: ReadonlyMap<string, ShapeDraft>;
  readonly problems: readonly ReportedProblem[];
  readonly signatures: readonly Signature[];
  /** What came of trying each function, by its node. */
  readonly trials: ReadonlyMap<ts.Node, Trial>;
  readonly isComplete: boolean;
}

export function exploreUncalled(session: Session): Exploration {
  const drafts = new Map<string, ShapeDraft>();
  const problems: ReportedProblem[] = [];
  const signatures: Signature[] = [];
  const trials = new Map<ts.Node, Trial>();
  const layers = [...session.layers];
  let isComplete = true;
  for (const target of targetsOf(session)) {
    const { node } = target.fn;
    if (session.machine.called.has(node) || !node.body) continue;
    const trial = tryTarget(session, target);
    trials.set(node, trial);
    isComplete &&= trial.isComplete;
    problems.push(...trial.problems);
    for (const outcome of trial.shown) {
      addDrafts(drafts, draftShapes(outcome.sightings, outcome.facts));
      layers.push(...outcome.layers);
    }
    const signature = signatureOf(session, target, trial.survivors);
    if (signature) signatures.push(signature);
  }
  problems.push(...problemsInSequences(session, layers, [...session.problems, ...problems]));
  return { drafts, problems, signatures, trials, isComplete };
}

function addDrafts(all: Map<string, ShapeDraft>, more: ReadonlyMap<string, ShapeDraft>): void {
  for (const [key, draft] of more) {
    const before = all.get(key);
    all.set(key, before ? mergeDrafts(before, draft) : draft);
  }
}

/** Calls a function, or a method on the instances of its class, with made-up arguments. */
export function tryTarget(session: Session, target: TargetFunction): Trial {
  const { machine, module, facts } = session;
  const { fn, owner } = target;
  const site = new CallSite(module, fn.node, undefined);
  return tryHypotheses(machine, facts, (hypothesis, slots) => {
    forgetVariables(session, fn.node);
    const args = new Arguments(machine, fn.closure as Environment, hypothesis, site);
    const instances = owner ? (machine.instances.get(owner.node) ?? []) : [];
    let thisValue: Value = target.thisValue;
    if (owner) thisValue = instances[0] ?? args.instanceOf(owner);
    if (thisValue.kind === "object") forgetFields(session, thisValue, fn.node);
    const values = args.of(fn.node);
    slots.push(...args.slots);
    return callFunction(machine, fn, thisValue, values, site);
  });
}
