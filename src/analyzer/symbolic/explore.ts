// What nobody calls is tried with symbolic arguments, so that a model in the making is checked, too.

import { type ts } from "ts-morph";
import { callFunction } from "../interpreter/functions";
import { type Session } from "../interpreter/session";
import { type Environment } from "../interpreter/environment";
import { type Signature } from "../facts";
import { draftShapes, mergeDrafts, type ShapeDraft } from "../report/shapes";
import { CallSite, noting, Reads, type ReportedProblem, type Value } from "../values";
import { type Trial, tryHypotheses } from "./hypotheses";
import { forgetFields, forgetVariables, variablesSetOutside } from "./others";
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
  session.beginTrials();
  let isComplete = true;
  for (const target of targetsOf(session)) {
    const { node } = target.fn;
    if (session.machine.called.has(node) || !node.body) continue;
    const trial = tryTarget(session, node, target);
    trials.set(node, trial);
    isComplete &&= trial.isComplete;
    problems.push(...trial.problems);
    addDrafts(drafts, draftsOf(trial));
    for (const outcome of trial.shown) layers.push(...outcome.layers);
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

interface Drafted {
  readonly drafts: ReadonlyMap<string, ShapeDraft>;
  readonly reads: Reads;
}

const drafted = new WeakMap<Trial, Drafted>();

/** What is shown of a trial, put into words once for as long as they would be the same. */
function draftsOf(trial: Trial): ReadonlyMap<string, ShapeDraft> {
  const before = drafted.get(trial);
  if (before?.reads.areValid) return before.drafts;
  const drafts = new Map<string, ShapeDraft>();
  const reads = new Reads();
  noting(reads, () => {
    for (const outcome of trial.shown) addDrafts(drafts, draftShapes(outcome.sightings, outcome.facts));
  });
  drafted.set(trial, { drafts, reads });
  return drafts;
}

/** Calls a function, or a method on the instances of its class, with made-up arguments. `id`: what the trial is kept for. */
export function tryTarget(session: Session, id: object, { fn, owner, thisValue }: TargetFunction): Trial {
  const { machine, module, facts } = session;
  const [instance] = owner ? (machine.instances.get(owner.node) ?? []) : [];
  const forgotten = variablesSetOutside(session, fn.node);
  return session.keep(id, [fn, owner, thisValue, instance, facts, ...forgotten], () => {
    const site = new CallSite(module, fn.node, undefined);
    return tryHypotheses(machine, facts, (hypothesis, slots) => {
      forgetVariables(session, forgotten);
      const args = new Arguments(machine, fn.closure as Environment, hypothesis, site);
      const receiver: Value = owner ? (instance ?? args.instanceOf(owner)) : thisValue;
      if (receiver.kind === "object") forgetFields(session, receiver, fn.node);
      const values = args.of(fn.node);
      slots.push(...args.slots);
      return callFunction(machine, fn, receiver, values, site);
    });
  });
}
