// From the engine's results back to abstract values.

import { Tensor } from "@shapelens/engine";
import { DimExpr } from "@shapelens/engine/tooling";
import {
  arrayValue,
  bigintValue,
  booleanValue,
  engineValue,
  nullValue,
  numberOfDim,
  numberValue,
  objectValue,
  stringValue,
  summaryArray,
  type TensorRecord,
  tensorValue,
  type TensorValue,
  undefinedValue,
  unknownNumber,
  type Value,
} from "../values";
import { Carried } from "./lower";
import { instanceOf } from "./modules";

const known = new WeakMap<Tensor, Value>();

/** The abstract value of something the engine gave. The same tensor is the same value, record and all. */
export function lift(result: unknown, record?: TensorRecord): Value {
  switch (typeof result) {
    case "undefined":
      return undefinedValue;
    case "number":
      return Number.isSafeInteger(result) ? numberOfDim(result) : numberValue(result);
    case "string":
      return stringValue(result);
    case "boolean":
      return booleanValue(result);
    case "bigint":
      return bigintValue(result);
    case "function":
      return engineValue(result, result.name);
    case "object":
      return result === null ? nullValue : liftObject(result, record);
    default:
      return { kind: "unknown" };
  }
}

function liftObject(result: object, record: TensorRecord | undefined): Value {
  if (result instanceof Tensor) return liftTensor(result, record);
  if (result instanceof DimExpr) return numberOfDim(result);
  if (result instanceof Carried) return result.value;
  if (Array.isArray(result)) return arrayValue(result.map((item) => lift(item, record)));
  if (ArrayBuffer.isView(result)) {
    return summaryArray(unknownNumber, numberOfDim((result as Uint8Array).length), result.constructor.name);
  }
  const instance = instanceOf(result);
  if (instance) return instance;
  const isIterable = Symbol.iterator in result;
  if (Object.getPrototypeOf(result) === Object.prototype && !isIterable) {
    const entries = Object.entries(result).map(([key, value]) => [key, lift(value, record)] as const);
    return objectValue(new Map(entries));
  }
  return engineValue(result, result.constructor.name);
}

function liftTensor(tensor: Tensor, record: TensorRecord | undefined): Value {
  const before = known.get(tensor);
  if (before) return before;
  const value = tensorValue(tensor, record);
  if (record) known.set(tensor, value);
  return value;
}

/** Makes a value that was not lifted the one its tensor stands for. */
export function remember(value: TensorValue): TensorValue {
  if (value.tensor) known.set(value.tensor, value);
  return value;
}

/** The value a tensor of the engine was lifted to, if it was. */
export function liftedTensor(tensor: Tensor): Value | undefined {
  return known.get(tensor);
}
