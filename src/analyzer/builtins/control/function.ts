// What every function has: `call`, `apply` and `bind`.

import { type Context, nativeValue, type NativeCall, stringValue, undefinedValue, type Value } from "../../values";
import { argument, forget } from "../support/natives";

const call = nativeValue("call", (context, fn, [thisValue, ...args], site) =>
  context.call(fn, thisValue ?? undefinedValue, args, site),
);

const apply = nativeValue("apply", (context, fn, args, site) => {
  const list = argument(args, 1);
  if (list.kind === "undefined" || list.kind === "null") return context.call(fn, argument(args, 0), [], site);
  const { items } = context.iterate(list, site);
  return items ? context.call(fn, argument(args, 0), items, site) : forget(context, args);
});

const bind = nativeValue("bind", (_context, fn, [thisValue, ...bound]) => {
  const invoke: NativeCall = (context: Context, _this, args, site) =>
    context.call(fn, thisValue ?? undefinedValue, [...bound, ...args], site);
  return nativeValue("bound", invoke, (context, args, site) => context.construct(fn, [...bound, ...args], site));
});

const members = new Map<string, Value>([
  ["call", call],
  ["apply", apply],
  ["bind", bind],
  ["toString", nativeValue("toString", () => stringValue(undefined))],
]);

/** A member that functions and classes have. */
export function functionMember(name: string): Value | undefined {
  return members.get(name);
}
