// What a piece of the program looks at while it is interpreted: when none of it has changed, interpreting it again
// would give the same.

import { type Mutable, type MutableValue, nextId, type Property, type TensorValue, type Value } from "./values";

/** The variables of a file, by name. */
export interface Variables {
  own(name: string): Mutable | undefined;
}

export class Reads {
  /** Everything with a larger id was made by the piece itself. */
  readonly #since = nextId();
  readonly #versions = new Map<Mutable, number>();
  readonly #names = new Map<Variables, Map<string, Mutable | undefined>>();
  readonly #tensors = new Map<TensorValue, string | undefined>();
  readonly #checks: (() => boolean)[] = [];

  /** Whether everything that was looked at is as it was. */
  get areValid(): boolean {
    for (const [target, version] of this.#versions) if (target.version !== version) return false;
    for (const [value, name] of this.#tensors) if (value.name !== name) return false;
    return this.areNamesValid;
  }

  /** Whether every name that was looked up stands for what it stood for. */
  get areNamesValid(): boolean {
    for (const [variables, names] of this.#names) {
      for (const [name, cell] of names) if (variables.own(name) !== cell) return false;
    }
    return this.#checks.every((check) => check());
  }

  /** Whether something was there before the piece began. */
  isOlder(target: { readonly id: number }): boolean {
    return target.id < this.#since;
  }

  /** What is in it counts as looked at, too: a built-in may go through all of it. */
  target(target: Mutable): void {
    const pending = [target];
    for (let at = pending.pop(); at; at = pending.pop()) {
      if (!this.isOlder(at) || this.#versions.has(at)) continue;
      this.#versions.set(at, at.version);
      pending.push(...mutablesIn(at));
    }
  }

  name(variables: Variables, name: string, cell: Mutable | undefined): void {
    let names = this.#names.get(variables);
    if (!names) this.#names.set(variables, (names = new Map()));
    if (!names.has(name)) names.set(name, cell);
    if (cell) this.target(cell);
  }

  tensor(value: TensorValue): void {
    if (!this.#tensors.has(value)) this.#tensors.set(value, value.name);
  }

  check(isSame: () => boolean): void {
    this.#checks.push(isSame);
  }
}

/** The mutable values that a mutable value, or a variable, holds. */
function mutablesIn(target: Mutable): Mutable[] {
  const found: Mutable[] = [];
  const add = (value: Property | undefined): void => {
    if (value === undefined) return;
    if (value.kind === "accessor") [value.get, value.set].forEach(add);
    else if (value.kind === "oneOf") value.alternatives.forEach(add);
    else if (value.kind === "promise") add(value.value);
    else if ("version" in value) found.push(value);
  };
  const holder = target as MutableValue | (Mutable & { readonly kind: "cell"; readonly value: Value | undefined });
  switch (holder.kind) {
    case "cell":
      add(holder.value);
      break;
    case "array":
      holder.elements?.forEach(add);
      add(holder.summary);
      break;
    case "map":
      for (const { key, value } of holder.entries ?? []) [key, value].forEach(add);
      [holder.keySummary, holder.valueSummary].forEach(add);
      break;
    case "set":
    case "iterator":
      holder.items?.forEach(add);
      add(holder.summary);
      break;
    default:
      holder.properties.forEach(add);
  }
  return found;
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
export function noteName(variables: Variables, name: string, cell: Mutable | undefined): void {
  current?.name(variables, name, cell);
}

/** The name a tensor goes by: others may be given to it, or taken from it, by statements that have nothing to do with it. */
export function nameOf(value: TensorValue): string | undefined {
  current?.tensor(value);
  return value.name;
}

/** Whether something was there before what is being interpreted began. */
export function isOlder(target: { readonly id: number }): boolean {
  return current?.isOlder(target) ?? false;
}

/** Something else is looked at; `isSame` tells later whether it is still so. */
export function noteCheck(isSame: () => boolean): void {
  current?.check(isSame);
}
