// JavaScript's built-ins as functions over abstract values: the global names, and the members of values.

import { type Value } from "../values";
import { arrayConstructors, arrayMember } from "./array";
import { errorClasses } from "./control/errors";
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

export { isAssertion } from "./host/assert";
export { nodeModule } from "./host/modules";
export { keyText, textOf, toNumber } from "./support/convert";

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
