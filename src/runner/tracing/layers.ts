// Tells which layer of a model is at work, by wrapping the `forward` of every layer for the time of one pass.

import { Module } from "@shapelens/engine";

/** The path of a layer in its model, its class, and which of its calls in this pass this is. */
export interface LayerCall {
  readonly path: string;
  readonly type: string;
  readonly call: number;
}

type Forward = (...inputs: never[]) => unknown;
type WithForward = Module & { forward: Forward };

/** Runs with `current` telling the innermost layer; the model itself counts as none. */
export function withLayers<T>(model: Module | undefined, run: (current: () => LayerCall | undefined) => T): T {
  const active: LayerCall[] = [];
  const layers = model === undefined ? [] : layersOf(model);
  for (const { path, module } of layers) {
    const forward = module.forward;
    let calls = 0;
    const call = { path, type: module.constructor.name, call: 0 };
    Object.defineProperty(module, "forward", {
      configurable: true,
      enumerable: false,
      writable: true,
      value: (...inputs: never[]): unknown => {
        active.push({ ...call, call: calls++ });
        try {
          return forward.apply(module, inputs);
        } finally {
          active.pop();
        }
      },
    });
  }
  try {
    return run(() => active.at(-1));
  } finally {
    for (const { module } of layers) Reflect.deleteProperty(module, "forward");
  }
}

/** Every layer below a model with its path, such as `encoder.layers.0`. */
export function layersOf(model: Module): { readonly path: string; readonly module: WithForward }[] {
  const found: { path: string; module: WithForward }[] = [];
  const seen = new Set<unknown>([model]);
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    if (value instanceof Module) {
      seen.add(value);
      // A `forward` that is the instance's own field is left alone: there is nothing to put back.
      if (typeof (value as WithForward).forward === "function" && !Object.hasOwn(value, "forward")) {
        found.push({ path, module: value as WithForward });
      }
      visitFields(value, path);
    } else if (Array.isArray(value)) {
      seen.add(value);
      value.forEach((item, index) => visit(item, `${path}.${index}`));
    }
  };
  const visitFields = (module: Module, path: string): void => {
    for (const [name, value] of Object.entries(module)) visit(value, path === "" ? name : `${path}.${name}`);
  };
  visitFields(model, "");
  return found;
}
