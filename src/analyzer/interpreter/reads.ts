// What a piece of the program looks at while it is interpreted: when none of it has changed, interpreting it again
// would give the same.

import { type Mutable, nextId } from "../values";
import { type Cell, type Environment } from "./environment";

export class Reads {
  /** Everything with a larger id was made by the piece itself. */
  readonly #since = nextId();
  readonly #versions = new Map<Mutable, number>();
  readonly #names = new Map<Environment, Map<string, Cell | undefined>>();
  readonly #checks: (() => boolean)[] = [];

  /** Whether everything that was looked at is as it was. */
  get areValid(): boolean {
    for (const [target, version] of this.#versions) if (target.version !== version) return false;
    for (const [environment, names] of this.#names) {
      for (const [name, cell] of names) if (environment.own(name) !== cell) return false;
    }
    return this.#checks.every((check) => check());
  }

  /** Whether something was there before the piece began. */
  isOlder(target: { readonly id: number }): boolean {
    return target.id < this.#since;
  }

  target(target: Mutable): void {
    if (this.isOlder(target) && !this.#versions.has(target)) this.#versions.set(target, target.version);
  }

  name(environment: Environment, name: string, cell: Cell | undefined): void {
    let names = this.#names.get(environment);
    if (!names) this.#names.set(environment, (names = new Map()));
    if (!names.has(name)) names.set(name, cell);
    if (cell) this.target(cell);
  }

  check(isSame: () => boolean): void {
    this.#checks.push(isSame);
  }
}

let current: Reads | undefined;

/** Runs with everything that is looked at noted in `reads`. */
export function noting<T>(reads: Reads, run: () => T): T {
  const before = current;
  current = reads;
  try {
    return run();
  } finally {
    current = before;
  }
}

/** Something mutable is looked at, or about to be changed. */
export function noteRead(target: Mutable): void {
  current?.target(target);
}

/** A name is looked up among the variables of a file; `undefined` where the file has none of that name. */
export function noteName(environment: Environment, name: string, cell: Cell | undefined): void {
  current?.name(environment, name, cell);
}

/** Whether something was there before what is being interpreted began. */
export function isOlder(target: { readonly id: number }): boolean {
  return current?.isOlder(target) ?? false;
}

/** Something else is looked at; `isSame` tells later whether it is still so. */
export function noteCheck(isSame: () => boolean): void {
  current?.check(isSame);
}
