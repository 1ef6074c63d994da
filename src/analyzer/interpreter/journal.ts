// The undo journal: what makes it possible to run both sides of a branch, forget one, and join the two.
// A scope remembers the state of everything older than itself that was changed since it was opened.

import { type Mutable, nextId, nextVersion, noteRead } from "../values";
import {
  type Changeable,
  forgotten,
  joinStates,
  restore,
  restoreVersion,
  sameState,
  type State,
  stateOf,
  widenStates,
} from "./states";

/** The states of what a path changed. */
export type Delta = ReadonlyMap<Changeable, State>;

/** One thing that was changed. */
export interface Change {
  readonly target: Changeable;
  readonly before: State;
  readonly after: State;
}

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
    noteRead(target);
    this.onTouch?.(target);
    const scope = this.#scopes[this.#scopes.length - 1];
    if (scope !== undefined && target.id <= scope.id && target.savedAt !== scope.id) {
      target.savedAt = scope.id;
      if (!scope.saved.has(target)) scope.saved.set(target, stateOf(target));
    }
    target.version = nextVersion();
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
    for (const [target, state] of scope.saved) restoreVersion(target, state);
  }

  /** What was changed since `scope` was opened, with the states before and after. */
  changesSince(scope: JournalScope): Change[] {
    return [...this.capture(scope)].map(([target, after]) => ({ target, before: this.#before(scope, target), after }));
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
      restoreVersion(target, state);
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
