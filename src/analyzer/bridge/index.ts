// Calls of the engine: where abstract values become data-less tensors and shape errors become problems.

import { type CallSite, type Context, type EngineValue, type Iteration, type ObjectValue, type TensorValue, unknown, type Value } from "../values";

/** What `import * as …` of the engine gives. */
export function engineNamespace(): Value {
  return unknown;
}

export function callEngine(
  _context: Context,
  _callee: EngineValue,
  _thisValue: Value,
  _args: readonly Value[],
  _site: CallSite,
): Value {
  return unknown;
}

export function constructEngine(_context: Context, _callee: EngineValue, _args: readonly Value[], _site: CallSite): Value {
  return unknown;
}

export function engineProperty(_context: Context, _target: TensorValue | EngineValue, _name: string, _site: CallSite): Value {
  return unknown;
}

export function setEngineProperty(
  _context: Context,
  _target: TensorValue | EngineValue,
  _name: string,
  _value: Value,
  _site: CallSite,
): void {
  // Nothing is known about it yet.
}

/** A member of an instance of a user class that extends an engine class, when the user's code has none of that name. */
export function moduleMethod(_context: Context, _instance: ObjectValue, _name: string, _site: CallSite): Value {
  return unknown;
}

/** The items of `for (… of value)` where the engine made the value: `batches(…)`, a tensor's rows. */
export function iterateEngine(_context: Context, _value: TensorValue | EngineValue, _site: CallSite): Iteration {
  return { summary: unknown };
}
