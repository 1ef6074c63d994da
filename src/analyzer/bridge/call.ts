// Calling the engine for real, with tensors that have shapes and no numbers. What it throws becomes a problem, and
// analysis goes on with the most likely result; what is not known well enough gives an unknown result, in silence.

import { ShapeError, Tensor } from "@shapelens/engine";
import { type OpRecord, opTable, setTracer, withoutData } from "@shapelens/engine/tooling";
import {
  type CallSite,
  type Context,
  currentFacts,
  type EngineValue,
  enterFacts,
  joinAll,
  noAxis,
  type ObjectValue,
  type ReportedProblem,
  tensorValue,
  type TensorValue,
  unknown,
  unknownNumber,
  type Value,
} from "../values";
import { type Choice, choicesOf } from "./choices";
import { lift, liftedTensor } from "./lift";
import { CannotLower, lower } from "./lower";
import { doubt, isConsequence, passOnDoubts } from "./doubts";
import { adoptBase, moduleOf } from "./modules";
import { inheritIds, inheritMaker, noteIds, noteMadeIds, noteMakers } from "../warnings";
import { openCall } from "./openLists";
import { withCallOrigins } from "./origins";
import { type EngineCall, problemOf } from "./problems";
import { CallRecord, recordLayers } from "./records";
import { isRefusal, refusalOf } from "./refusals";
import { checkIds } from "./refusedIds";
import { doubtsAbout, sharedBy, type Suspicions, suspicionsOf } from "./suspicions";

/** The value of calling a function or method of the engine. */
export function callEngine(
  context: Context,
  callee: EngineValue,
  thisValue: Value,
  args: readonly Value[],
  site: CallSite,
): Value {
  const { object } = callee;
  if (typeof object !== "function") return unknown;
  const fn = object as (...args: unknown[]) => unknown;
  const open = openCall(callee, args);
  return overChoices(context, callee.name, thisValue, open?.args ?? args, site, (receiver, lowered) =>
    open ? open.run(fn, receiver, lowered) : fn.apply(receiver, [...lowered]),
  );
}

/** The value of `new` on a class of the engine. */
export function constructEngine(context: Context, callee: EngineValue, args: readonly Value[], site: CallSite): Value {
  const { object } = callee;
  if (typeof object !== "function") return unknown;
  const none: Value = { kind: "undefined" };
  return overChoices(context, callee.name, none, args, site, (_, lowered) => Reflect.construct(object, [...lowered]));
}

/** `super(…)` of a user's class whose parent is a class of the engine: the instance gets the parent's fields. */
export function constructSuper(
  context: Context,
  instance: ObjectValue,
  parent: EngineValue,
  args: readonly Value[],
  site: CallSite,
): void {
  const made = constructEngine(context, parent, args, site);
  if (made.kind !== "engine" || typeof made.object !== "object" || made.object === null) return;
  context.touch(instance);
  for (const [name, field] of Object.entries(made.object)) {
    if (!instance.properties.has(name)) instance.properties.set(name, lift(field));
  }
  adoptBase(instance, made.object);
}

/** Calls once for each way the alternatives among the arguments can be; a failure of some only is a warning. */
function overChoices(
  context: Context,
  name: string,
  thisValue: Value,
  args: readonly Value[],
  site: CallSite,
  run: (receiver: unknown, args: readonly unknown[]) => unknown,
): Value {
  const choices = choicesOf([thisValue, ...args]);
  const failures = new Map<Choice, Failure>();
  const suspicions = new Map<Choice, Suspicions>();
  const facts = currentFacts();
  const results = choices.map((choice) => {
    const [receiver, ...rest] = choice.values as [Value, ...Value[]];
    const heard: Listener = {
      failed: (failure) => void failures.set(choice, failure),
      ran: (records, call) => {
        if (name === "assertShape" && rest[0]?.kind === "tensor") context.irreversible(rest[0]);
        suspicions.set(choice, suspicionsOf(records, call));
      },
      stayedOpen: (call) => void suspicions.set(choice, doubtsAbout(call)),
    };
    if (choices.length === 1) return callOnce(context, name, receiver, rest, site, run, heard);
    // What one alternative needs is not known of the others.
    enterFacts(facts.copy());
    try {
      return callOnce(context, name, receiver, rest, site, run, heard);
    } finally {
      enterFacts(facts);
    }
  });
  for (const problem of sharedBy([...suspicions.values()])) context.report(problem);
  const blamed = failures.size === choices.length ? choices[0] : certainFailure(choices, failures);
  const failure = blamed && failures.get(blamed);
  if (failure?.isConsequence) context.failed(failures.size === choices.length);
  else if (failure) {
    const severity = failures.size === choices.length ? "error" : "warning";
    const note = severity === "warning" ? `This happens when ${blamed.text}.` : undefined;
    const problem = failure.problem(severity, note);
    context.report(blamed.values.some(lacksAxis) ? { ...problem, dependsOnRank: true } : problem);
  } else if (failures.size > 0) return joinAll(results.filter((_, i) => !failures.has(choices[i]!)));
  return joinAll(results);
}

/**
 * A choice that fails because of one value that fits none of the alternatives of the others. Where every value fits
 * some of them, those that do not fit may never meet: `h` is one of two shapes in both places of `h.mul(2).add(h)`.
 */
function certainFailure(choices: readonly Choice[], failures: ReadonlyMap<Choice, unknown>): Choice | undefined {
  return choices.find(
    (choice) =>
      failures.has(choice) &&
      choice.values.some((value, i) => choices.every((other) => other.values[i] !== value || failures.has(other))),
  );
}

/** A call that throws. */
interface Failure {
  problem(severity: "error" | "warning", note?: string): ReportedProblem;
  /** An earlier call failed for the same reason. */
  readonly isConsequence: boolean;
}

/** A length of an axis that the tensor would need to have. */
function lacksAxis(value: Value): boolean {
  return value === noAxis || (value.kind === "array" && (value.elements?.some(lacksAxis) ?? false));
}

/** Told how a call went. */
interface Listener {
  failed(failure: Failure): void;
  ran(records: readonly OpRecord[], call: EngineCall): void;
  /** Something that the call needs is not known, or it refuses what is no matter of shapes. */
  stayedOpen(call: EngineCall): void;
}

function callOnce(
  context: Context,
  name: string,
  receiver: Value,
  args: readonly Value[],
  site: CallSite,
  run: (receiver: unknown, args: readonly unknown[]) => unknown,
  listener: Listener,
): Value {
  context.step();
  const records: OpRecord[] = [];
  const outer = setTracer((record) => records.push(record));
  const call: EngineCall & { loweredReceiver: unknown; loweredArgs: unknown[] } = {
    name,
    site,
    receiver,
    args,
    loweredReceiver: undefined,
    loweredArgs: [],
  };
  try {
    if (receiver.kind !== "undefined") call.loweredReceiver = lower(receiver, context, site);
    for (const arg of args) call.loweredArgs.push(lower(arg, context, site));
    const result = withoutData(() => run(call.loweredReceiver, call.loweredArgs));
    setTracer(outer);
    recordLayers(context, records, call.loweredReceiver, site);
    noteMakers(records);
    noteIds(records);
    noteMadeIds(name, call.loweredArgs, result);
    checkIds(records);
    listener.ran(records, call);
    return liftResult(result, name, call);
  } catch (error) {
    setTracer(outer);
    if (error instanceof ShapeError) {
      listener.failed({
        problem: (severity, note) => problemOf(error, call, severity, note),
        isConsequence: isConsequence(error, tensorsOf(call)),
      });
      return likelyResult(error, name, call);
    }
    if (isRefusal(error, call, context.isTrying)) {
      listener.failed({
        problem: (severity, note) => refusalOf(error, call, severity, note),
        isConsequence: false,
      });
      return unknownResult(name);
    }
    if (!isExpected(error)) throw error;
    listener.stayedOpen(call);
    for (const arg of args) context.escape(arg);
    return unknownResult(name);
  } finally {
    setTracer(outer);
  }
}

/** Errors of the engine itself; anything else is the interpreter's own way out and passes through. */
function isExpected(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof CannotLower || error.name === "NeedsValue") return true;
  return error.constructor === Error || error instanceof TypeError || error instanceof RangeError;
}

function liftResult(result: unknown, name: string, call: EngineCall): Value {
  const tensors = tensorsOf(call);
  const made = (output?: Tensor): CallRecord => new CallRecord(name, call.loweredReceiver, tensors, output, call.site);
  const record = made();
  if (result instanceof Tensor) {
    const output = withOrigins(result, tensors, record);
    passOnDoubts(tensors, output);
    return lift(output, made(output));
  }
  const lifted = isTensorList(result) ? result.map((tensor) => withOrigins(tensor, tensors, record)) : result;
  passOnDoubts(tensors, lifted);
  return lift(lifted, record);
}

/** The same tensor with every dimension that the call computed knowing that it did. */
function withOrigins(tensor: Tensor, inputs: readonly Tensor[], record: CallRecord): Tensor {
  if (!tensor.isAbstract || inputs.includes(tensor) || liftedTensor(tensor)) return tensor;
  const dims = withCallOrigins(tensor, inputs, record);
  if (dims === tensor.dims) return tensor;
  const traced = new Tensor(dims, tensor.dtype, undefined, { requiresGrad: tensor.requiresGrad });
  inheritMaker(tensor, traced);
  inheritIds(tensor, traced);
  return traced;
}

function isTensorList(value: unknown): value is readonly Tensor[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => item instanceof Tensor);
}

function tensorsOf({ loweredReceiver, loweredArgs }: EngineCall): Tensor[] {
  return tensorsIn([loweredReceiver, ...loweredArgs]);
}

function tensorsIn(values: readonly unknown[]): Tensor[] {
  return values.flatMap((value) => {
    if (value instanceof Tensor) return [value];
    return Array.isArray(value) && value.length <= 64 ? tensorsIn(value) : [];
  });
}

function likelyResult(error: ShapeError, name: string, call: EngineCall): Value {
  if (!error.likely) return unknownResult(name);
  const tensors = tensorsOf(call);
  const dtype = (error.likely.dtype as Tensor["dtype"] | undefined) ?? tensors[0]?.dtype ?? "float32";
  const output = new Tensor(error.likely.dims, dtype);
  doubt(output, error, tensors);
  return tensorValue(output, new CallRecord(name, call.loweredReceiver, tensors, undefined, call.site));
}

const unknownTensor: TensorValue = tensorValue(undefined);

/** What is certain of a result that is not known: an op gives a tensor, `item` a number. */
function unknownResult(name: string): Value {
  if (name === "item") return unknownNumber;
  return opTable.has(name) || name === "forward" ? unknownTensor : unknown;
}

/** A method that the user's class inherits from the engine, called on the engine's side of the instance. */
export function callModuleMethod(
  context: Context,
  instance: ObjectValue,
  name: string,
  args: readonly Value[],
  site: CallSite,
): Value {
  return overChoices(context, name, { kind: "undefined" }, args, site, (_, lowered) => {
    const module = moduleOf(instance, context, site) as Record<string, unknown> | undefined;
    const method = module?.[name];
    if (typeof method !== "function") throw new CannotLower(name);
    return (method as (...args: unknown[]) => unknown).apply(module, [...lowered]);
  });
}
