// From abstract values to arguments the engine understands: tensors without data, dimensions that know their origin,
// plain options, and functions that call back into the interpreter.

import { Tensor } from "@shapelens/engine";
import { type DimExpr, symbol } from "@shapelens/engine/tooling";
import { type CallSite, type Context, dimOf, type NumberValue, type ObjectValue, type Value } from "../values";
import { lift } from "./lift";
import { moduleOf } from "./modules";

/** Thrown where a value is not known well enough to be handed to the engine. */
export class CannotLower extends Error {
  override readonly name = "CannotLower";
}

/** A value that only passes through the engine, such as the result of a callback. */
export class Carried {
  constructor(readonly value: Value) {}
}

/** Lists longer than this are not built one by one. */
const longestList = 100_000;

/**
 * The engine's form of a value.
 * @throws CannotLower when something in it is not known.
 */
export function lower(value: Value, context: Context, site: CallSite): unknown {
  switch (value.kind) {
    case "undefined":
      return undefined;
    case "null":
      return null;
    case "number":
      return lowerNumber(value);
    case "string":
    case "boolean":
    case "bigint":
      if (value.value === undefined) throw new CannotLower(value.kind);
      return value.value;
    case "tensor":
      if (value.tensor === undefined) throw new CannotLower("tensor");
      return value.tensor;
    case "engine":
      return value.object;
    case "array":
      return lowerArray(value, context, site);
    case "object":
      return moduleOf(value, context, site) ?? lowerObject(value, context, site);
    case "function":
    case "native":
      return (...args: unknown[]): unknown =>
        carry(
          context.call(
            value,
            { kind: "undefined" },
            args.map((arg) => lift(arg)),
            site,
          ),
          context,
          site,
        );
    default:
      throw new CannotLower(value.kind);
  }
}

/** The engine's form of a callback's result; what the engine cannot read it at least carries through. */
export function carry(value: Value, context: Context, site: CallSite): unknown {
  const isPlain = value.kind !== "object" && value.kind !== "array";
  try {
    return isPlain ? lower(value, context, site) : new Carried(value);
  } catch (error) {
    if (error instanceof CannotLower) return new Carried(value);
    throw error;
  }
}

function lowerNumber(number: NumberValue): number | DimExpr {
  const dim = dimOf(number);
  if (dim !== undefined) return dim;
  return number.value ?? symbol("?");
}

type ArrayOf = Extract<Value, { kind: "array" }>;

function lowerArray(array: ArrayOf, context: Context, site: CallSite): unknown {
  if (array.typed !== undefined) return lowerTypedArray(array);
  if (array.elements) return array.elements.map((element) => lower(element, context, site));
  const length = array.length.value;
  if (length === undefined || length > longestList) throw new CannotLower("array");
  const element = lower(array.summary, context, site);
  return new Array<unknown>(length).fill(element);
}

function lowerTypedArray(array: ArrayOf): unknown {
  const length = array.elements?.length ?? array.length.value;
  const types = { Float32Array, Float64Array, Int32Array, Uint8Array };
  const type = types[array.typed as keyof typeof types] ?? Float32Array;
  if (length === undefined || length > longestList * 100) throw new CannotLower("typed array");
  return new type(length);
}

function lowerObject(object: ObjectValue, context: Context, site: CallSite): unknown {
  if (object.open) throw new CannotLower("object");
  const result: Record<string, unknown> = {};
  for (const [key, property] of object.properties) {
    if (property.kind === "accessor") throw new CannotLower("accessor");
    result[key] = lower(property, context, site);
  }
  return result;
}

/** Whether an engine argument is, or holds, a tensor of this very shape object. */
export function holdsShape(argument: unknown, dims: Tensor["dims"]): boolean {
  if (argument instanceof Tensor) return argument.dims === dims;
  return Array.isArray(argument) && argument.some((item) => holdsShape(item, dims));
}
