// The modules that come with Node and that are understood; all others are unknown.

import { type Value } from "../../values";
import { assertFunction } from "./assert";
import { performanceObject, processObject } from "./surroundings";

const assertExports: ReadonlyMap<string, Value> = new Map([
  ...assertFunction.properties,
  ["default", assertFunction as Value],
]);

const modules = new Map<string, ReadonlyMap<string, Value>>([
  ["assert", assertExports],
  ["assert/strict", assertExports],
  ["process", new Map<string, Value>([["default", processObject]])],
  ["perf_hooks", new Map<string, Value>([["performance", performanceObject]])],
]);

/** What a module of Node exports, by `default` and by name; `undefined` when it is not one that is understood. */
export function nodeModule(specifier: string): ReadonlyMap<string, Value> | undefined {
  return modules.get(specifier.replace(/^node:/, ""));
}
