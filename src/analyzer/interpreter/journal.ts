// The undo journal: what makes it possible to run both sides of a branch, forget one, and join the two.
// A scope remembers the state of everything older than itself that was changed since it was opened.

import {
  join,
  joinProperties,
  keyOf,
  type Mutable,
  type MutableValue,
  type NumberValue,
  nextId,
  type Property,
  unknown,
  unknownNumber,
  type Value,
  widen,
} from "../values";
import { type Cell } from "./environment";

export type Changeable = MutableValue | Cell;

/** The inside of a mutable value at one moment; which fields are used depends on the kind. */
interface State {
  readonly value?: Value | undefined;
  readonly items?: readonly unknown[] | undefined;
  readonly summary?: Value;
  readonly other?: Value;
  readonly properties?: ReadonlyMap<string, Property>;
  readonly open?: boolean;
  readonly position?: number;
}

/** The states of what a path changed. */
export type Delta = ReadonlyMap<Changeable, State>;

export interface JournalScope {
  readonly id: number;
  readonly saved: Map<Changeable, State>;
}

export class Journal {
  readonly #scopes: JournalScope[] = [];
  /** Watches every change; memoisation uses it to know whether a call had effects outside itself. */
  onTouch: ((target: Mutable) => void) | undefined;

  open(): JournalScope {
    const scope = { id: nextId(), saved: new Map<Changeable, State>() };
    this.#scopes.push(scope);
    return scope;
  }

  /** To be called right before `target` is changed in place. */
  touch(target: Changeable): void {
    target.version++;
    this.onTouch?.(target);
    const scope = this.#scopes[this.#scopes.length - 1];
    if (scope === undefined || target.id > scope.id || target.savedAt === scope.id) return;
    target.savedAt = scope.id;
    if (!scope.saved.has(target)) scope.saved.set(target, stateOf(target));
  }

  /** Closes the scope and keeps what was changed. */
  commit(scope: JournalScope): void {
    this.#closeAbove(scope);
    this.#scopes.pop();
    const parent = this.#scopes[this.#scopes.length - 1];
    if (parent === undefined) return;
    for (const [target, state] of scope.saved) {
      if (target.id <= parent.id && !parent.saved.has(target)) parent.saved.set(target, state);
    }
  }

  /** Closes the scope and takes back what was changed. */
  undo(scope: JournalScope): void {
    this.#closeAbove(scope);
    this.#scopes.pop();
    for (const [target, state] of scope.saved) {
      target.version++;
      restore(target, state);
    }
  }

  #closeAbove(scope: JournalScope): void {
    while (this.#scopes[this.#scopes.length - 1] !== scope) {
      const top = this.#scopes[this.#scopes.length - 1];
      if (top === undefined) throw new Error("The journal scope is not open.");
      this.commit(top);
    }
  }

  /** The present states of everything changed since `scope` was opened. */
  capture(scope: JournalScope): Delta {
    const delta = new Map<Changeable, State>();
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      for (const target of this.#scopes[i]!.saved.keys()) {
        if (target.id <= scope.id && !delta.has(target)) delta.set(target, stateOf(target));
      }
      if (this.#scopes[i] === scope) break;
    }
    return delta;
  }

  /** The state a target had when `scope` was opened. */
  #before(scope: JournalScope, target: Changeable): State {
    const from = this.#scopes.indexOf(scope);
    for (let i = from; i < this.#scopes.length; i++) {
      const state = this.#scopes[i]!.saved.get(target);
      if (state) return state;
    }
    return stateOf(target);
  }

  apply(delta: Delta): void {
    for (const [target, state] of delta) {
      this.touch(target);
      restore(target, state);
    }
  }

  /** Joins the present path with others that left off earlier; all deltas are relative to `scope`. */
  joinWith(scope: JournalScope, deltas: readonly Delta[]): void {
    const targets = new Set<Changeable>();
    for (const delta of deltas) for (const target of delta.keys()) targets.add(target);
    for (const target of this.capture(scope).keys()) targets.add(target);
    for (const target of targets) {
      let state = stateOf(target);
      for (const delta of deltas) {
        state = joinStates(target, state, delta.get(target) ?? this.#before(scope, target));
      }
      this.touch(target);
      restore(target, state);
    }
  }

  /** Goes back to the state at the opening of `scope` and then to the join of `deltas`; the present path is dead. */
  replaceWith(scope: JournalScope, deltas: readonly Delta[]): void {
    const [first, ...rest] = deltas;
    for (const target of this.capture(scope).keys()) {
      const state = this.#before(scope, target);
      this.touch(target);
      restore(target, state);
    }
    if (first) this.apply(first);
    if (rest.length > 0) this.joinWith(scope, rest);
  }

  /** Whether anything changed since `scope` was opened, apart from the given cells. */
  hasChanged(scope: JournalScope, except: ReadonlySet<Changeable>): boolean {
    for (const target of this.capture(scope).keys()) {
      if (!except.has(target) && !sameState(target, this.#before(scope, target), stateOf(target))) return true;
    }
    return false;
  }

  /** Widens everything that changed since `scope` was opened against its state then. */
  widenSince(scope: JournalScope): void {
    for (const target of this.capture(scope).keys()) {
      const before = this.#before(scope, target);
      const now = stateOf(target);
      if (sameState(target, before, now)) continue;
      this.touch(target);
      restore(target, widenStates(target, before, now));
    }
  }

  /** Takes back what was changed since `scope` was opened in targets that are `foreign`, and answers with how they were. */
  takeBack(scope: JournalScope, foreign: (target: Changeable) => boolean): Delta {
    const taken = new Map<Changeable, State>();
    for (const [target, state] of this.capture(scope)) {
      if (!foreign(target)) continue;
      taken.set(target, state);
      this.touch(target);
      restore(target, this.#before(scope, target));
    }
    return taken;
  }

  /** Puts changes in force that were made elsewhere; what was changed here too is forgotten. */
  adopt(scope: JournalScope, delta: Delta): void {
    const changed = this.capture(scope);
    for (const [target, state] of delta) {
      const before = changed.get(target);
      this.touch(target);
      restore(target, before && !sameState(target, before, state) ? forgotten(target) : state);
    }
  }

  /** Forgets everything that changed since `scope` was opened. */
  forgetSince(scope: JournalScope): void {
    for (const target of this.capture(scope).keys()) {
      if (sameState(target, this.#before(scope, target), stateOf(target))) continue;
      this.touch(target);
      restore(target, forgotten(target));
    }
  }
}

/** A state that covers all others. */
function forgotten(target: Changeable): State {
  const isObject = target.kind === "object" || target.kind === "function" || target.kind === "class";
  if (isObject) return { properties: new Map(), open: true };
  return {
    value: unknown,
    items: undefined,
    summary: unknown,
    other: target.kind === "array" ? unknownNumber : unknown,
    position: 0,
  };
}

function stateOf(target: Changeable): State {
  switch (target.kind) {
    case "cell":
      return { value: target.value };
    case "array":
      return { items: target.elements?.slice(), summary: target.summary, other: target.length };
    case "object":
      return { properties: new Map(target.properties), open: target.open };
    case "function":
    case "class":
      return { properties: new Map(target.properties) };
    case "map":
      return { items: target.entries?.slice(), summary: target.keySummary, other: target.valueSummary };
    case "set":
      return { items: target.items?.slice(), summary: target.summary };
    case "iterator":
      return { items: target.items, position: target.position, summary: target.summary };
  }
}

function restore(target: Changeable, state: State): void {
  switch (target.kind) {
    case "cell":
      target.value = state.value;
      break;
    case "array":
      target.elements = state.items?.slice() as Value[] | undefined;
      target.summary = state.summary!;
      target.length = state.other as NumberValue;
      break;
    case "object":
      target.properties = new Map(state.properties);
      target.open = state.open!;
      break;
    case "function":
    case "class":
      target.properties = new Map(state.properties);
      break;
    case "map":
      target.entries = state.items?.slice() as typeof target.entries;
      target.keySummary = state.summary!;
      target.valueSummary = state.other!;
      break;
    case "set":
      target.items = state.items?.slice() as Value[] | undefined;
      target.summary = state.summary!;
      break;
    case "iterator":
      target.items = state.items as Value[] | undefined;
      target.position = state.position!;
      target.summary = state.summary!;
      break;
  }
}

function sameState(target: Changeable, a: State, b: State): boolean {
  if (!sameOptional(a.value, b.value) || !sameOptional(a.summary, b.summary) || !sameOptional(a.other, b.other))
    return false;
  if (a.open !== b.open || a.position !== b.position || (a.items === undefined) !== (b.items === undefined))
    return false;
  if (a.items && b.items) {
    if (a.items.length !== b.items.length) return false;
    const flat = (item: unknown): string => {
      if (target.kind !== "map") return keyOf(item as Value);
      const { key, value } = item as { key: Value; value: Value };
      return `${keyOf(key)}:${keyOf(value)}`;
    };
    const others = b.items;
    if (!a.items.every((item, i) => item === others[i] || flat(item) === flat(others[i]))) return false;
  }
  if (a.properties && b.properties) {
    if (a.properties.size !== b.properties.size) return false;
    for (const [name, property] of a.properties) {
      const other = b.properties.get(name);
      if (other === property) continue;
      if (!other || other.kind === "accessor" || property.kind === "accessor") return false;
      if (keyOf(other) !== keyOf(property)) return false;
    }
  }
  return true;
}

function sameOptional(a: Value | undefined, b: Value | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && keyOf(a) === keyOf(b));
}

function joinStates(target: Changeable, a: State, b: State): State {
  return mergeStates(target, a, b, join);
}

function widenStates(target: Changeable, a: State, b: State): State {
  return mergeStates(target, a, b, widen);
}

function mergeStates(target: Changeable, a: State, b: State, merge: (a: Value, b: Value) => Value): State {
  const optional = (x: Value | undefined, y: Value | undefined): Value | undefined => (x && y ? merge(x, y) : (x ?? y));
  if (a.properties && b.properties) return mergeProperties(a, b, merge);
  if (target.kind === "array" || target.kind === "set") return mergeItems(target, a, b, merge);
  if (target.kind === "map") {
    if (sameState(target, a, b)) return a;
    return { items: undefined, summary: unknown, other: unknown };
  }
  if (target.kind === "iterator") {
    return a.position === b.position ? a : { items: undefined, position: 0, summary: summaryOf(a) };
  }
  return { value: optional(a.value, b.value) };
}

function mergeProperties(a: State, b: State, merge: (a: Value, b: Value) => Value): State {
  const properties = new Map<string, Property>();
  let open = Boolean(a.open) || Boolean(b.open);
  for (const [name, property] of a.properties!) {
    const other = b.properties!.get(name);
    if (other === undefined) open = true;
    else if (property.kind === "accessor" || other.kind === "accessor") {
      properties.set(name, joinProperties(property, other));
    } else properties.set(name, merge(property, other));
  }
  for (const name of b.properties!.keys()) if (!a.properties!.has(name)) open = true;
  return { properties, open };
}

function mergeItems(target: Changeable, a: State, b: State, merge: (a: Value, b: Value) => Value): State {
  if (a.items && b.items && a.items.length === b.items.length) {
    const others = b.items as readonly Value[];
    const items = (a.items as readonly Value[]).map((item, i) => (item === others[i] ? item : merge(item, others[i]!)));
    return { items, summary: a.summary!, other: a.other! };
  }
  const summary = itemsAreEmpty(a) ? summaryOf(b) : itemsAreEmpty(b) ? summaryOf(a) : join(summaryOf(a), summaryOf(b));
  const length =
    a.items === undefined && b.items === undefined && a.other && b.other ? merge(a.other, b.other) : unknownNumber;
  return {
    items: undefined,
    summary,
    other: target.kind === "array" && length.kind === "number" ? length : unknownNumber,
  };
}

function itemsAreEmpty(state: State): boolean {
  return state.items?.length === 0;
}

function summaryOf(state: State): Value {
  const items = state.items as readonly Value[] | undefined;
  if (!items) return state.summary ?? unknown;
  return items.length === 0 ? unknown : items.reduce(join);
}
