// What happens to a value that is handed to code nobody can see: everything mutable in it may have changed.

import { summaryArray, unknown, unknownNumber, type Value } from "../values";
import { type Machine } from "./machine";

/** Forgets the contents of mutable values, deeply. Functions may be called with anything, which is not followed. */
export function escapeValue(machine: Machine, value: Value, seen = new Set<Value>()): void {
  if (seen.has(value)) return;
  switch (value.kind) {
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
