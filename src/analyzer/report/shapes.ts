// Sightings as facts: one text for the shapes seen at a place, what made them, and where each dimension comes from.

import { axisOrigin } from "../bridge";
import { type Origin, type ShapeFact } from "../facts";
import { type DimFacts, formatDim, NodePlace, noting, plainPlace, Reads, type TensorValue, withFacts } from "../values";
import { isDeclared, type Sighting, type Sightings } from "./recorder";

/** A place of the source with the shapes seen there as text. */
export interface ShapeDraft {
  readonly place: NodePlace;
  readonly fact: Omit<ShapeFact, "start" | "end" | "hintAt" | "shape" | "dtype">;
  readonly shapes: readonly (readonly string[])[];
  readonly dtypes: readonly string[];
}

/** A sighting in words, and what the words depend on. */
interface Wording {
  readonly draft: ShapeDraft | undefined;
  readonly facts: DimFacts;
  readonly reads: Reads;
}

const wordings = new WeakMap<Sighting, Wording>();

/** Puts into words what was seen, with the facts about symbolic dimensions that were learned with it. */
export function draftShapes(sightings: Sightings, facts: DimFacts): Map<string, ShapeDraft> {
  const drafts = new Map<string, ShapeDraft>();
  withFacts(facts, () => {
    for (const [key, sighting] of sightings) {
      let worded = wordings.get(sighting);
      if (worded?.facts !== facts || !worded.reads.areValid) {
        const reads = new Reads();
        wordings.set(sighting, (worded = { draft: noting(reads, () => draftOf(sighting)), facts, reads }));
      }
      if (worded.draft) drafts.set(key, worded.draft);
    }
  });
  return drafts;
}

function draftOf(sighting: Sighting): ShapeDraft | undefined {
  const { module, node, name, kind, tensors } = sighting;
  const [first] = tensors.values();
  if (!first || sighting.hasUnknown) return undefined;
  const shapes = unique([...tensors.values()].map((value) => value.tensor!.dims.map(formatDim)));
  const dtypes = [...new Set([...tensors.values()].map((value) => value.tensor!.dtype as string))];
  const { rule, doc } = first.record ?? {};
  const isOne = tensors.size === 1;
  const fact = {
    name,
    kind,
    origins: isOne ? originsOf(first) : [],
    ...(isOne && rule !== undefined ? { rule } : {}),
    ...(doc !== undefined ? { doc } : {}),
  };
  return { place: new NodePlace(module, node), fact, shapes, dtypes };
}

function originsOf(value: TensorValue): Origin[] {
  return value.tensor!.dims.map((_dim, axis) => axisOrigin(value, axis));
}

function unique(shapes: readonly (readonly string[])[]): (readonly string[])[] {
  const byText = new Map(shapes.map((shape) => [shape.join(), shape]));
  return [...byText.values()];
}

/** Shapes seen under different hypotheses or by different callers, as one. */
export function mergeDrafts(a: ShapeDraft, b: ShapeDraft): ShapeDraft {
  const isSame =
    a.shapes.length === b.shapes.length && a.shapes.every((shape, i) => shape.join() === b.shapes[i]!.join());
  if (isSame) return a;
  return {
    ...a,
    fact: { ...a.fact, origins: [], rule: undefined },
    shapes: mostGeneral(unique([...a.shapes, ...b.shapes])),
    dtypes: [...new Set([...a.dtypes, ...b.dtypes])],
  };
}

/** Without the shapes that another one stands for: `[batch, 64]` is one of `[B, width]`. The first of two alike stays. */
function mostGeneral(shapes: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const kept: (readonly string[])[] = [];
  for (const shape of shapes) {
    if (kept.some((other) => standsFor(other, shape))) continue;
    const others = kept.filter((other) => !standsFor(shape, other));
    kept.splice(0, kept.length, ...others, shape);
  }
  return kept;
}

/** Whether a shape becomes the other one when each of its names is given a length. */
function standsFor(general: readonly string[], shape: readonly string[]): boolean {
  if (general.length !== shape.length) return false;
  const lengths = new Map<string, string>();
  return general.every((dim, axis) => {
    const length = shape[axis]!;
    if (!isName(dim)) return dim === length;
    const known = lengths.get(dim) ?? length;
    lengths.set(dim, known);
    return known === length;
  });
}

function isName(dim: string): boolean {
  return /^[\p{L}_$][\p{L}\p{N}_$.]*$/u.test(dim);
}

const mostAlternatives = 3;

export function factOf(draft: ShapeDraft, isGeneral: boolean): ShapeFact | undefined {
  const shape = shapeText(draft.shapes, isGeneral);
  if (shape === undefined) return undefined;
  const { fact, place, dtypes } = draft;
  const { name, kind, rule, doc } = fact;
  const { start, end } = place;
  const hintAt = isDeclared(place.node) ? end : undefined;
  const dtype = dtypes.length === 1 ? dtypes[0]! : dtypes.join(" | ");
  // Property by property: this is done for every tensor of a file after every edit.
  return { start, end, name, kind, shape, dtype, rule, doc, origins: fact.origins.map(plainOrigin), hintAt };
}

function plainOrigin({ dim, text, place }: Origin): Origin {
  return { dim, text, place: place && plainPlace(place) };
}

/**
 * `[5, 4]`, `[5, 4] | [1, 4]`, `[1–5, 4]`, `[…, 4]`. `isGeneral`: these are examples of one rule, so what they share is
 * it.
 */
export function shapeText(shapes: readonly (readonly string[])[], isGeneral: boolean): string | undefined {
  const [first] = shapes;
  if (!first) return undefined;
  if (shapes.length === 1) return `[${first.join(", ")}]`;
  if (!isGeneral && shapes.length <= mostAlternatives)
    return shapes.map((shape) => `[${shape.join(", ")}]`).join(" | ");
  const ranges = isGeneral ? undefined : rangesOf(shapes);
  if (ranges) return `[${ranges.join(", ")}]`;
  const suffix = commonSuffix(shapes);
  return suffix.length > 0 ? `[…, ${suffix.join(", ")}]` : undefined;
}

/** The least and the greatest length of every axis; undefined where a length that differs is no number. */
function rangesOf(shapes: readonly (readonly string[])[]): string[] | undefined {
  const [first] = shapes;
  if (!first || shapes.some((shape) => shape.length !== first.length)) return undefined;
  const ranges = first.map((dim, axis) => {
    if (shapes.every((shape) => shape[axis] === dim)) return dim;
    const lengths = shapes.map((shape) => Number(shape[axis]));
    return lengths.every(Number.isInteger) ? `${Math.min(...lengths)}–${Math.max(...lengths)}` : undefined;
  });
  return ranges.every((range) => range !== undefined) ? ranges : undefined;
}

export function commonSuffix(shapes: readonly (readonly string[])[]): string[] {
  const suffix: string[] = [];
  for (let back = 1; ; back++) {
    const dims = shapes.map((shape) => shape[shape.length - back]);
    const [dim] = dims;
    if (dim === undefined || dims.some((other) => other !== dim)) return suffix;
    suffix.unshift(dim);
  }
}
