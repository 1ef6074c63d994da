// What nobody calls is tried with symbolic arguments, so that a model in the making is checked, too.

import { type ts } from "ts-morph";
import { callFunction } from "../interpreter/functions";
import { type Session } from "../interpreter/session";
import { type Environment } from "../interpreter/environment";
import { type Signature } from "../facts";
import { draftShapes, mergeDrafts, type ShapeDraft } from "../report/shapes";
import { CallSite, noting, Reads, type ReportedProblem, type Value } from "../values";
import { type Exported, mainModel } from "./exported";
import { type GivenInputs, givenInputs, keyOfGiven } from "./given";
import { type Trial, type TrialCall, tryHypotheses } from "./hypotheses";
import { forgetFields, forgetVariables, variablesSetOutside } from "./others";
import { Arguments } from "./parameters";
import { signatureOf } from "./signatures";
import { problemsInSequences } from "./sequences";
import { type TargetFunction, targetsOf } from "./targets";
import { takesTensors } from "./typeNodes";

export interface Exploration {
  readonly drafts: ReadonlyMap<string, ShapeDraft>;
  readonly problems: readonly ReportedProblem[];
  readonly signatures: readonly Signature[];
  /** What came of trying each function, by its node, and whose method it was tried as. */
  readonly trials: ReadonlyMap<ts.Node, { readonly trial: Trial; readonly receiver: Value }>;
  /** The model that the file brings inputs for. */
  readonly given: Given | undefined;
  readonly isComplete: boolean;
}

interface Given {
  readonly model: Exported;
  readonly inputs: GivenInputs;
}

export function exploreUncalled(session: Session): Exploration {
  const drafts = new Map<string, ShapeDraft>();
  const problems: ReportedProblem[] = [];
  const signatures: Signature[] = [];
  const trials = new Map<ts.Node, { trial: Trial; receiver: Value }>();
  const given = givenIn(session);
  const layers = [...session.layers];
  session.beginTrials();
  let isComplete = true;
  for (const target of inOrder(targetsOf(session), given)) {
    const { node } = target.fn;
    if (session.machine.called.has(node) || !node.body) continue;
    const isMain = node === given?.model.forward?.node;
    const trial = tryTarget(session, node, target, isMain ? given.inputs : undefined);
    trials.set(node, { trial, receiver: receiverOf(session, target) });
    isComplete &&= trial.isComplete;
    problems.push(...trial.problems);
    addDrafts(drafts, draftsOf(trial));
    for (const outcome of trial.shown) layers.push(...outcome.layers);
    const signature = signatureOf(session, target, trial);
    if (signature) signatures.push(signature);
  }
  problems.push(...problemsInSequences(session, layers, [...session.problems, ...problems], given));
  return { drafts, problems, signatures, trials, given, isComplete };
}

/** What is called is shown as it is called; what it needs of any caller is found by trying it all the same. */
export function signaturesOfCalled(session: Session, { trials, given }: Exploration): Signature[] {
  return inOrder(targetsOf(session), given).flatMap((target) => {
    const { node } = target.fn;
    if (trials.has(node) || !node.body || !takesTensors(node) || !session.isAtEase) return [];
    const isMain = node === given?.model.forward?.node;
    const trial = tryTarget(session, node, target, isMain ? given.inputs : undefined);
    return signatureOf(session, target, trial) ?? [];
  });
}

function givenIn(session: Session): Given | undefined {
  const inputs = givenInputs(session);
  const model = inputs && mainModel(session);
  return model && { model, inputs: { ...inputs, isMeant: inputs.isMeant && model.kind !== "function" } };
}

/** The model that inputs are given for comes first, so that what it calls is seen with them, and as that very instance. */
function inOrder(targets: readonly TargetFunction[], given: Given | undefined): readonly TargetFunction[] {
  const main = targets.find(({ fn }) => fn.node === given?.model.forward?.node);
  if (!main || !given) return targets;
  const { kind, value } = given.model;
  const first = kind === "instance" ? { ...main, owner: undefined, thisValue: value } : main;
  return [first, ...targets.filter((target) => target !== main)];
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
    // What one of them does not know is not known.
    for (const { sightings } of trial.shown)
      for (const [key, { hasUnknown }] of sightings) if (hasUnknown) drafts.delete(key);
  });
  drafted.set(trial, { drafts, reads });
  return drafts;
}

/** What a method is called on: an instance of its class, where the program has made one. */
function receiverOf({ machine }: Session, { owner, thisValue }: TargetFunction): Value {
  return (owner && machine.instances.get(owner.node)?.[0]) ?? thisValue;
}

/**
 * Calls a function, or a method on an instance of its class, with made-up arguments, or with those that are given for
 * it. `id`: what the trial is kept for.
 */
export function tryTarget(session: Session, id: object, target: TargetFunction, given?: GivenInputs): Trial {
  const { machine, module, facts } = session;
  const { fn, owner } = target;
  const known = receiverOf(session, target);
  const forgotten = variablesSetOutside(session, fn.node);
  return session.keep(id, [fn, owner, known, facts, ...keyOfGiven(given), ...forgotten], () => {
    const site = new CallSite(module, fn.node, undefined);
    const call: TrialCall = (hypothesis, slots) => {
      forgetVariables(session, forgotten);
      const args = new Arguments(machine, fn.closure as Environment, hypothesis, site);
      const receiver = owner && known.kind !== "object" ? args.instanceOf(owner) : known;
      if (receiver.kind === "object") forgetFields(session, receiver, fn.node);
      const values = args.of(fn.node);
      slots.push(...args.slots);
      return callFunction(machine, fn, receiver, values, site);
    };
    return tryHypotheses(machine, facts, call, given);
  });
}
