// What happens to a value that is handed to code nobody can see: everything mutable in it may have changed.

import {
  CallSite,
  type ClassValue,
  type FunctionValue,
  summaryArray,
  unknown,
  unknownNumber,
  type Value,
} from "../values";
import { constructClass, constructorOf } from "./classes";
import { type Environment } from "./environment";
import { callFunction } from "./functions";
import { ownParameters } from "./hoisting";
import { type Machine } from "./machine";

/** Forgets the contents of mutable values, deeply. Functions may be called any number of times with anything. */
export function escapeValue(machine: Machine, value: Value, seen = new Set<Value>()): void {
  if (seen.has(value)) return;
  switch (value.kind) {
    case "function":
    case "class":
      seen.add(value);
      mayRun(machine, value);
      break;
    case "array": {
      seen.add(value);
      const inner = value.elements ?? [value.summary];
      for (const element of inner) escapeValue(machine, element, seen);
      machine.journal.touch(value);
      const forgotten = summaryArray(unknown, value.typed ? value.length : unknownNumber);
      value.elements = undefined;
      value.summary = forgotten.summary;
      value.length = forgotten.length;
      break;
    }
    case "object": {
      // An instance keeps its class: unknown code calls methods, it does not rewrite layers.
      if (value.class) return;
      seen.add(value);
      for (const property of value.properties.values()) {
        if (property.kind !== "accessor") escapeValue(machine, property, seen);
      }
      machine.journal.touch(value);
      value.properties = new Map();
      value.open = true;
      break;
    }
    case "map":
      machine.journal.touch(value);
      value.entries = undefined;
      value.keySummary = unknown;
      value.valueSummary = unknown;
      break;
    case "set":
      machine.journal.touch(value);
      value.items = undefined;
      value.summary = unknown;
      break;
    case "iterator":
      machine.journal.touch(value);
      value.items = undefined;
      value.position = 1;
      value.summary = unknown;
      break;
    case "promise":
      escapeValue(machine, value.value, seen);
      break;
    case "oneOf":
      for (const each of value.alternatives) escapeValue(machine, each, seen);
      break;
    default:
      break;
  }
}

/** Callbacks within callbacks are followed this deep. */
const deepestCallbacks = 6;

/**
 * Interprets the effects of a function that may be called, or a class that may be instantiated, at any time with
 * anything: what it changes is not known from here on. What is wrong in it depends on arguments nobody knows, so
 * problems in it are silent, and it does not count as called.
 */
function mayRun(machine: Machine, callee: FunctionValue | ClassValue): void {
  const { escaping, called, instances, problems, layers, mayHaveThrown, journal } = machine;
  if (escaping.has(callee.node) || escaping.size >= deepestCallbacks) return;
  escaping.add(callee.node);
  machine.called = new Set(called);
  machine.instances = new Map(instances);
  machine.problems = [];
  machine.layers = undefined;
  const { module } = (callee.closure as Environment).activation;
  const site = new CallSite(module, callee.node, undefined);
  const parameters = callee.kind === "class" ? constructorOf(callee.node)?.parameters : ownParameters(callee.node);
  const args = (parameters ?? []).map(() => unknown);
  const scope = journal.open();
  try {
    machine.repeat(() => {
      if (callee.kind === "class") constructClass(machine, callee, args, site);
      else callFunction(machine, callee, unknown, args, site);
    });
    journal.widenSince(scope);
  } finally {
    journal.commit(scope);
    escaping.delete(callee.node);
    machine.called = called;
    machine.instances = instances;
    machine.problems = problems;
    machine.layers = layers;
    machine.mayHaveThrown = mayHaveThrown;
  }
}
