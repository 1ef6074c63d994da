// Writes a program line by line.

import { type Random } from "./random";
import { type Scope, withTypes } from "./scope";

/** Writes one or a few statements that may use and add to what is in scope. */
export type Statement = (builder: Builder, scope: Scope) => void;

export class Builder {
  readonly lines: string[] = [];
  /** Calls to be made from outside, after the program. */
  readonly calls: string[] = [];
  #depth = 0;
  #count = 0;

  constructor(
    readonly random: Random,
    readonly statements: readonly (readonly [weight: number, statement: Statement])[],
    readonly prefix = "",
  ) {}

  /** How deep in blocks the next line stands. */
  get depth(): number {
    return this.#depth;
  }

  name(kind: string): string {
    return `${this.prefix}${kind}${this.#count++}`;
  }

  line(text: string): void {
    this.lines.push("  ".repeat(this.#depth) + text);
  }

  block(header: string, body: () => void, footer = "}"): void {
    this.line(header);
    this.#depth++;
    body();
    this.#depth--;
    this.line(footer);
  }

  /** A few random statements. */
  some(scope: Scope, most: number): void {
    const count = this.random.int(1, most);
    for (let i = 0; i < count; i++) this.random.weighted(this.statements)(this, scope);
  }

  /** The text that `write` writes, kept out of the program. */
  capture(write: () => void): string {
    const from = this.lines.length;
    write();
    return this.lines.splice(from).join("\n");
  }

  get text(): string {
    return withTypes(this.lines.join("\n"));
  }
}
