// Error and its kin: objects with a message.

import {
  type CallSite,
  type Context,
  type NativeValue,
  objectValue,
  type ObjectValue,
  type Property,
  stringValue,
  undefinedValue,
  unknownString,
  type Value,
} from "../../values";
import { textOf } from "../support/convert";
import { argument, constantly, constructor } from "../support/natives";

const names = ["Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError"];

const captureStackTrace = constantly("captureStackTrace", undefinedValue);

export const errorClasses: ReadonlyMap<string, NativeValue> = new Map<string, NativeValue>([
  ...names.map((name): [string, NativeValue] => [name, errorClass(name, 0)]),
  ["AggregateError", errorClass("AggregateError", 1)],
]);

function errorClass(name: string, messageIndex: number): NativeValue {
  const construct = (context: Context, args: readonly Value[], site: CallSite): Value => {
    const properties = errorProperties(name, argument(args, messageIndex));
    const options = argument(args, messageIndex + 1);
    if (options.kind === "object") properties.set("cause", context.getProperty(options, "cause", site));
    if (messageIndex > 0) properties.set("errors", argument(args, 0));
    return objectValue(properties, errorClasses.get(name));
  };
  return constructor(name, construct, { captureStackTrace });
}

function errorProperties(name: string, message: Value): Map<string, Property> {
  const text = message.kind === "undefined" ? "" : textOf(message);
  return new Map<string, Property>([
    ["name", stringValue(name)],
    ["message", text === undefined ? unknownString : stringValue(text)],
    ["stack", unknownString],
  ]);
}

/** The error that JavaScript itself would throw. */
export function errorObject(name: string, message: string): ObjectValue {
  return objectValue(errorProperties(name, stringValue(message)), errorClasses.get(name));
}
