// What a warning rule sees of an op that ran without complaint, and what it answers when it looks wrong all the same.

import { type Tensor } from "@shapelens/engine";
import { type Dim, type OpRecord } from "@shapelens/engine/tooling";
import { type WarningCode } from "../codes";
import { type CallSite, type TensorRecord } from "../values";

/** Something that runs and is almost surely not meant. */
export interface Suspicion {
  /** What is wrong, without the op's name; ends with a full stop. */
  readonly message: string;
  /** What to try, as a sentence. */
  readonly suggestion?: string;
  /** The tensor whose argument is underlined. */
  readonly blame: Tensor;
  /** The tensors whose shapes the message explains. */
  readonly about: readonly Tensor[];
  /** The axes of `blame` that it is about, where it is about two. */
  readonly axes?: readonly [number, number];
  /** The two lengths that do not go together, where it is about such. */
  readonly numbers?: readonly [Dim, Dim];
  /** The call to underline in, where it is not the one that ran last. */
  readonly site?: CallSite;
  /** The op that looks wrong, where it is not the one that ran last. */
  readonly op?: string;
  /** One alternative of several is enough to say so, because the message is about just that one. */
  readonly isOfOneAlternative?: boolean;
}

/** A suspicion with its code and the op it is about. */
export interface Warning extends Suspicion {
  readonly code: WarningCode;
  readonly op: string;
}

/** How the tensors of the op came to be, as far as the user wrote it. */
export interface Past {
  /** The call in the user's code that gave a tensor. */
  recordOf(tensor: Tensor): TensorRecord | undefined;
}

/** One warning: its code, the ops it is about, and when to speak. Certain or silent. */
export interface WarningRule {
  readonly code: WarningCode;
  readonly ops: readonly string[];
  /** `record` is the op that ran. */
  check(record: OpRecord, past: Past): Suspicion | undefined;
}
