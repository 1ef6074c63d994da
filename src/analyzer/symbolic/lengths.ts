// Lengths nobody knows, and what they are called until the code has a word for them.

import { type Tensor } from "@shapelens/engine";
import { type Machine } from "../interpreter/machine";
import { type DimExpr, symbol, type ValueOrigin } from "../values";

/** Lengths nobody knows for a tensor of this name. */
export function openLengths(
  machine: Machine,
  name: string,
  rank: number,
  isFirst: boolean,
  dtype: Tensor["dtype"],
  origin?: ValueOrigin,
): DimExpr[] {
  const dims = dimensionNames(name, rank, isFirst, dtype).map((each) => symbol(each, 1, origin, true));
  dims.forEach((dim, axis) => machine.lengthNames?.add(dim, usualName(name, axis), isFirst && axis === 0));
  return dims;
}

/** What an axis is called that nobody has a better word for. */
export function usualName(tensor: string, axis: number): string {
  return `${tensor}${axis}`;
}

const habits: Readonly<Record<number, readonly string[]>> = {
  2: ["batch", "features"],
  3: ["batch", "length", "features"],
  4: ["batch", "channels", "height", "width"],
};

/** Ids come one for each step. */
const habitsOfIds: Readonly<Record<number, readonly string[]>> = { 2: ["batch", "length"] };

/** The field's own words for the axes of a model's input; other tensors count their axes. */
export function dimensionNames(
  name: string,
  rank: number,
  isFirst: boolean,
  dtype: Tensor["dtype"],
): readonly string[] {
  const areIds = dtype === "int32" || /(?:ids|idx|indices|tokens)$/i.test(name);
  const usual = isFirst ? (areIds ? habitsOfIds : habits)[rank] : undefined;
  return usual ?? Array.from({ length: rank }, (_, axis) => (axis === 0 && isFirst ? "batch" : usualName(name, axis)));
}
