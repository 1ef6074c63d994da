// The items of a value that is looped over or spread.

import {
  stringValue,
  undefinedValue,
  unknown,
  unknownString,
  arrayValue,
  join,
  joinAll,
  type CallSite,
  type Iteration,
  type IteratorValue,
  type Value,
} from "../values";
import { iterateEngine } from "../bridge";
import { callValue } from "./calls";
import { type Machine } from "./machine";
import { getProperty } from "./properties";

const none: Iteration = { items: [] };
const mostSteps = 10_000;

export function iterate(machine: Machine, value: Value, site: CallSite): Iteration {
  switch (value.kind) {
    case "array":
      return value.elements ? { items: value.elements } : { summary: value.summary, length: value.length };
    case "string":
      return value.value === undefined
        ? { summary: unknownString }
        : { items: Array.from(value.value, (c) => stringValue(c)) };
    case "set":
      return value.items ? { items: value.items.slice() } : { summary: value.summary };
    case "map": {
      if (!value.entries) return { summary: arrayValue([value.keySummary, value.valueSummary]) };
      return { items: value.entries.map((entry) => arrayValue([entry.key, entry.value])) };
    }
    case "iterator":
      return drain(machine, value);
    case "undefined":
    case "null":
    case "number":
    case "boolean":
      return none;
    case "tensor":
    case "engine":
      return iterateEngine(machine, value, site);
    case "oneOf":
      return iterateAlternatives(machine, value.alternatives, site);
    case "object":
      return iterateObject(machine, value, site);
    default:
      return { summary: unknown };
  }
}

function drain(machine: Machine, iterator: IteratorValue): Iteration {
  if (!iterator.items) {
    const { summary, position, length } = iterator;
    takeSome(machine, iterator);
    return length && position === 0 ? { summary, length } : { summary };
  }
  const items = iterator.items.slice(iterator.position);
  if (items.length > 0) {
    machine.journal.touch(iterator);
    iterator.position = iterator.items.length;
  }
  return { items };
}

/** How many items are left of those that nobody counted is not followed. */
function takeSome(machine: Machine, iterator: IteratorValue): void {
  if (iterator.position > 0) return;
  machine.journal.touch(iterator);
  iterator.position = 1;
}

/** Alternatives of the same length are taken item by item, others together. */
function iterateAlternatives(machine: Machine, alternatives: readonly Value[], site: CallSite): Iteration {
  const iterations = alternatives.map((each) => iterate(machine, each, site));
  const [first] = iterations;
  if (first?.items && iterations.every((each) => each.items?.length === first.items.length)) {
    const items = first.items.map((item, i) =>
      iterations.slice(1).reduce((sum, each) => join(sum, each.items![i]!), item),
    );
    return { items };
  }
  let summary: Value | undefined;
  for (const each of iterations) {
    for (const item of each.items ?? [each.summary!]) summary = summary === undefined ? item : join(summary, item);
  }
  return { summary: summary ?? unknown };
}

/** An object with `[Symbol.iterator]` or an iterator's own `next`. */
function iterateObject(machine: Machine, value: Value, site: CallSite): Iteration {
  const method = getProperty(machine, value, "@@iterator", site);
  const asyncMethod = method.kind === "undefined" ? getProperty(machine, value, "@@asyncIterator", site) : method;
  if (asyncMethod.kind === "unknown" || asyncMethod.kind === "undefined") return { summary: unknown };
  const iterator = callValue(machine, asyncMethod, value, [], site);
  if (iterator !== value && iterator.kind !== "object") return iterate(machine, iterator, site);
  const items: Value[] = [];
  for (let count = 0; count < mostSteps; count++) {
    machine.step();
    let result = callValue(machine, getProperty(machine, iterator, "next", site), iterator, [], site);
    if (result.kind === "promise") result = result.value;
    const done = getProperty(machine, result, "done", site);
    const isDone = done.kind === "undefined" ? false : done.kind === "boolean" ? done.value : undefined;
    if (isDone === true) return { items };
    const item = getProperty(machine, result, "value", site);
    if (isDone === undefined) return { summary: item.kind === "oneOf" ? withoutUndefined(item.alternatives) : item };
    items.push(item);
  }
  return { summary: items.reduce(join) };
}

function withoutUndefined(alternatives: readonly Value[]): Value {
  return joinAll(alternatives.filter((each) => each.kind !== "undefined"));
}

/** `iterator.next()` as an object with `value` and `done`. */
export function nextOf(
  machine: Machine,
  iterator: IteratorValue,
): { readonly value: Value; readonly done: boolean | undefined } {
  if (!iterator.items) {
    takeSome(machine, iterator);
    return { value: iterator.summary, done: undefined };
  }
  const item = iterator.items[iterator.position];
  if (item === undefined) return { value: iterator.result, done: true };
  machine.journal.touch(iterator);
  iterator.position++;
  return { value: item, done: false };
}

/** The item that an array pattern asks for. Where the list may end before it, a pattern without a default trusts it. */
export function itemAt(iteration: Iteration, index: number, hasDefault: boolean): Value {
  if (iteration.items) return iteration.items[index] ?? undefinedValue;
  const { summary, length } = iteration;
  const isThere = length?.kind === "number" && length.value !== undefined && length.value > index;
  return hasDefault && !isThere && summary.kind !== "unknown" ? join(summary, undefinedValue) : summary;
}
