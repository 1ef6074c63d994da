// JavaScript's built-ins as functions over abstract values: the global names, and the members of values.

import { type NativeValue, type Value } from "../values";
import { arrayConstructors, arrayMember } from "./array";
import { errorClasses, isErrorClass } from "./control/errors";
import { functionMember } from "./control/function";
import { iteratorMember } from "./control/iterator";
import { promiseGlobal, promiseMember } from "./control/promise";
import { symbolGlobal, symbolMember } from "./control/symbol";
import { surroundings } from "./host/surroundings";
import { mapGlobals, mapMember } from "./keyed/map";
import { objectGlobal, objectMember, reflect } from "./keyed/object";
import { setGlobals, setMember } from "./keyed/set";
import { math } from "./numeric/math";
import { numberGlobals, primitiveMember } from "./numeric/number";
import { byName, memberOfNamespace, namespace } from "./support/natives";
import { json, structuredCopy } from "./text/json";
import { stringGlobal, stringMember } from "./text/string";

export { awaited } from "./control/promise";
export { nodeModule } from "./host/modules";
export { keyText, textOf, toNumber } from "./support/convert";
export { coerceTo } from "./array/typedElements";

const table = new Map<string, Value>([
  ...surroundings,
  ...errorClasses,
  ...byName([...arrayConstructors, ...mapGlobals, ...setGlobals, ...numberGlobals]),
  ...byName([objectGlobal, promiseGlobal, stringGlobal, structuredCopy, symbolGlobal]),
  ["JSON", json],
  ["Math", math],
  ["Reflect", reflect],
]);
table.set("globalThis", namespace("globalThis", table));

/** The global names and what they stand for. None of the values is mutable, so the table serves every analysis. */
export function globals(): ReadonlyMap<string, Value> {
  return table;
}

/**
 * A built-in member of a value: `map` of an array, `length` of a string. Symbols go by their names: `@@iterator`.
 * `undefined` when the value has none of this name, or none that is understood.
 */
export function memberOf(value: Value, name: string): Value | undefined {
  switch (value.kind) {
    case "array":
      return arrayMember(value, name);
    case "string":
      return stringMember(value, name);
    case "number":
    case "boolean":
    case "bigint":
      return primitiveMember(value.kind, name);
    case "symbol":
      return symbolMember(name);
    case "map":
      return mapMember(value, name);
    case "set":
      return setMember(value, name);
    case "promise":
      return promiseMember(name);
    case "iterator":
      return iteratorMember(name);
    case "object":
      return objectMember(value, name);
    case "native":
      return value.properties.get(name) ?? functionMember(name);
    case "function":
    case "class":
      return functionMember(name);
    case "opaque":
      return memberOfNamespace(value, name);
    default:
      return undefined;
  }
}

/** `value instanceof builtIn`; `undefined` when nobody knows. */
export function isInstanceOf(value: Value, builtIn: NativeValue): boolean | undefined {
  switch (value.kind) {
    case "unknown":
    case "oneOf":
      return undefined;
    case "undefined":
    case "null":
    case "number":
    case "string":
    case "boolean":
    case "bigint":
    case "symbol":
      return false;
    case "array":
      return builtIn === objectGlobal || builtIn.name === (value.typed ?? "Array");
    case "map":
      return builtIn === objectGlobal || builtIn.name === "Map" || (builtIn.name === "WeakMap" ? undefined : false);
    case "set":
      return builtIn === objectGlobal || builtIn.name === "Set" || (builtIn.name === "WeakSet" ? undefined : false);
    case "promise":
      return builtIn === objectGlobal || builtIn === promiseGlobal;
    case "function":
    case "class":
    case "native":
      return builtIn === objectGlobal || (builtIn.name === "Function" ? true : false);
    case "object":
      return isObjectInstance(value.class, builtIn);
    case "opaque":
      return builtIn === objectGlobal || builtIn.name === value.name;
    default:
      return undefined;
  }
}

function isObjectInstance(cls: Value | undefined, builtIn: NativeValue): boolean | undefined {
  let at = cls;
  while (at?.kind === "class") at = at.parent;
  if (builtIn === objectGlobal) return true;
  if (at === undefined) return false;
  if (at.kind !== "native") return at.kind === "function" ? false : undefined;
  return at === builtIn || isErrorClass(at.name, builtIn.name);
}
