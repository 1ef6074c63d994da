// Tensors of whole numbers whose range is known: what is written, counted or drawn, as far as it is used for positions.

import { Tensor } from "@shapelens/engine";
import {
  addDims,
  constantOf,
  type Dim,
  DimExpr,
  minDims,
  maxDims,
  type OpRecord,
  subDims,
} from "@shapelens/engine/tooling";
import { dimKey, mark } from "../values";

/** The least and the greatest number in a tensor. */
export interface Ids {
  readonly least: Dim;
  readonly greatest: Dim;
  /** `held`: both are in it. `drawn`: each element may be any number between. */
  readonly kind: "held" | "drawn";
}

const known = new WeakMap<Tensor, Ids>();

function note(tensor: Tensor, ids: Ids): void {
  known.set(tensor, ids);
  mark(tensor, `${ids.kind} ${dimKey(ids.least)} ${dimKey(ids.greatest)}`);
}

/** What the program writes into a tensor is not looked at. Answers whether anything was known. */
export function forgetIds(tensor: Tensor): boolean {
  return known.delete(tensor);
}

/** The same tensor under another identity. */
export function inheritIds(from: Tensor, to: Tensor): void {
  const ids = known.get(from);
  if (ids && from !== to) note(to, ids);
}

const sources = new WeakMap<object, readonly unknown[]>();

/** Notes what a function of the engine made: a tensor, or batches of two. */
export function noteMadeIds(name: string, args: readonly unknown[], output: unknown): void {
  if (name === "batches" && typeof output === "object" && output) sources.set(output, args);
  if (!(output instanceof Tensor)) return;
  const ids = madeIds(name, args, output);
  if (ids) note(output, ids);
}

/** A batch holds some of the numbers of the data set. */
export function noteBatch(batches: object, batch: readonly unknown[]): void {
  batch.forEach((part, i) => {
    const source = sources.get(batches)?.[i];
    const ids = source instanceof Tensor ? known.get(source) : undefined;
    if (ids && part instanceof Tensor) note(part, { ...ids, kind: "drawn" });
  });
}

function madeIds(name: string, [first, second, third]: readonly unknown[], output: Tensor): Ids | undefined {
  switch (name) {
    case "tensor":
      return writtenIds(first);
    case "arange": {
      const from = second === undefined ? 0 : first;
      if ((third !== undefined && Number(third) !== 1) || !isWhole(from) || constantOf(from) === undefined)
        return undefined;
      return { least: from, greatest: addDims(from, subDims(output.dims[0]!, 1)), kind: "held" };
    }
    case "randint":
      return isWhole(first) && isWhole(second)
        ? { least: first, greatest: subDims(second, 1), kind: "drawn" }
        : undefined;
    default:
      return undefined;
  }
}

function isWhole(value: unknown): value is Dim {
  if (value instanceof DimExpr) return constantOf(value) === undefined || Number.isInteger(constantOf(value));
  return Number.isInteger(value);
}

/** More numbers than these nobody writes. */
const longestList = 10_000;

function writtenIds(data: unknown): Ids | undefined {
  let count = 0;
  let least: Dim | undefined;
  let greatest: Dim | undefined;
  const visit = (value: unknown): boolean => {
    if (Array.isArray(value)) return value.every(visit);
    if (!isWhole(value) || constantOf(value) === undefined || ++count > longestList) return false;
    if (least === undefined || constantOf(value)! < constantOf(least)!) least = value;
    if (greatest === undefined || constantOf(value)! > constantOf(greatest)!) greatest = value;
    return true;
  };
  return visit(data) && least !== undefined && greatest !== undefined ? { least, greatest, kind: "held" } : undefined;
}

/** Notes what the ops of one call make of numbers whose range is known. */
export function noteIds(records: readonly OpRecord[]): void {
  for (const record of records) {
    const ids = idsOf(record);
    if (ids) note(record.output, ids);
  }
}

/** Ops of one tensor whose result holds the same numbers. */
const movers: ReadonlySet<string> = new Set([
  ...["reshape", "flatten", "squeeze", "expandDims", "transpose", "swapAxes"],
  ...["flip", "roll", "broadcastTo", "repeat", "tile", "astype"],
]);
/** Ops whose result holds some of the numbers. */
const pickers: ReadonlySet<string> = new Set(["slice", "at", "take", "gather"]);

function idsOf({ op, inputs, params }: OpRecord): Ids | undefined {
  const [first, second] = inputs;
  const ids = first && known.get(first);
  if (op === "concat" || op === "stack") return together(inputs);
  if (!ids) return undefined;
  if (movers.has(op)) return (params as { readonly dtype?: unknown } | undefined)?.dtype === "bool" ? undefined : ids;
  if (pickers.has(op)) return ids.kind === "drawn" ? ids : undefined;
  if (op !== "add" && op !== "sub") return undefined;
  const by = second?.isWeak && !second.isAbstract ? second.data[0]! : NaN;
  if (!Number.isInteger(by)) return undefined;
  const shift = (dim: Dim): Dim => (op === "add" ? addDims(dim, by) : subDims(dim, by));
  return { ...ids, least: shift(ids.least), greatest: shift(ids.greatest) };
}

function together(inputs: readonly Tensor[]): Ids | undefined {
  const [first, ...others] = inputs.map((input) => known.get(input));
  return others.reduce((all, each) => {
    if (!all || all.kind !== each?.kind) return undefined;
    return { ...all, least: minDims(all.least, each.least), greatest: maxDims(all.greatest, each.greatest) };
  }, first);
}

/** Where an op takes the positions from that it picks, and how many there are. */
export interface Picking {
  readonly ids: Ids;
  readonly tensor: Tensor;
  /** What is picked from, and along which axis. */
  readonly from: Tensor;
  readonly axis: number;
  readonly fromName: string;
  /** Negative positions count from the end. */
  readonly fromEnd: boolean;
}

/** The positions that an op picks, where their range is known. */
export function pickingOf({ op, inputs, params }: OpRecord): Picking | undefined {
  const [first, second] = inputs;
  if (!first || !second) return undefined;
  const picking = (
    tensor: Tensor,
    from: Tensor,
    axis: unknown,
    fromName: string,
    fromEnd = false,
  ): Picking | undefined => {
    const ids = known.get(tensor);
    const index = Number(axis);
    const at = index < 0 ? index + from.rank : index;
    return ids && from.dims[at] !== undefined ? { ids, tensor, from, axis: at, fromName, fromEnd } : undefined;
  };
  switch (op) {
    case "embedding":
      return picking(first, second, 0, "table");
    case "take":
      return picking(second, first, (params as { readonly axis: unknown }).axis, "x", true);
    case "gather":
    case "scatterAdd":
      return picking(second, first, (params as { readonly axis: unknown }).axis, "x");
    case "crossEntropy":
    case "nll":
      return second.rank === first.rank - 1
        ? picking(second, first, 1, op === "nll" ? "logProbs" : "logits")
        : undefined;
    default:
      return undefined;
  }
}
