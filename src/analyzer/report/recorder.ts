// Collects what every name, field and call turned out to be, over all times it was interpreted.

import { ts } from "ts-morph";
import { type ShapeFact } from "../facts";
import { type Module } from "../program/module";
import { shapeKeyOf, type TensorValue, type Value } from "../values";

/** One place of the source and the tensors seen there. */
export interface Sighting {
  readonly module: Module;
  readonly node: ts.Node;
  readonly name: string;
  readonly kind: ShapeFact["kind"];
  readonly tensors: Map<string, TensorValue>;
  /** A value whose shape nobody knows was seen here, too. */
  hasUnknown: boolean;
}

/** The sightings of one run: of a statement of a file's top level or of one hypothesis. */
export type Sightings = Map<string, Sighting>;

const nodeIds = new WeakMap<ts.Node, number>();
let nodeCount = 0;

/** A name for a node that it keeps when edits move it. */
export function nodeId(node: ts.Node): number {
  let id = nodeIds.get(node);
  if (id === undefined) nodeIds.set(node, (id = ++nodeCount));
  return id;
}

/** More different shapes at one place than this are not told apart. */
const mostShapes = 64;

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
    const key = `${kind} ${nodeId(node)}`;
    let sighting = this.#current.get(key);
    if (!sighting) this.#current.set(key, (sighting = makeSighting(module, node, name, kind)));
    for (const each of value.kind === "oneOf" ? value.alternatives : [value]) {
      if (each.kind === "unknown") sighting.hasUnknown = true;
      else if (each.kind === "tensor") addTensor(sighting, each);
    }
  }
}

function addTensor(sighting: Sighting, tensor: TensorValue): void {
  if (!tensor.tensor || sighting.tensors.size >= mostShapes) sighting.hasUnknown = true;
  else sighting.tensors.set(shapeKeyOf(tensor.tensor), tensor);
}

/** What several runs saw, one after another, as one. What only one of them saw stays the same object. */
export function mergeSightings(all: readonly Sightings[]): Sightings {
  const merged: Sightings = new Map();
  const copies = new Set<string>();
  for (const sightings of all) {
    for (const [key, sighting] of sightings) {
      let before = merged.get(key);
      if (!before) {
        merged.set(key, sighting);
        continue;
      }
      if (!copies.has(key)) {
        before = { ...before, tensors: new Map(before.tensors) };
        merged.set(key, before);
        copies.add(key);
      }
      before.hasUnknown ||= sighting.hasUnknown;
      for (const tensor of sighting.tensors.values()) addTensor(before, tensor);
    }
  }
  return merged;
}

function makeSighting(module: Module, node: ts.Node, name: string, kind: ShapeFact["kind"]): Sighting {
  const text = name || node.getText(module.source).replace(/\s+/g, " ").slice(0, 60);
  return { module, node, name: text, kind, tensors: new Map(), hasUnknown: false };
}

/** Hints stand behind a name where it is declared, not where it is used. */
export function isDeclared(node: ts.Node): boolean {
  const { parent } = node;
  return (
    (ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isBindingElement(parent) ||
      ts.isPropertyDeclaration(parent)) &&
    parent.name === node
  );
}
