// Lists whose items nobody counted one by one, such as what a loop collects: what joins them, makes a tensor of them, or
// takes a tensor apart into one.

import { ShapeError, Tensor } from "@shapelens/engine";
import {
  constantOf,
  type Dim,
  type DimExpr,
  dimsEqual,
  isDim,
  mulDims,
  numberOfDim,
  summaryArray,
  symbol,
} from "../values";
import { arrayValue, type ArrayValue, type EngineValue, type TensorValue, type Value } from "../values";
import { lift } from "./lift";
import { CannotLower, Carried } from "./lower";

type Engine = (...args: unknown[]) => unknown;

/** A call of the engine in which one item stands for any number of them. */
export interface OpenCall {
  readonly args: readonly Value[];
  /** Calls `fn` with what `args` are to the engine, and makes of one what comes of all. */
  readonly run: (fn: Engine, receiver: unknown, args: readonly unknown[]) => unknown;
}

/** How to call a function of the engine that is given a list nobody counted, or gives one; undefined for other calls. */
export function openCall({ name }: EngineValue, args: readonly Value[]): OpenCall | undefined {
  if (name === "unstack") return { args, run: unstackAny };
  const [list, ...others] = args;
  if (list?.kind !== "array") return undefined;
  if (name === "concat" || name === "stack") {
    const kinds = list.elements ? undefined : tensorsIn(list.summary);
    return kinds && { args: [arrayValue(kinds), ...others], run: joinAnyNumber(name, list.length.dim) };
  }
  if (name !== "tensor") return undefined;
  const lengths = openLengths(list);
  return lengths && { args: [oneOfEach(list), ...others], run: makeOfAny(lengths) };
}

function tensorsIn(summary: Value): TensorValue[] | undefined {
  const kinds = summary.kind === "oneOf" ? summary.alternatives : [summary];
  const isKnown = kinds.every((kind): kind is TensorValue => kind.kind === "tensor" && kind.tensor !== undefined);
  return isKnown ? [...kinds] : undefined;
}

/** Joins the tensors any number of times: an axis that grows with them is as long as the list says, or open. */
function joinAnyNumber(name: "concat" | "stack", count: DimExpr | undefined): OpenCall["run"] {
  return (fn, _receiver, [list, ...others]) => {
    const tensors = list as readonly Tensor[];
    // Which kinds are in the list decides the type of what is joined.
    if (tensors.some(({ dtype }) => dtype !== tensors[0]?.dtype)) throw new CannotLower("list");
    try {
      const once = fn(tensors, ...others) as Tensor;
      const twice = fn([...tensors, ...tensors], ...others) as Tensor;
      // Tensors that are stacked are all alike; of those that are joined nobody counted the kinds.
      const each = (dim: Dim): Dim | undefined => (name === "stack" ? 1 : tensors.length === 1 ? dim : undefined);
      const dims = once.dims.map((dim, axis) => {
        if (dimsEqual(dim, twice.dims[axis]!) === "yes") return dim;
        const length = each(dim);
        return length !== undefined && count ? mulDims(count, length) : symbol("?", 1);
      });
      return new Tensor(dims, once.dtype, undefined, { requiresGrad: once.requiresGrad });
    } catch (error) {
      // Whether the list holds tensors of both kinds is not known.
      if (error instanceof ShapeError) throw new CannotLower("list");
      throw error;
    }
  };
}

/** The lengths of a nested list of numbers, the known ones undefined; undefined where none of its lists is open. */
function openLengths(list: ArrayValue): (DimExpr | undefined)[] | undefined {
  const lengths: (DimExpr | undefined)[] = [];
  let isOpen = false;
  for (let at: Value | undefined = list; at?.kind === "array"; at = at.elements ? at.elements[0] : at.summary) {
    const isCounted: boolean = at.elements !== undefined || at.length.value !== undefined;
    // Rows that nobody counted may be of any lengths.
    if (at.elements?.some((row) => row.kind === "array" && !row.elements)) return undefined;
    if (!isCounted && !at.length.dim) return undefined;
    isOpen ||= !isCounted;
    lengths.push(isCounted ? undefined : at.length.dim);
  }
  return isOpen ? lengths : undefined;
}

/** The list with one item in place of those that nobody counted. */
function oneOfEach(value: Value): Value {
  if (value.kind !== "array" || value.elements || value.length.value !== undefined) return value;
  return arrayValue([oneOfEach(value.summary)], value.typed);
}

function makeOfAny(lengths: readonly (DimExpr | undefined)[]): OpenCall["run"] {
  return (fn, receiver, args) => {
    const one = fn.apply(receiver, [...args]) as Tensor;
    // A shape that is given besides asks for all the numbers.
    if (one.rank !== lengths.length) throw new CannotLower("list");
    const dims = one.dims.map((dim, axis) => lengths[axis] ?? dim);
    return new Tensor(dims, one.dtype, undefined, { requiresGrad: one.requiresGrad });
  };
}

/** Takes a tensor apart along an axis whose length is an expression: a list of that many alike. */
function unstackAny(fn: Engine, receiver: unknown, args: readonly unknown[]): unknown {
  const isMethod = receiver instanceof Tensor;
  const [tensor, axis = 0] = isMethod ? [receiver, ...args] : args;
  const given = isDim(axis) ? constantOf(axis) : undefined;
  if (!(tensor instanceof Tensor) || given === undefined) return fn.apply(receiver, [...args]);
  const at = given < 0 ? given + tensor.rank : given;
  const length = tensor.dims[at];
  if (length === undefined || constantOf(length) !== undefined) return fn.apply(receiver, [...args]);
  const dims = tensor.dims.map((dim, i) => (i === at ? 1 : dim));
  const one = new Tensor(dims, tensor.dtype, undefined, { requiresGrad: tensor.requiresGrad });
  const [item] = (isMethod ? fn.apply(one, [...args]) : fn(one, ...args.slice(1))) as Tensor[];
  return new Carried(summaryArray(lift(item), numberOfDim(length)));
}
