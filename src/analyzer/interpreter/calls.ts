// Calling and constructing any value.

import { callEngine, constructEngine } from "../bridge";
import { type CallSite, isPrimitive, NeedsValue, objectValue, unknown, type Value } from "../values";
import { exploreValues } from "./branches";
import { constructClass } from "./classes";
import { callFunction } from "./functions";
import { type Machine } from "./machine";

export function callValue(
  machine: Machine,
  fn: Value,
  thisValue: Value,
  args: readonly Value[],
  site: CallSite,
): Value {
  machine.step();
  switch (fn.kind) {
    case "function":
      return callFunction(machine, fn, thisValue, args, site);
    case "native":
      return guarded(() => fn.call(machine, thisValue, args, site));
    case "engine":
      return guarded(() => callEngine(machine, fn, thisValue, args, site));
    case "oneOf": {
      const callable = fn.alternatives.filter((each) => !isPrimitive(each));
      return exploreValues(
        machine,
        callable.map((each) => () => callValue(machine, each, thisValue, args, site)),
      );
    }
    default:
      // Nobody knows what is called: it may change whatever it is given.
      machine.mayHaveThrown = true;
      for (const arg of args) machine.escape(arg);
      machine.escape(thisValue);
      return unknown;
  }
}

export function constructValue(machine: Machine, fn: Value, args: readonly Value[], site: CallSite): Value {
  machine.step();
  switch (fn.kind) {
    case "class":
      return constructClass(machine, fn, args, site);
    case "function": {
      const instance = objectValue(new Map(), fn);
      const result = callFunction(machine, fn, instance, args, site);
      return result.kind === "undefined" || isPrimitive(result) ? instance : result;
    }
    case "native": {
      const { construct } = fn;
      if (construct) return guarded(() => construct(machine, args, site));
      break;
    }
    case "engine":
      return guarded(() => constructEngine(machine, fn, args, site));
    case "oneOf":
      return exploreValues(
        machine,
        fn.alternatives
          .filter((each) => !isPrimitive(each))
          .map((each) => () => constructValue(machine, each, args, site)),
      );
    default:
      break;
  }
  machine.mayHaveThrown = true;
  for (const arg of args) machine.escape(arg);
  return unknown;
}

/** A number that is needed and not known makes the result unknown, silently. */
export function guarded(run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    if (error instanceof NeedsValue) return unknown;
    throw error;
  }
}
