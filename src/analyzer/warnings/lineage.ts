// Which op made a tensor, and whether an axis of length 1 in it came about by itself or was put there on purpose.

import { type Tensor } from "@shapelens/engine";
import { constantOf, type Dim, DimExpr, dimsEqual, type OpRecord } from "@shapelens/engine/tooling";
import { type Place } from "../facts";
import { type TensorRecord, type ValueOrigin } from "../values";
import { type Past } from "./rule";

const makers = new WeakMap<Tensor, OpRecord>();

/** Notes the ops of one call, so that later rules can look back. */
export function noteMakers(records: readonly OpRecord[]): void {
  for (const record of records) makers.set(record.output, record);
}

/** The same tensor under another identity has the same past. */
export function inheritMaker(from: Tensor, to: Tensor): void {
  const record = makers.get(from);
  if (record && from !== to) makers.set(to, record);
}

/** The op that gave a tensor; absent for what was made from nothing, such as data and weights. */
export function makerOf(tensor: Tensor): OpRecord | undefined {
  return makers.get(tensor);
}

/**
 * Where an axis of length 1 comes from. `computed`: a layer or matrix product has just one output. `random` and
 * `written`: a tensor was made with it. Anything else is on purpose, or nobody knows.
 */
export type UnitAxis = "computed" | "random" | "written";

const randomMakers = new Set(["rand", "randn", "randint"]);
const writtenMakers = new Set(["zeros", "ones", "full", "tensor"]);
const deepest = 40;

/** The origin of an axis of length 1, counted from the end. */
export function unitAxisOf(tensor: Tensor, fromEnd: number, past: Past, depth = deepest): UnitAxis | undefined {
  if (depth === 0) return undefined;
  const maker = makers.get(tensor);
  if (!maker) return madeWith(tensor, fromEnd, past.recordOf(tensor));
  const { op, inputs, output } = maker;
  const follow = (input: Tensor): UnitAxis | undefined => unitAxisOf(input, fromEnd, past, depth - 1);
  if (op === "linear") return fromEnd === 1 ? "computed" : follow(inputs[0]!);
  if (op === "conv2d" && fromEnd === 3 && isChannelsFirst(maker)) return "computed";
  if (op === "matmul") return ofProduct(maker, fromEnd, past, depth);
  if (!isElementwise(maker)) return undefined;
  const origins = inputs.filter((input) => input.rank >= fromEnd && !isWeakScalar(input)).map(follow);
  if (origins.length === 0 || output.rank < fromEnd || origins.includes(undefined)) return undefined;
  if (origins.includes("computed")) return "computed";
  return origins.includes("random") ? "random" : "written";
}

/** Whether axis 1 of what a convolution gives is the number of its kernels. */
function isChannelsFirst({ inputs: [, weights], output }: OpRecord): boolean {
  return output.rank === 4 && weights !== undefined && isOne(weights.dims[0]) && isOne(output.dims[1]);
}

/** A column of weights gives one output; two tensors that were both computed have axes that are data. */
function ofProduct(
  { inputs: [left, right] }: OpRecord,
  fromEnd: number,
  past: Past,
  depth: number,
): UnitAxis | undefined {
  if (!left || !right || left.rank < 2 || right.rank < 2) return undefined;
  if (fromEnd === 2) return unitAxisOf(left, 2, past, depth - 1);
  if (fromEnd !== 1 || makers.has(right)) return undefined;
  return unitAxisOf(right, 1, past, depth - 1) && "computed";
}

/** Elementwise ops leave axes where they are: every operand is broadcast to the shape of the result. */
export function isElementwise({ op, inputs, output }: OpRecord): boolean {
  if (movers.has(op)) return false;
  const [first] = inputs;
  if (!first) return false;
  return inputs.length === 1 ? sameDims(first, output) : arithmetic.has(op);
}

export const arithmetic = new Set([
  ...["add", "sub", "mul", "div", "pow", "mod", "maximum", "minimum"],
  ...["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"],
]);

/** Ops of one tensor that move its elements, even where the shape happens to stay. */
const movers = new Set([
  "reshape",
  "flatten",
  "squeeze",
  "expandDims",
  "transpose",
  "swapAxes",
  "slice",
  "broadcastTo",
]);

function sameDims(a: Tensor, b: Tensor): boolean {
  return a.rank === b.rank && a.dims.every((dim, i) => dimsEqual(dim, b.dims[i]!) === "yes");
}

export function isWeakScalar(tensor: Tensor): boolean {
  return tensor.isWeak && tensor.rank === 0;
}

export function isOne(dim: Dim | undefined): boolean {
  return dim !== undefined && constantOf(dim) === 1;
}

/** Only a 1 that stands in the very call counts: one from a variable may be any size another day. */
function madeWith(tensor: Tensor, fromEnd: number, record: TensorRecord | undefined): UnitAxis | undefined {
  if (!record) return undefined;
  const dim = tensor.dims[tensor.rank - fromEnd];
  if (record.op === "tensor") return "written";
  const origin = dim instanceof DimExpr ? (dim.origin as ValueOrigin | undefined) : undefined;
  if (!origin?.place || !record.place || !isInside(origin.place, record.place)) return undefined;
  if (randomMakers.has(record.op)) return "random";
  return writtenMakers.has(record.op) ? "written" : undefined;
}

function isInside(inner: Place, outer: Place): boolean {
  return inner.file === outer.file && inner.start >= outer.start && inner.end <= outer.end;
}
