// Errors as the user of a layer sees them.

import { ShapeError } from "../shape/errors";

/** Runs a layer's op; what it refuses is refused in the layer's name, whose only argument is the input. */
export function inLayer<T>(layer: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw error.with({ op: layer, operands: error.operands.slice(0, 1), axes: error.axes.slice(0, 1), blame: 0 });
  }
}
