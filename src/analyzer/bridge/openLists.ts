// Joining a list whose tensors nobody counted, such as what a loop collects: only the axis of joining stays open.

import { ShapeError, Tensor } from "@shapelens/engine";
import { dimsEqual, symbol } from "@shapelens/engine/tooling";
import { arrayValue, type EngineValue, type TensorValue, type Value } from "../values";
import { CannotLower } from "./lower";

const joins: ReadonlySet<string> = new Set(["concat", "stack"]);

/** The arguments with one tensor of each kind in place of a list nobody counted; undefined where there is no such list. */
export function withOneOfEach(
  { name }: EngineValue,
  [list, ...others]: readonly Value[],
): readonly Value[] | undefined {
  if (!joins.has(name) || list?.kind !== "array" || list.elements) return undefined;
  const { summary } = list;
  const kinds = summary.kind === "oneOf" ? summary.alternatives : [summary];
  const isKnown = kinds.every((kind): kind is TensorValue => kind.kind === "tensor" && kind.tensor !== undefined);
  return isKnown ? [arrayValue([...kinds]), ...others] : undefined;
}

/** What joins the tensors any number of times: an axis that grows with them is open. */
export function joinAnyNumber(join: (...args: unknown[]) => unknown, [list, ...others]: readonly unknown[]): Tensor {
  const tensors = list as readonly Tensor[];
  // Which kinds are in the list decides the type of what is joined.
  if (tensors.some(({ dtype }) => dtype !== tensors[0]?.dtype)) throw new CannotLower("list");
  try {
    const once = join(tensors, ...others) as Tensor;
    const twice = join([...tensors, ...tensors], ...others) as Tensor;
    const dims = once.dims.map((dim, axis) => (dimsEqual(dim, twice.dims[axis]!) === "yes" ? dim : symbol("?", 1)));
    return new Tensor(dims, once.dtype, undefined, { requiresGrad: once.requiresGrad });
  } catch (error) {
    // Whether the list holds tensors of both kinds is not known.
    if (error instanceof ShapeError) throw new CannotLower("list");
    throw error;
  }
}
