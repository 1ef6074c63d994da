// Sorting elements that are known, by the user's comparison when all its answers are known.

import { type ArrayValue, type CallSite, type Context, joinAll, undefinedValue, type Value } from "../../values";
import { textOf, toNumber } from "../support/convert";

/** Thrown when the comparison gave an answer that is not known: no order can be told. */
const undecided = new Error("The order is not known.");

/**
 * The elements in order; when the order cannot be told as many elements, each of which may be any of them;
 * `undefined` when they are not known one by one.
 */
export function sorted(context: Context, array: ArrayValue, compare: Value, site: CallSite): Value[] | undefined {
  const { elements } = array;
  if (!elements) {
    if (compare.kind !== "undefined") {
      context.repeat(() => void context.call(compare, undefinedValue, [array.summary, array.summary], site));
    }
    return undefined;
  }
  const present = elements.filter((element) => element.kind !== "undefined");
  const absent = elements.filter((element) => element.kind === "undefined");
  const order = compare.kind === "undefined" ? (array.typed ? byNumber : byText) : byCall(context, compare, site);
  try {
    return [...present.sort(order), ...absent];
  } catch (error) {
    if (error !== undecided) throw error;
    const any = joinAll(elements);
    return elements.map(() => any);
  }
}

type Order = (a: Value, b: Value) => number;

function byCall(context: Context, compare: Value, site: CallSite): Order {
  return (a, b) => {
    context.step();
    const answer = toNumber(context.call(compare, undefinedValue, [a, b], site)).value;
    if (answer === undefined) throw undecided;
    return answer;
  };
}

const byText: Order = (a, b) => {
  const [left, right] = [textOf(a), textOf(b)];
  if (left === undefined || right === undefined) throw undecided;
  return left < right ? -1 : left > right ? 1 : 0;
};

const byNumber: Order = (a, b) => {
  const [left, right] = [toNumber(a).value, toNumber(b).value];
  if (left === undefined || right === undefined) throw undecided;
  return left - right;
};
