// What tells tensors of one shape apart. Calls are remembered by the shapes of their arguments; where more is known of a
// tensor, such as the numbers in it, a call with another one is another call.

import { type Tensor } from "@shapelens/engine";

const marks = new WeakMap<Tensor, string>();

export function mark(tensor: Tensor, text: string): void {
  marks.set(tensor, (marks.get(tensor) ?? "") + text);
}

export function markOf(tensor: Tensor): string {
  return marks.get(tensor) ?? "";
}
