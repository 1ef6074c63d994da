// How Map, Set and `includes` compare: as `===`, except that NaN equals itself.

import { strictEquals, type Value } from "../../values";

export function sameKey(a: Value, b: Value): boolean | undefined {
  if (a.kind === "number" && b.kind === "number" && Number.isNaN(a.value) && Number.isNaN(b.value)) return true;
  return strictEquals(a, b);
}
