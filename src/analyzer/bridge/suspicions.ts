// What the warning rules say about a call, as problems in the user's code.

import { Tensor } from "@shapelens/engine";
import { formatDim, type OpRecord, parseContract } from "@shapelens/engine/tooling";
import { type Place, type Severity } from "../facts";
import { type CallSite, type ClueOperand, type ReportedProblem, type TensorRecord, nameOf } from "../values";
import {
  howToUnswap,
  mayDropBatch,
  noteNames,
  swappedNames,
  swappedNamesCode,
  type Warning,
  warningsAbout,
} from "../warnings";
import { missingPadding } from "./causes/padding";
import { liftedTensor } from "./lift";
import { shapeOrigin } from "./origins";
import {
  callersOf,
  type EngineCall,
  type Explanation,
  isFirst,
  linesOf,
  placeOfShape,
  subjectOf,
  tensorWith,
} from "./problems";

/** The warnings about one call, as the alternatives of its arguments fell in it. */
export type Suspicions = readonly { readonly warning: Warning; readonly problem: ReportedProblem }[];

export function suspicionsOf(records: readonly OpRecord[], call: EngineCall): Suspicions {
  const warnings = [...warningsAbout(records, { recordOf }), ...namedAnew(call)];
  return warnings.map((warning) => ({ warning, problem: problemOf(warning, call, "warning") }));
}

/** What may go wrong in a call whose outcome is not known. */
export function doubtsAbout(call: EngineCall): Suspicions {
  const warning = mayDropBatch(call.name, call.loweredReceiver ?? call.loweredArgs[0], call.loweredArgs);
  return warning ? [{ warning, problem: problemOf(warning, call, "hint") }] : [];
}

/** `assertShape` gives the axes names: other ones than before? */
function namedAnew({ name, loweredArgs: [tensor, text] }: EngineCall): Warning[] {
  if (name !== "assertShape" || !(tensor instanceof Tensor) || typeof text !== "string") return [];
  const contract = parseContract(text);
  const swapped = swappedNames(tensor, contract);
  if (swapped === undefined) {
    noteNames(tensor, contract);
    return [];
  }
  const { message, axes } = swapped;
  return [{ code: swappedNamesCode, op: name, message, suggestion: howToUnswap, blame: tensor, about: [], axes }];
}

/** What is to be said whichever alternative it is; of some warnings one alternative is enough. */
export function sharedBy(all: readonly Suspicions[]): ReportedProblem[] {
  const found = new Map<string, ReportedProblem>();
  for (const { warning, problem } of all.flat()) {
    const isShared = all.every((each) => each.some((other) => other.warning.code === warning.code));
    if ((isShared || warning.isOfOneAlternative) && !found.has(warning.code)) found.set(warning.code, problem);
  }
  return [...found.values()];
}

function recordOf(tensor: Tensor): TensorRecord | undefined {
  const value = liftedTensor(tensor);
  return value?.kind === "tensor" ? value.record : undefined;
}

function problemOf(warning: Warning, call: EngineCall, severity: Severity): ReportedProblem {
  const { code, op, message, suggestion, about, blame, site = call.site } = warning;
  const origins = about.flatMap((tensor) => {
    const found = tensorWith(tensor.dims, call) ?? { value: liftedTensor(tensor), name: undefined };
    if (found.value?.kind !== "tensor") return [];
    return [shapeOrigin(found.value, found.name ?? nameOf(found.value))];
  });
  const padding = missingPadding(warning, about);
  const explanations: Explanation[] = origins.map(({ dim, text, place }) => ({ text: `${dim} is ${text}`, place }));
  if (padding) explanations.push({ text: padding.message, place: padding.place });
  const related = explanations.flatMap(({ text, place }) => (place ? [{ place, message: text }] : []));
  return {
    place: (site === call.site ? placeOfShape(blame.dims, call) : undefined) ?? secondOperand(site),
    severity,
    isStatic: true,
    code,
    get message() {
      const fix = suggestion ? `\n  Fix: ${suggestion}` : "";
      return `${op}: ${message}${linesOf(explanations, site)}${fix}`;
    },
    related: [...related, ...callersOf(site)].filter(isFirst),
    clues: {
      op,
      call: site.place,
      operands: operandsOf(warning, call),
      numbers: warning.numbers ?? [],
    },
    subject: { ...subjectOf(blame.dims, call), numbers: blame.dims.map(formatDim).join(", ") },
  };
}

function operandsOf({ blame, about, axes }: Warning, call: EngineCall): ClueOperand[] {
  const tensors = axes ? [blame, blame] : [blame, ...about.filter((tensor) => tensor !== blame)];
  return tensors.map(({ dims }, i) => ({ dims, axis: axes?.[i], place: placeOfShape(dims, call) }));
}

/** `b` in `a.sub(b)` and in `sub(a, b)`. */
function secondOperand(site: CallSite): Place {
  return site.argument(site.receiverNode ? 0 : Math.min(1, site.argumentNodes.length - 1));
}
