// Errors as the user of a layer sees them.

import { untraced } from "../ops/op";
import { type LikelyResult, ShapeError } from "../shape/errors";
import { type DType } from "../tensor/dtype";
import { isShapeOnly } from "../tensor/mode";
import { Tensor } from "../tensor/tensor";

/**
 * The likeliest result of a model one of whose layers refused: what the layers behind it make of what that one would
 * most likely have given. Only where nothing but shapes is asked for: a run does not go on behind its error.
 */
export function goOnBehind(error: unknown, rest: (x: Tensor) => Tensor): unknown {
  if (!(error instanceof ShapeError)) return error;
  const { likely } = error;
  if (!likely || !isShapeOnly()) return error.with({ likely: undefined });
  try {
    const result: unknown = untraced(() => rest(new Tensor(likely.dims, (likely.dtype ?? "float32") as DType)));
    // A layer of the user's may give something else.
    return error.with({ likely: result instanceof Tensor ? { dims: result.dims, dtype: result.dtype } : undefined });
  } catch (second) {
    // One mistake is enough for one call.
    if (second instanceof ShapeError || second instanceof TypeError) return error.with({ likely: undefined });
    throw second;
  }
}

/**
 * Runs a layer's op; what it refuses is refused in the layer's name, whose only argument is the input. `likely` is what
 * the layer gives whichever of several ops refused.
 */
export function inLayer<T>(layer: string, run: () => T, likely?: LikelyResult): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw error.with({
      op: layer,
      operands: error.operands.slice(0, 1),
      axes: error.axes.slice(0, 1),
      blame: 0,
      likely: likely ?? error.likely,
    });
  }
}
