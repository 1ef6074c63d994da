// What the engine refuses that is no matter of shapes: an option it does not know, a text for a number. It throws a
// TypeError or RangeError, in the editor as at run time, wherever the arguments are known for what they are.

import { Module, Tensor } from "@shapelens/engine";
import { describe, DimExpr } from "@shapelens/engine/tooling";
import { argumentCode } from "../codes";
import { type Place } from "../facts";
import { noAxis, type ReportedProblem, type Value } from "../values";
import { callersOf, type EngineCall, subjectOf } from "./problems";

/** The engine's messages begin with what refuses: `take: …`, `Linear(784 → 10): …`. */
const refusal = /^[A-Za-z][\w.]*(?:\([^)]*\))?: /;

/** Whether an error is one that the run would throw, too. `isTried`: the arguments may be made up. */
export function isRefusal(error: unknown, call: EngineCall, isTried: boolean): error is TypeError | RangeError {
  if (!(error instanceof TypeError || error instanceof RangeError) || !refusal.test(error.message)) return false;
  // How many parameters a model has is not known where a part of it is not.
  if (/: params\b/.test(error.message)) return false;
  const { name, args, receiver, loweredReceiver, loweredArgs } = call;
  if (loweredArgs.length < args.length) return false;
  if (!(isPlain(loweredReceiver) || loweredReceiver instanceof Module) || !isPlain(loweredArgs)) return false;
  // Whether a tensor holds bools, and what was left out, is not known of arguments that are made up.
  return (
    !isTried || (name !== "where" && ![receiver, ...args].slice(receiver.kind === "undefined" ? 1 : 0).some(isEmpty))
  );
}

/** Values that are handed to the engine as they are. */
function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  if (value instanceof DimExpr) return value.constant !== undefined;
  if (value instanceof Tensor || value === null) return true;
  if (typeof value !== "object") return typeof value !== "function";
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain);
}

function isEmpty(value: Value): boolean {
  if (value.kind === "array") return value.elements?.some(isEmpty) ?? false;
  return value !== noAxis && (value.kind === "undefined" || value.kind === "null");
}

export function refusalOf(
  { message }: Error,
  call: EngineCall,
  severity: "error" | "warning",
  note?: string,
): ReportedProblem {
  return {
    place: placeOf(message, call),
    severity,
    code: argumentCode,
    message: note ? `${message}\n  ${note}` : message,
    related: callersOf(call.site),
    subject: { ...subjectOf([], call), isConcrete: true },
  };
}

/** The argument or option that the message speaks of. */
function placeOf(message: string, { site, loweredArgs }: EngineCall): Place {
  const option = /unknown option "([^"]+)"/.exec(message)?.[1];
  for (const [i, argument] of loweredArgs.entries()) {
    if (typeof argument !== "object" || argument === null) continue;
    const names = option === undefined ? namesOf(argument, message) : [option];
    const place = names.map((name) => site.propertyOf(i, name)).find((each) => each !== undefined);
    if (place) return place;
  }
  const index = loweredArgs.findIndex((argument) => message.includes(`found ${describe(plain(argument))}`));
  return (index < 0 ? site.receiver : undefined) ?? site.argument(Math.max(index, 0));
}

/** The options whose value the message says was found. */
function namesOf(options: object, message: string): string[] {
  if (Object.getPrototypeOf(options) !== Object.prototype) return [];
  return Object.entries(options).flatMap(([name, value]) =>
    message.includes(`${name} `) && message.includes(`found ${describe(plain(value))}`) ? [name] : [],
  );
}

function plain(value: unknown): unknown {
  return value instanceof DimExpr ? value.constant : value;
}
