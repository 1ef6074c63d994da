// How a statement ends other than by going on to the next one.

import { type Value } from "../values";
import { type Delta } from "./journal";

export type Completion =
  | { readonly type: "return"; readonly value: Value }
  | { readonly type: "break" | "continue"; readonly label: string | undefined }
  /** Every path through the statement has left in some way that is already noted. */
  | { readonly type: "dead" };

export const dead: Completion = { type: "dead" };

/** A throw of the user's program, carried by JavaScript's own. Not an Error: no stack is needed. */
export class Thrown {
  constructor(readonly value: Value) {}
}

/** Ends the analysis of the present entry point: the budget is spent or somebody cancelled. */
export class Stopped {
  constructor(readonly reason: "budget" | "cancelled") {}
}

/** A path that left a function or loop early, with what it had changed by then. */
export interface PendingExit {
  readonly completion: Completion;
  readonly delta: Delta;
}
