// What surrounds a program without touching tensors: console, process, timers, clocks.

import {
  numberValue,
  opaqueValue,
  undefinedValue,
  unknown,
  unknownBoolean,
  unknownNumber,
  unknownString,
  type NativeValue,
  type Value,
} from "../../values";
import { byName, constantly, constructor, forget, namespace, native } from "../support/natives";

const consoleNames = [
  ...["clear", "count", "countReset", "debug", "dir", "dirxml", "error", "group", "groupCollapsed"],
  ...["groupEnd", "info", "log", "table", "time", "timeEnd", "timeLog", "trace", "warn"],
];

/** It throws nothing, and says all the same what its author holds to be so. */
export const consoleAssert = constantly("assert", undefinedValue);

/** Printing changes nothing. */
export const consoleObject = namespace(
  "console",
  byName([consoleAssert, ...consoleNames.map((name) => constantly(name, undefinedValue))]),
);

export const performanceObject = namespace(
  "performance",
  byName([
    constantly("now", unknownNumber),
    ...["mark", "measure", "clearMarks", "clearMeasures"].map((name) => constantly(name, undefinedValue)),
  ]),
);

/** The program ends here: nothing after it is reached. */
const exit = native("exit", (context) => context.throwValue(unknown));

const stream = namespace("stream", byName([constantly("write", unknownBoolean)]));

export const processObject = namespace(
  "process",
  new Map<string, Value>([
    ...byName([
      exit,
      { ...exit, name: "abort" },
      constantly("cwd", unknownString),
      constantly("uptime", unknownNumber),
      constantly("memoryUsage", unknown),
      constantly("hrtime", unknown),
    ]),
    ["stdout", stream],
    ["stderr", stream],
    ["platform", unknownString],
  ]),
);

/** A callback that runs later, when nobody knows what has happened by then: what it is given is forgotten. */
function later(name: string): NativeValue {
  return native(name, (context, args) => forget(context, args));
}

const timers = [
  ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "requestAnimationFrame"].map(later),
  ...["clearTimeout", "clearInterval", "clearImmediate", "cancelAnimationFrame"].map((name) =>
    constantly(name, undefinedValue),
  ),
];

/** A class of objects whose inside is of no interest. */
function opaqueClass(name: string, statics: Record<string, Value> = {}): NativeValue {
  const instance = opaqueValue(name);
  return constructor(name, () => instance, statics);
}

export const surroundings: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["console", consoleObject],
  ["performance", performanceObject],
  ["process", processObject],
  ...byName(timers),
  ...byName([
    opaqueClass("Date", { now: constantly("now", unknownNumber), UTC: constantly("UTC", unknownNumber) }),
    opaqueClass("RegExp"),
    opaqueClass("AbortController"),
    opaqueClass("TextEncoder"),
    opaqueClass("TextDecoder"),
    opaqueClass("URL"),
    ...["encodeURIComponent", "decodeURIComponent", "encodeURI", "decodeURI"].map((name) =>
      constantly(name, unknownString),
    ),
  ]),
  ["NaN", numberValue(NaN)],
  ["Infinity", numberValue(Infinity)],
  ["undefined", undefinedValue],
]);
