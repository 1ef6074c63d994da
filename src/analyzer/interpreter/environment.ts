// Variables: cells that can be changed and undone, in environments that nest as blocks do.

import { type Bindings } from "@shapelens/engine/tooling";
import { type ts } from "ts-morph";
import { type Module } from "../program/module";
import {
  type ArrayValue,
  type ClassValue,
  type Closure,
  type Frame,
  type Mutable,
  nextId,
  type Value,
  noteName,
} from "../values";

/** One variable. No value yet means that its declaration has not been reached. */
export interface Cell extends Mutable {
  readonly kind: "cell";
  readonly name: string;
  value: Value | undefined;
  /** It is given a value once: reading it needs no watching. */
  readonly isConstant: boolean;
}

export function makeCell(name: string, value: Value | undefined, isConstant: boolean): Cell {
  return { kind: "cell", id: nextId(), savedAt: 0, version: 0, name, value, isConstant };
}

/** What is the same everywhere in one call of one function. */
export interface Activation {
  readonly module: Module;
  readonly thisValue: Value | undefined;
  readonly home: ClassValue | undefined;
  readonly isStatic: boolean;
  /** The call that is being interpreted; absent at the top level. */
  readonly frame: Frame | undefined;
  /** What the function was called with. */
  readonly args: readonly Value[];
  /** What the names in the contracts of this call stand for. */
  readonly bindings: Bindings;
  /** Where a generator puts what it yields: a list like any other, so that paths that yield different things join. */
  readonly yields: ArrayValue | undefined;
  readonly node: ts.Node;
}

export class Environment implements Closure {
  readonly id = nextId();
  readonly #cells = new Map<string, Cell>();

  constructor(
    readonly parent: Environment | undefined,
    readonly activation: Activation,
  ) {}

  find(name: string): Cell | undefined {
    const cell = this.#cells.get(name);
    if (!cell && this.parent) return this.parent.find(name);
    if (!this.parent) noteName(this, name, cell);
    return cell;
  }

  own(name: string): Cell | undefined {
    return this.#cells.get(name);
  }

  declare(name: string, value: Value | undefined, isConstant = false): Cell {
    const cell = makeCell(name, value, isConstant);
    this.#cells.set(name, cell);
    return cell;
  }

  /** Makes a name stand for a cell of another module. */
  link(name: string, cell: Cell): void {
    this.#cells.set(name, cell);
  }

  /** Takes a name back that is no longer declared. */
  remove(name: string): void {
    this.#cells.delete(name);
  }

  child(): Environment {
    return new Environment(this, this.activation);
  }
}
