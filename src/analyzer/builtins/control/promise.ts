// Promise: a promise is what awaiting it gives; callbacks run at once.

import {
  arrayValue,
  type CallSite,
  type Context,
  join,
  joinAll,
  type NativeValue,
  nativeValue,
  objectValue,
  type PromiseValue,
  promiseValue,
  type Property,
  stringValue,
  summaryArray,
  undefinedValue,
  unknown,
  type Value,
} from "../../values";
import { argument, type Body, constructor, methods, namespace, native } from "../support/natives";

/** What `await value` gives. */
function awaited(value: Value): Value {
  if (value.kind === "promise") return value.value;
  return value.kind === "oneOf" ? joinAll(value.alternatives.map(awaited)) : value;
}

/** A promise of a value, which may be a promise itself. */
function promiseOf(value: Value): PromiseValue {
  return promiseValue(awaited(value));
}

const then: Body<PromiseValue> = (context, self, args, site) => {
  const [onFulfilled, onRejected] = args;
  if (onRejected) maybeRejected(context, onRejected, site);
  if (!onFulfilled || onFulfilled.kind === "undefined" || onFulfilled.kind === "null") return self;
  return promiseOf(context.call(onFulfilled, undefinedValue, [self.value], site));
};

/** Nobody knows whether a promise is rejected; when it is, the handler runs. */
function maybeRejected(context: Context, handler: Value, site: CallSite): void {
  if (handler.kind === "undefined" || handler.kind === "null") return;
  context.maybe(() => void context.call(handler, undefinedValue, [unknown], site));
}

const promiseMethods = methods("promise", {
  then,
  catch: (context, self, args, site) => {
    maybeRejected(context, argument(args, 0), site);
    return self;
  },
  finally: (context, self, args, site) => {
    context.call(argument(args, 0), undefinedValue, [], site);
    return self;
  },
});

/** A member of a promise; `undefined` when promises have none of this name. */
export function promiseMember(name: string): Value | undefined {
  return promiseMethods.get(name);
}

/** `new Promise((resolve, reject) => …)`: what is resolved while the executor runs. */
function construct(context: Context, args: readonly Value[], site: CallSite): Value {
  let settled: Value | undefined;
  const resolve = nativeValue("resolve", (_context, _this, [value = undefinedValue]) => {
    const result = awaited(value);
    settled = settled === undefined ? result : join(settled, result);
    return undefinedValue;
  });
  const reject = nativeValue("reject", () => undefinedValue);
  context.call(argument(args, 0), undefinedValue, [resolve, reject], site);
  return promiseValue(settled ?? unknown);
}

/** The awaited items of a list of promises, each changed by `each`. */
function all(name: string, each: (value: Value) => Value): NativeValue {
  return native(name, (context, args, site) => {
    const { items, summary } = context.iterate(argument(args, 0), site);
    if (items) return promiseValue(arrayValue(items.map((item) => each(awaited(item)))));
    return promiseValue(summaryArray(each(awaited(summary))));
  });
}

/** One of the items, nobody knows which. */
function oneOfThem(name: string): NativeValue {
  return native(name, (context, args, site) => {
    const { items, summary } = context.iterate(argument(args, 0), site);
    return promiseValue(joinAll((items ?? [summary]).map(awaited)));
  });
}

function settledResult(value: Value): Value {
  return objectValue(
    new Map<string, Property>([
      ["status", stringValue("fulfilled")],
      ["value", value],
    ]),
  );
}

const withResolvers = native("withResolvers", () => {
  const silent = nativeValue("settle", () => undefinedValue);
  return objectValue(
    new Map<string, Property>([
      ["promise", promiseValue(unknown)],
      ["resolve", silent],
      ["reject", silent],
    ]),
  );
});

export const promiseGlobal: NativeValue = constructor("Promise", construct, {
  resolve: native("resolve", (_context, args) => promiseOf(argument(args, 0))),
  reject: native("reject", () => promiseValue(unknown)),
  all: all("all", (value) => value),
  allSettled: all("allSettled", settledResult),
  race: oneOfThem("race"),
  any: oneOfThem("any"),
  withResolvers,
  prototype: namespace("Promise.prototype", promiseMethods),
});
