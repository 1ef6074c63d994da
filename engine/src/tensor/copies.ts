// Tensors that have the numbers of others without an op, for whoever follows where numbers come from.

import { type Tensor } from "./tensor";

type Listener = (copy: Tensor, source: Tensor) => void;

let listener: Listener | undefined;

/** Tells `next` of every copy; `undefined` stops that. Answers the listener before. */
export function setCopyListener(next: Listener | undefined): Listener | undefined {
  const before = listener;
  listener = next;
  return before;
}

/** The copy, of which the listener has been told. */
export function copyOf(source: Tensor, copy: Tensor): Tensor {
  listener?.(copy, source);
  return copy;
}
