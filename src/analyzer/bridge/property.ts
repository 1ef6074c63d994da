// Properties of tensors and of the engine's objects, and the engine as a module to import.

import * as engine from "@shapelens/engine";
import { NeedsValue, productOfDims, withoutData } from "@shapelens/engine/tooling";
import {
  arrayValue,
  booleanValue,
  type CallSite,
  type Context,
  engineValue,
  type EngineValue,
  type Iteration,
  joinAll,
  nativeValue,
  numberOfDim,
  numberValue,
  objectValue,
  type ObjectValue,
  stringValue,
  summaryArray,
  tensorValue,
  type TensorValue,
  undefinedValue,
  unknown,
  unknownNumber,
  unknownString,
  type Value,
} from "../values";
import { callEngine, callModuleMethod } from "./call";
import { lift } from "./lift";
import { CallRecord } from "./records";
import { CannotLower, lower } from "./lower";
import { engineBase, moduleOf } from "./modules";
import { forgetIds, noteBatch } from "../warnings";

let namespace: ObjectValue | undefined;

/** What `import * as engine from "@shapelens/engine"` gives. */
export function engineNamespace(): ObjectValue {
  namespace ??= objectValue(new Map(Object.entries(engine).map(([name, value]) => [name, engineValue(value, name)])));
  return namespace;
}

/** A property read on a tensor or an object of the engine. */
export function engineProperty(
  context: Context,
  target: TensorValue | EngineValue,
  name: string,
  site: CallSite,
): Value {
  if (target.kind === "tensor") return tensorProperty(context, target, name, site);
  const { object } = target;
  if ((typeof object !== "object" && typeof object !== "function") || object === null) return unknown;
  return read(() => (object as Record<string, unknown>)[name], name);
}

function read(get: () => unknown, name: string): Value {
  try {
    const value = withoutData(get);
    return typeof value === "function" ? engineValue(value, name) : lift(value);
  } catch (error) {
    if (error instanceof NeedsValue || error instanceof TypeError) return unknown;
    throw error;
  }
}

function tensorProperty(context: Context, target: TensorValue, name: string, site: CallSite): Value {
  const { tensor } = target;
  const method: unknown = (engine.Tensor.prototype as unknown as Record<string, unknown>)[methodName(name)];
  if (name === "T")
    return callEngine(context, engineValue(engine.transpose, "transpose"), undefinedValue, [target], site);
  if (typeof method === "function") return engineValue(method, name);
  if (!tensor) return unknownTensorProperty(name);
  switch (name) {
    case "shape":
      return arrayValue(tensor.dims.map(numberOfDim));
    case "rank":
      return numberValue(tensor.rank);
    case "size":
      return numberOfDim(productOfDims(tensor.dims));
    case "dtype":
      return stringValue(tensor.dtype);
    case "requiresGrad":
      return booleanValue(tensor.requiresGrad);
    case "data":
      // Whoever has the numbers may change them.
      if (forgetIds(tensor)) context.irreversible(target);
      return summaryArray(unknownNumber, numberOfDim(productOfDims(tensor.dims)), "Float32Array");
    case "grad":
      return tensorValue(
        new engine.Tensor(tensor.dims, tensor.dtype),
        target.record,
        target.name && `${target.name}.grad`,
      );
    default:
      return name in engine.Tensor.prototype ? unknown : undefinedValue;
  }
}

/** Getters would run when read from the prototype; they are answered above. */
function methodName(name: string): string {
  const getters = ["shape", "rank", "size", "data", "grad", "isAbstract", "T", "constructor"];
  return getters.includes(name) ? "" : name;
}

function unknownTensorProperty(name: string): Value {
  switch (name) {
    case "rank":
    case "size":
      return unknownNumber;
    case "dtype":
      return unknownString;
    case "grad":
      return tensorValue(undefined);
    default:
      return unknown;
  }
}

/** A property written on an object of the engine, such as `optimizer.lr`; one that is not known is left alone. */
export function setEngineProperty(
  context: Context,
  target: TensorValue | EngineValue,
  name: string,
  value: Value,
  site: CallSite,
): void {
  const object = target.kind === "tensor" ? target.tensor : target.object;
  if (typeof object !== "object" || object === null || (target.kind === "tensor" && name !== "requiresGrad")) return;
  try {
    const lowered = lower(value, context, site);
    context.irreversible();
    withoutData(() => ((object as Record<string, unknown>)[name] = lowered));
  } catch (error) {
    if (!(error instanceof CannotLower || error instanceof TypeError || error instanceof NeedsValue)) throw error;
  }
}

/** A member that an instance of the user's class inherits from the engine: `parameters`, `train`, `training`. */
export function moduleMethod(context: Context, instance: ObjectValue, name: string, site: CallSite): Value {
  const base = engineBase(instance);
  if (!base) return undefinedValue;
  const prototype = (base.object as { readonly prototype: Record<string, unknown> }).prototype;
  if (typeof prototype[name] === "function") {
    return nativeValue(name, (inner, _, args, callSite) => callModuleMethod(inner, instance, name, args, callSite));
  }
  try {
    const module = moduleOf(instance, context, site) as Record<string, unknown> | undefined;
    return module ? read(() => module[name], name) : unknown;
  } catch (error) {
    if (error instanceof CannotLower) return unknown;
    throw error;
  }
}

const mostItems = 10_000;

/** What looping over a tensor or an object of the engine gives, such as the batches of a data set. */
export function iterateEngine(context: Context, target: TensorValue | EngineValue, site: CallSite): Iteration {
  if (target.kind === "tensor") {
    if (!target.tensor) return { summary: tensorValue(undefined) };
    const unstacked = callEngine(context, engineValue(engine.unstack, "unstack"), undefinedValue, [target], site);
    if (unstacked.kind !== "array") return { summary: unknown };
    const { elements, summary, length } = unstacked;
    return elements ? { items: elements } : { summary, length };
  }
  const { object } = target;
  if (typeof object !== "object" || object === null || !(Symbol.iterator in object)) return { summary: unknown };
  const items: Value[] = [];
  const record = new CallRecord("batches", object, [], undefined, site);
  try {
    withoutData(() => {
      for (const item of object as Iterable<unknown>) {
        if (Array.isArray(item)) noteBatch(object, item);
        if (items.push(lift(item, record)) >= mostItems) break;
      }
    });
  } catch (error) {
    if (error instanceof NeedsValue) return { summary: unknown };
    throw error;
  }
  return everyRound(object, items);
}

/** A data set of more batches than this is not counted batch by batch. */
const mostBatches = 16;

/** `batches` without data gives each size of batch once; the program sees the first as often as it comes. */
function everyRound(object: object, items: readonly Value[]): Iteration {
  const [first, ...others] = items;
  const count = countOf(object) ?? items.length;
  if (!first || count <= items.length) return { items };
  if (count <= mostBatches)
    return { items: [...Array.from({ length: count - others.length }, () => first), ...others] };
  return {
    summary: joinAll(items),
    length: numberValue(count),
    rounds: { items: [first, first, ...others], repeated: 1 },
  };
}

function countOf(object: object): number | undefined {
  try {
    return "length" in object ? Number(object.length) : undefined;
  } catch (error) {
    if (error instanceof NeedsValue) return undefined;
    throw error;
  }
}
