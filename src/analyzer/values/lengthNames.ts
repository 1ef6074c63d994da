// What the made-up lengths of a trial are called. A word that the user has for one, as in `const [batch, time] = x.shape`,
// beats ours.

import { type Dim, symbolOf } from "./dims";

interface Length {
  /** How it is shown. */
  readonly shown: { name: string };
  /** A name that nothing else bears, for when another length needs the usual one. */
  readonly spare: string;
  /** It is what a model takes many of at a time, whatever a function further in calls it. */
  readonly isBatch: boolean;
  /** How deep in the calls the function is whose word it goes by; `undefined` while it goes by ours. */
  namedAt: number | undefined;
}

/** The depth of the function that is tried. */
const outermost = 1;

export class LengthNames {
  /** By the key of the symbol. */
  readonly #lengths = new Map<string, Length>();
  readonly #taken = new Map<string, Length | undefined>();

  /** An axis of a tensor that was made up, under a name of ours. */
  add(dim: Dim, spare: string, isBatch: boolean): void {
    const shown = symbolOf(dim);
    if (!shown) return;
    const length: Length = { shown, spare, isBatch, namedAt: undefined };
    this.#lengths.set(shown.key, length);
    if (this.#taken.has(shown.name)) shown.name = spare;
    this.#taken.set(shown.name, length);
  }

  /** A name that the user has given to something else, such as a parameter that is a number. */
  take(name: string): void {
    this.#yield(name);
    this.#taken.set(name, undefined);
  }

  /** A number gets a name from the user, `depth` calls deep. */
  see(name: string, number: Dim, depth: number): void {
    const symbol = symbolOf(number);
    const length = symbol && this.#lengths.get(symbol.key);
    if (!length || !/\p{L}/u.test(name)) return;
    if (length.namedAt !== undefined && length.namedAt <= depth) return;
    if (length.isBatch && depth > outermost) return;
    if (this.#taken.get(name) !== length) {
      // Two lengths of one name could not be told apart.
      if (!this.#yield(name)) return;
      this.#taken.delete(length.shown.name);
      this.#taken.set(name, length);
      length.shown.name = name;
    }
    length.namedAt = depth;
  }

  /** Whether the user has a word for a length. */
  isNamed(dim: Dim): boolean {
    const symbol = symbolOf(dim);
    return symbol !== undefined && this.#lengths.get(symbol.key)?.namedAt !== undefined;
  }

  /** A name of ours goes to another: its bearer takes its spare one. Answers whether the name is free. */
  #yield(name: string): boolean {
    const length = this.#taken.get(name);
    if (!length) return !this.#taken.has(name);
    if (length.namedAt !== undefined || length.spare === name) return false;
    this.#taken.delete(name);
    this.#taken.set(length.spare, length);
    length.shown.name = length.spare;
    return true;
  }
}
