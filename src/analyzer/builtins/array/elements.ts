// What array built-ins share: elements known one by one or as a summary, lengths, ranges, and going through them.

import {
  addDims,
  arrayValue,
  type ArrayValue,
  type CallSite,
  type Context,
  type Dim,
  dimsAtMost,
  joinAll,
  maxDims,
  minDims,
  type NumberValue,
  numberOfDim,
  numberValue,
  subDims,
  summaryArray,
  undefinedValue,
  unknownNumber,
  type Value,
} from "../../values";

/** Longer arrays are known by a summary only. */
export const mostElements = 2048;

export function lengthOf(array: ArrayValue): NumberValue {
  return array.elements ? numberValue(array.elements.length) : array.length;
}

/** What any element may be. Reading an array of unknown length is taken to stay within it. */
export function anyElement(array: ArrayValue): Value {
  if (!array.elements) return array.summary;
  return array.elements.length === 0 ? undefinedValue : joinAll(array.elements);
}

/** An array of `length` times the same. */
export function filled(length: NumberValue, value: Value, typed?: string): ArrayValue {
  const count = length.value;
  if (count === undefined || count > mostElements) return summaryArray(value, length, typed);
  return arrayValue(new Array<Value>(Math.max(0, Math.trunc(count) || 0)).fill(value), typed);
}

/** A new array of these elements, summarised when there are too many. */
export function arrayOf(elements: Value[], typed?: string): ArrayValue {
  if (elements.length <= mostElements) return arrayValue(elements, typed);
  return summaryArray(joinAll(elements), numberValue(elements.length), typed);
}

/** An array of some of these, nobody knows which; of unknown length when none is given. */
export function someOf(values: readonly Value[], length: NumberValue = unknownNumber): ArrayValue {
  return values.length === 0 ? arrayValue([]) : summaryArray(joinAll(values), length);
}

/** Gives up knowing the elements one by one; they may also be what is `added`. */
export function blur(array: ArrayValue, length: NumberValue, added: readonly Value[] = []): void {
  const before = array.elements ?? [array.summary];
  const all = [...before, ...added];
  array.summary = all.length === 0 ? undefinedValue : joinAll(all);
  array.length = length;
  array.elements = undefined;
}

/** The length after `change` elements more. */
export function lengthened(length: NumberValue, change: number): NumberValue {
  if (length.value !== undefined) return numberValue(Math.max(0, length.value + change));
  return length.symbolic ? numberOfDim(maxDims(0, addDims(length.symbolic, change))) : unknownNumber;
}

/** The number of elements of a `slice(start, end)`, for arrays whose length is an expression. */
export function slicedLength(length: NumberValue, start: Value | undefined, end: Value | undefined): NumberValue {
  const size = length.dim;
  if (!size) return unknownNumber;
  const from = boundary(start, 0, size);
  const to = boundary(end, size, size);
  return from === undefined || to === undefined ? unknownNumber : numberOfDim(maxDims(0, subDims(to, from)));
}

function boundary(value: Value | undefined, otherwise: Dim, size: Dim): Dim | undefined {
  if (value === undefined || value.kind === "undefined") return otherwise;
  const index = value.kind === "number" ? value.dim : undefined;
  if (!index) return undefined;
  if (dimsAtMost(0, index) === "yes") return minDims(index, size);
  return dimsAtMost(index, -1) === "yes" ? maxDims(0, addDims(size, index)) : undefined;
}

const sparse = new WeakMap<ArrayValue, number>();

/** Notes that `array` is all holes, as `new Array(3)` is, until it is changed. */
export function markSparse(array: ArrayValue): ArrayValue {
  sparse.set(array, array.version);
  return array;
}

/** Whether callbacks pass over everything in the array. */
export function isSparse(array: ArrayValue): boolean {
  return sparse.get(array) === array.version;
}

/** Called with an element and its index. `isCertain` is false where nobody knows how often it is called. */
export type Visit = (element: Value, index: NumberValue, isCertain: boolean) => void;

/** Goes through the elements in order; through the summary any number of times. */
export function visit(context: Context, array: ArrayValue, each: Visit): void {
  if (isSparse(array)) return;
  if (!array.elements) {
    context.repeat(() => each(array.summary, unknownNumber, false));
    return;
  }
  const elements = array.elements.slice();
  for (let i = 0; i < elements.length; i++) {
    context.step();
    each(elements[i]!, numberValue(i), true);
  }
}

/** Calls `callback(element, index, array)`. */
export function callback(
  context: Context,
  array: ArrayValue,
  args: readonly Value[],
  element: Value,
  index: NumberValue,
  site: CallSite,
): Value {
  return context.call(args[0] ?? undefinedValue, args[1] ?? undefinedValue, [element, index, array], site);
}
