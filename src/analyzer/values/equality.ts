// Questions about abstract values that have the answers yes, no and "nobody knows" (`undefined`), and memoisation keys.

import { type Tensor } from "@shapelens/engine";
import { type Dim, dimsEqual, formatDim, subDims } from "./dims";
import { markOf } from "./marks";
import { type NumberValue } from "./numbers";
import { type TensorValue, type Value } from "./values";

/** Tensors of different shapes are different tensors; of the same shape nobody knows. */
function sameTensor(a: TensorValue["tensor"], b: TensorValue["tensor"]): boolean | undefined {
  if (!a || !b) return undefined;
  if (a === b) return true;
  const isOther =
    a.dtype !== b.dtype || a.rank !== b.rank || a.dims.some((dim, axis) => dimsEqual(dim, b.dims[axis]!) === "no");
  return isOther ? false : undefined;
}

/** Whether the value counts as true. */
export function truthiness(value: Value): boolean | undefined {
  switch (value.kind) {
    case "unknown":
      return undefined;
    case "undefined":
    case "null":
      return false;
    case "boolean":
      return value.value;
    case "number":
      if (value.value !== undefined) return Boolean(value.value);
      return value.symbolic && dimsEqual(value.symbolic, 0) === "no" ? true : undefined;
    case "string":
      return value.value === undefined ? undefined : value.value !== "";
    case "bigint":
      return value.value === undefined ? undefined : value.value !== 0n;
    case "oneOf":
      return agreed(value.alternatives, truthiness);
    default:
      return true;
  }
}

/** What `question` answers for every alternative, when they agree. */
export function agreed<T>(alternatives: readonly Value[], question: (value: Value) => T | undefined): T | undefined {
  const [first, ...rest] = alternatives;
  const answer = first && question(first);
  return answer !== undefined && rest.every((other) => question(other) === answer) ? answer : undefined;
}

/** `a === b`. */
export function strictEquals(a: Value, b: Value): boolean | undefined {
  if (a.kind === "oneOf") return agreed(a.alternatives, (each) => strictEquals(each, b));
  if (b.kind === "oneOf") return agreed(b.alternatives, (each) => strictEquals(a, each));
  if (a.kind === "unknown" || b.kind === "unknown") return undefined;
  if (a.kind !== b.kind) {
    // An engine value may be anything the engine made; a tensor is one of its objects.
    return a.kind === "engine" || b.kind === "engine" ? (isPrimitive(a) || isPrimitive(b) ? false : undefined) : false;
  }
  switch (a.kind) {
    case "undefined":
    case "null":
      return true;
    case "number":
      return numbersEqual(a, b as NumberValue);
    case "string":
    case "boolean":
    case "bigint": {
      const other = (b as typeof a).value;
      return a.value === undefined || other === undefined ? undefined : a.value === other;
    }
    case "symbol":
      return a.name === (b as typeof a).name;
    case "engine":
      return a.object === (b as typeof a).object;
    case "tensor":
      return a === b ? true : sameTensor(a.tensor, (b as typeof a).tensor);
    case "promise":
    case "opaque":
      return a === b ? true : undefined;
    default:
      return a === b;
  }
}

function numbersEqual(a: NumberValue, b: NumberValue): boolean | undefined {
  if (a.value !== undefined && b.value !== undefined) return a.value === b.value;
  const left = a.dim;
  const right = b.dim;
  if (left === undefined || right === undefined) return undefined;
  const certainty = dimsEqual(left, right);
  return certainty === "unknown" ? undefined : certainty === "yes";
}

export function isPrimitive(value: Value): boolean {
  switch (value.kind) {
    case "undefined":
    case "null":
    case "number":
    case "string":
    case "boolean":
    case "bigint":
    case "symbol":
      return true;
    default:
      return false;
  }
}

export function isNullish(value: Value): boolean | undefined {
  if (value.kind === "unknown") return undefined;
  if (value.kind === "oneOf") return agreed(value.alternatives, isNullish);
  return value.kind === "undefined" || value.kind === "null";
}

/** What `typeof` says. */
export function typeOf(value: Value): string | undefined {
  switch (value.kind) {
    case "unknown":
      return undefined;
    case "oneOf":
      return agreed(value.alternatives, typeOf);
    case "undefined":
    case "number":
    case "string":
    case "boolean":
    case "bigint":
    case "symbol":
    case "function":
      return value.kind;
    case "native":
    case "class":
      return "function";
    case "engine":
      return typeof value.object === "function" ? "function" : "object";
    default:
      return "object";
  }
}

/** Whether the two are certainly the same abstract value: what a loop asks to see whether it has settled. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind) return false;
  return keyOf(a) === keyOf(b);
}

const ids = new WeakMap<object, number>();
let idCount = 0;
function identity(object: object): number {
  let id = ids.get(object);
  if (id === undefined) ids.set(object, (id = ++idCount));
  return id;
}

/** Equal keys mean equal abstract values. Mutable values are known by identity: their contents are not looked at. */
export function keyOf(value: Value): string {
  switch (value.kind) {
    case "unknown":
      return "?";
    case "undefined":
      return "u";
    case "null":
      return "n";
    case "number":
      if (value.value !== undefined) return Object.is(value.value, -0) ? "#-0" : `#${value.value}`;
      if (value.symbolic) return `#${dimKey(value.symbolic)}`;
      return value.ratio ? `#${dimKey(value.ratio.numerator)}/${dimKey(value.ratio.denominator)}` : "#?";
    case "string":
      return value.value === undefined ? "s?" : `s${JSON.stringify(value.value)}`;
    case "boolean":
      return value.value === undefined ? "b?" : value.value ? "b1" : "b0";
    case "bigint":
      return `i${String(value.value)}`;
    case "symbol":
      return `y${value.name}`;
    case "tensor":
      return value.tensor ? `${shapeKeyOf(value.tensor)}${markOf(value.tensor)}` : "t?";
    case "promise":
      return `p(${keyOf(value.value)})`;
    case "oneOf":
      return `(${value.alternatives.map(keyOf).join("|")})`;
    case "engine":
      return typeof value.object === "object" || typeof value.object === "function"
        ? `e${identity(value.object ?? value)}`
        : `e${String(value.object)}`;
    case "native":
    case "opaque":
      return `o${identity(value)}`;
    default:
      return `@${value.id}`;
  }
}

/** Equal keys mean equal shapes and types, whatever else is known of the tensors. */
export function shapeKeyOf({ dtype, dims }: Tensor): string {
  return `t${dtype}[${dims.map(dimKey).join()}]`;
}

/** Equal keys mean equal dimensions: a normal form in which symbols go by identity. */
export function dimKey(dim: Dim): string {
  if (typeof dim === "number") return String(dim);
  return dim.constant !== undefined ? String(dim.constant) : dim.polynomial.key;
}

/** `true` when the two dimensions are the same, `false` when they differ, `undefined` when nobody knows. */
export function sameDim(a: Dim, b: Dim): boolean | undefined {
  const certainty = dimsEqual(a, b);
  return certainty === "unknown" ? undefined : certainty === "yes";
}

/** A shape as a person reads it. */
export function formatShape(dims: readonly Dim[]): string {
  return `[${dims.map(formatDim).join(", ")}]`;
}

/** The distance between two dimensions when it is a known number. */
export function distance(a: Dim, b: Dim): number | undefined {
  const difference = subDims(a, b);
  return typeof difference === "number" ? difference : difference.constant;
}
