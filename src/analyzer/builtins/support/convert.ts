// JavaScript's conversions to number, text and index, as far as they can be followed.

import { type NumberValue, numberValue, unknownNumber, type Value } from "../../values";

/** `Number(value)`. */
export function toNumber(value: Value): NumberValue {
  switch (value.kind) {
    case "number":
      return value;
    case "undefined":
      return numberValue(NaN);
    case "null":
      return numberValue(0);
    case "boolean":
    case "bigint":
      return value.value === undefined ? unknownNumber : numberValue(Number(value.value));
    default: {
      const text = textOf(value);
      return text === undefined ? unknownNumber : numberValue(Number(text));
    }
  }
}

const deepest = 20;

/** `String(value)`, when it is known. */
export function textOf(value: Value, depth = 0): string | undefined {
  switch (value.kind) {
    case "undefined":
    case "null":
      return value.kind;
    case "number":
    case "boolean":
    case "bigint":
      return value.value === undefined ? undefined : String(value.value);
    case "string":
      return value.value;
    case "array":
      return depth > deepest ? undefined : joinedText(value.elements, ",", depth);
    case "object": {
      const isPlain = !value.open && !value.class;
      return isPlain && !value.properties.has("toString") && !value.properties.has("valueOf")
        ? "[object Object]"
        : undefined;
    }
    default:
      return undefined;
  }
}

/** `elements.join(separator)`, when it is known. */
export function joinedText(elements: readonly Value[] | undefined, separator: string, depth = 0): string | undefined {
  if (!elements) return undefined;
  const parts: string[] = [];
  for (const element of elements) {
    const text = element.kind === "undefined" || element.kind === "null" ? "" : textOf(element, depth + 1);
    if (text === undefined) return undefined;
    parts.push(text);
  }
  return parts.join(separator);
}

/** The text under which a value works as a property key. */
export function keyText(value: Value): string | undefined {
  return value.kind === "symbol" ? `@@${value.name}` : textOf(value);
}

/** A whole-number argument: `otherwise` when it is not given, `undefined` when it is not known. */
export function indexOr(value: Value | undefined, otherwise: number): number | undefined {
  if (value === undefined || value.kind === "undefined") return otherwise;
  const number = toNumber(value).value;
  if (number === undefined) return undefined;
  return Number.isNaN(number) ? 0 : Math.trunc(number);
}
