// A ShapeError of the engine as a problem in the user's code: on the right argument, with both origins.

import { basename } from "node:path";
import { type ShapeError, Tensor } from "@shapelens/engine";
import { type Dim, formatDim } from "@shapelens/engine/tooling";
import { type Origin, type Place, type Related } from "../facts";
import {
  type CallSite,
  nameOf,
  type ProblemSubject,
  type ReportedProblem,
  type TensorValue,
  type Value,
} from "../values";
import { holdsShape } from "./lower";
import { liftedTensor } from "./lift";
import { brokenDivision } from "./causes/division";
import { lostBatch } from "./causes/lostBatch";
import { outerSum } from "./causes/outerSum";
import { missingPadding } from "./causes/padding";
import { axisOrigin, derivationOf, ownOrigin, shapeOrigin, wordsOf } from "./origins";

/** One engine call as the user wrote it and as the engine got it. */
export interface EngineCall {
  /** The function, method or class that is called. */
  readonly name: string;
  readonly site: CallSite;
  readonly receiver: Value;
  readonly args: readonly Value[];
  readonly loweredReceiver: unknown;
  readonly loweredArgs: readonly unknown[];
}

/** `note` is a sentence for the end of the message. */
export function problemOf(
  error: ShapeError,
  call: EngineCall,
  severity: "error" | "warning",
  note?: string,
): ReportedProblem {
  const origins = originsOf(error, call);
  const explanations: Explanation[] = origins.map(({ dim, text, place }) => ({ text: `${dim} is ${text}`, place }));
  const tensors = operandTensors(error, call);
  const reshape = lostBatch(error, tensors);
  if (reshape) explanations.push({ text: reshape.message, place: reshape.place });
  const division = error.code === "whole-number" ? brokenDivision(call) : undefined;
  if (division) explanations.push({ text: division.text, place: undefined });
  const padding = reshape ? undefined : missingPadding(error, tensors);
  if (padding) explanations.push({ text: padding.message, place: padding.place });
  const outer = outerSum(error, tensors);
  if (outer) explanations.push({ text: outer.message, place: outer.place });
  const suggestion = reshape ? "keep the samples apart there: flatten(1)." : (outer?.suggestion ?? error.suggestion);
  const fix = suggestion ? `\n  Fix: ${suggestion}` : "";
  const related: Related[] = origins.flatMap((origin) =>
    origin.place ? [{ place: origin.place, message: `${origin.dim} is ${origin.text}` }] : [],
  );
  for (const number of error.numbers ?? []) related.push(...derivationOf(number).slice(0, mostLiterals));
  related.push(...(division?.related ?? []));
  if (reshape) related.push(reshape);
  if (padding) related.push(padding);
  if (outer) related.push({ place: outer.place, message: outer.message });
  related.push(...callersOf(call.site));
  return {
    place: blamed(error, call),
    severity,
    code: error.code,
    get message() {
      const happens = note ? `\n  ${note}` : "";
      return `${error.op}: ${error.details.message}${linesOf(explanations, call.site)}${fix}${happens}`;
    },
    related: related.filter(isFirst),
    subject: subjectOf(error.numbers ?? [], call),
    clues: {
      op: error.op,
      call: call.site.place,
      operands: error.operands.map(({ dims }, i) => ({ dims, axis: error.axes[i], place: placeOfShape(dims, call) })),
      numbers: division?.operands ?? error.numbers ?? [],
    },
  };
}

/** One line of a message, and where what it says stands. */
export interface Explanation {
  readonly text: string;
  readonly place: Place | undefined;
}

/** The lines of a message with the numbers of the lines they speak of, as these are now. */
export function linesOf(explanations: readonly Explanation[], site: CallSite): string {
  return distinct(explanations.map(({ text, place }) => `\n  ${text}${lineOf(place, site)}`)).join("");
}

/** More numbers that a dimension was computed from than these do not help. */
const mostLiterals = 4;

function distinct(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}

/** The engine's tensors behind the operands, as far as the call was given them. */
function operandTensors(
  { operands }: ShapeError,
  { loweredReceiver, loweredArgs }: EngineCall,
): (Tensor | undefined)[] {
  const given = [loweredReceiver, ...loweredArgs.flat()];
  return operands.map(({ dims }) => given.find((each): each is Tensor => isTensorOf(each, dims)));
}

/** The calls that led here, as related information. */
export function callersOf(site: CallSite): Related[] {
  return site.callers.map(({ name, place }) => ({ place, message: `in the call of ${name} here` }));
}

export function subjectOf(numbers: readonly Dim[], call: EngineCall): ProblemSubject {
  const tensors: TensorValue[] = [];
  const collect = (value: Value): void => {
    if (value.kind === "tensor") tensors.push(value);
    else if (value.kind === "array") value.elements?.forEach(collect);
  };
  [call.receiver, ...call.args].forEach(collect);
  return {
    numbers: numbers.map(formatDim).join(", "),
    isConcrete: numbers.length > 0 && numbers.every((dim) => typeof dim === "number" || dim.constant !== undefined),
    tensors,
    receiver: call.loweredReceiver,
  };
}

export function isFirst(related: Related, index: number, all: readonly Related[]): boolean {
  const same = (other: Related): boolean =>
    other.place.file === related.place.file &&
    other.place.start === related.place.start &&
    other.message === related.message;
  return all.findIndex(same) === index;
}

function lineOf(place: Place | undefined, site: CallSite): string {
  if (!place) return "";
  if (place.file !== site.file) return ` (${basename(place.file)})`;
  return ` (line ${site.source.getLineAndCharacterOfPosition(place.start).line + 1})`;
}

function originsOf(error: ShapeError, call: EngineCall): Origin[] {
  const origins: Origin[] = [];
  const seen = new Set<Dim>();
  error.operands.forEach(({ name, dims }, i) => {
    const axis = error.axes[i];
    if (axis === undefined && error.axes.some((each) => each !== undefined)) return;
    const found = tensorWith(dims, call);
    if (!found) return;
    const called = found.name ?? nameOf(found.value) ?? name;
    if (axis === undefined) {
      origins.push(shapeOrigin(found.value, called));
      return;
    }
    seen.add(dims[axis]!);
    origins.push(axisOrigin(found.value, axis, called));
  });
  for (const number of error.numbers ?? []) {
    const own = ownOrigin(number);
    if (own && !seen.has(number)) origins.push({ dim: formatDim(number), text: wordsOf(own), place: own.place });
  }
  return origins;
}

/** The user's tensor of this very shape object, with the words the user has for it. */
export function tensorWith(dims: readonly Dim[], call: EngineCall): { value: TensorValue; name?: string } | undefined {
  const { site } = call;
  const named = (value: Value, text: string | undefined): { value: TensorValue; name?: string } | undefined =>
    value.kind === "tensor" && value.tensor?.dims === dims
      ? { value, name: text !== undefined && text.length <= 24 && !text.includes("\n") ? text : undefined }
      : undefined;
  const receiver = site.receiverNode;
  const found = named(call.receiver, receiver && site.textOf(receiver));
  if (found) return found;
  for (const [i, arg] of call.args.entries()) {
    const node = site.argumentNodes[i];
    const inArgument = named(arg, node && site.textOf(node));
    if (inArgument) return inArgument;
    if (arg.kind === "array") {
      for (const element of arg.elements ?? []) {
        const inList = named(element, undefined);
        if (inList) return inList;
      }
    }
  }
  const [parameter] = parametersWith(dims, call.loweredReceiver);
  const lifted = parameter && liftedTensor(parameter);
  return lifted?.kind === "tensor" ? { value: lifted } : undefined;
}

function parametersWith(dims: readonly Dim[], receiver: unknown): NonNullable<Parameters<typeof liftedTensor>[0]>[] {
  if (typeof receiver !== "object" || receiver === null || !("parameters" in receiver)) return [];
  const { parameters } = receiver as { parameters(): Iterable<Parameters<typeof liftedTensor>[0]> };
  return [...parameters.call(receiver)].filter((parameter) => parameter.dims === dims);
}

/** The argument that carries the tensor or number to blame; the first argument, or the call, where none does. */
function blamed(error: ShapeError, call: EngineCall): Place {
  const { site } = call;
  const dims = error.blame === undefined ? undefined : error.operands[error.blame]?.dims;
  const place = dims && (placeOfShape(dims, call) ?? placeOfOptions(dims, call));
  if (place) return place;
  if (error.parameter !== undefined) return placeOfParameter(error.parameter, error.numbers?.[1], call);
  return site.argument(0);
}

/** The expression that gives the tensor with this very shape object: an argument, an element, an option, the receiver. */
export function placeOfShape(dims: readonly Dim[], call: EngineCall): Place | undefined {
  const index = call.loweredArgs.findIndex((argument) => holdsShape(argument, dims));
  if (index >= 0) return elementOrArgument(dims, index, call);
  for (const [i, argument] of call.loweredArgs.entries()) {
    const name = propertyWithShape(argument, dims);
    if (name !== undefined) return call.site.propertyOf(i, name);
  }
  return holdsShape(call.loweredReceiver, dims) ? (call.site.receiver ?? call.site.place) : undefined;
}

/** The argument that holds the tensor somewhere inside. */
function placeOfOptions(dims: readonly Dim[], { site, loweredArgs }: EngineCall): Place | undefined {
  const index = loweredArgs.findIndex((argument) => propertyWithShape(argument, dims) !== undefined);
  return index >= 0 ? site.argument(index) : undefined;
}

/** The option that holds the tensor, such as `mask`. */
function propertyWithShape(argument: unknown, dims: readonly Dim[]): string | undefined {
  if (typeof argument !== "object" || argument === null || Object.getPrototypeOf(argument) !== Object.prototype)
    return undefined;
  return Object.entries(argument).find(([, value]) => holdsShape(value, dims))?.[0];
}

/** An argument that is no tensor: the very number that is wrong, the element of a list, else the first of its kind. */
function placeOfParameter(parameter: string, found: Dim | undefined, { site, loweredArgs }: EngineCall): Place {
  const same = found === undefined ? -1 : loweredArgs.indexOf(found);
  if (same >= 0) return site.argument(same);
  const index = Math.max(
    loweredArgs.findIndex((argument) => !holdsTensor(argument)),
    0,
  );
  const element = /\[(\d+)\]/.exec(parameter)?.[1];
  if (element === undefined) return site.argument(index);
  const list = loweredArgs[index];
  return (
    (Array.isArray(list) ? site.elementOf(index, Number(element)) : site.argument(Number(element))) ??
    site.argument(index)
  );
}

function elementOrArgument(dims: readonly Dim[], index: number, call: EngineCall): Place {
  const list = call.loweredArgs[index];
  const place = call.site.argument(index);
  if (!Array.isArray(list)) return place;
  return (
    call.site.elementOf(
      index,
      list.findIndex((item) => holdsShape(item, dims)),
    ) ?? place
  );
}

function isTensorOf(argument: unknown, dims: readonly Dim[]): boolean {
  return argument instanceof Tensor && argument.dims === dims;
}

function holdsTensor(argument: unknown): boolean {
  if (Array.isArray(argument)) return argument.some(holdsTensor);
  return typeof argument === "object" && argument !== null && "dims" in argument && "dtype" in argument;
}
