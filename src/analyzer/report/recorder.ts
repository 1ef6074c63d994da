// Collects what every name, field and call turned out to be, over all times it was interpreted.

import { ts } from "ts-morph";
import { type ShapeFact } from "../facts";
import { type Module } from "../program/module";
import { keyOf, type TensorValue, type Value } from "../values";

/** One place of the source and the tensors seen there. */
export interface Sighting {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly kind: ShapeFact["kind"];
  readonly hintAt: number | undefined;
  readonly tensors: Map<string, TensorValue>;
  /** A value whose shape nobody knows was seen here, too. */
  hasUnknown: boolean;
}

/** The sightings of one run: of a file's top level or of one hypothesis. */
export type Sightings = Map<string, Sighting>;

/** More different shapes at one place than this are not told apart. */
const mostShapes = 8;

export class Recorder {
  #paused = 0;
  #current: Sightings = new Map();

  /** Starts a new collection and answers with the one under way, to be given to `restore`. */
  begin(): Sightings {
    const before = this.#current;
    this.#current = new Map();
    return before;
  }

  /** Ends a collection: answers with it and goes on with the one before. */
  restore(before: Sightings): Sightings {
    const collected = this.#current;
    this.#current = before;
    return collected;
  }

  get current(): Sightings {
    return this.#current;
  }

  pause(): void {
    this.#paused++;
  }

  resume(): void {
    this.#paused--;
  }

  record(module: Module, node: ts.Node, name: string, kind: ShapeFact["kind"], value: Value): void {
    if (this.#paused > 0) return;
    const key = `${kind} ${node.pos} ${node.end} ${module.file}`;
    let sighting = this.#current.get(key);
    if (!sighting) this.#current.set(key, (sighting = makeSighting(module, node, name, kind)));
    for (const each of value.kind === "oneOf" ? value.alternatives : [value]) {
      if (each.kind === "unknown") sighting.hasUnknown = true;
      if (each.kind !== "tensor") continue;
      if (!each.tensor || sighting.tensors.size >= mostShapes) sighting.hasUnknown = true;
      else sighting.tensors.set(keyOf(each), each);
    }
  }
}

function makeSighting(module: Module, node: ts.Node, name: string, kind: ShapeFact["kind"]): Sighting {
  const { file, source } = module;
  const start = node.getStart(source);
  const text = name || node.getText(source).replace(/\s+/g, " ").slice(0, 60);
  const hintAt = isDeclared(node) ? node.end : undefined;
  return { file, start, end: node.end, name: text, kind, hintAt, tensors: new Map(), hasUnknown: false };
}

/** Hints stand behind a name where it is declared, not where it is used. */
function isDeclared(node: ts.Node): boolean {
  const { parent } = node;
  return (
    (ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isBindingElement(parent) ||
      ts.isPropertyDeclaration(parent)) &&
    parent.name === node
  );
}
