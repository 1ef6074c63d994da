// Symbol: the well-known ones go by their names, so that `Symbol.iterator` finds `@@iterator`.

import { nextId, type SymbolValue, stringValue, type NativeValue, unknown, type Value } from "../../values";
import { textOf } from "../support/convert";
import { argument, constructor, native, pure } from "../support/natives";

const wellKnown = [
  ...["asyncIterator", "hasInstance", "isConcatSpreadable", "iterator", "species"],
  ...["toPrimitive", "toStringTag", "unscopables", "dispose", "asyncDispose"],
];

function symbolOf(name: string): SymbolValue {
  return { kind: "symbol", name };
}

const shared = pure("for", (key) => {
  const text = key && textOf(key);
  return text === undefined ? unknown : symbolOf(`for ${text}`);
});

export const symbolGlobal: NativeValue = constructor(
  "Symbol",
  () => unknown,
  new Map<string, Value>([...wellKnown.map((name): [string, Value] => [name, symbolOf(name)]), ["for", shared]]),
  native("Symbol", (_context, args) => symbolOf(`${textOf(argument(args, 0)) ?? ""} ${nextId()}`)).call,
);

/** A member of a symbol. */
export function symbolMember(name: string): Value | undefined {
  return name === "description" ? stringValue(undefined) : undefined;
}
