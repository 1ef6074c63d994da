// Warnings: code that runs and is almost surely not what was meant. One rule a file.

import { type OpRecord } from "@shapelens/engine/tooling";
import { batchReshape } from "./batchReshape";
import { idRange } from "./idRange";
import { oneSize } from "./oneSize";
import { outerBroadcast } from "./outerBroadcast";
import { type Past, type Warning, type WarningRule } from "./rule";
import { scalarTarget } from "./scalarTarget";
import { singleElement } from "./singleElement";
import { squeezeBatch } from "./squeezeBatch";

export { swallowsBatch } from "./batchReshape";
export { forgetIds, inheritIds, noteBatch, noteIds, noteMadeIds, type Picking, pickingOf } from "./ids";
export { inheritMaker, isElementwise, makerOf, noteMakers } from "./lineage";
export { outerPair } from "./outerBroadcast";
export { type Warning } from "./rule";
export { mayDropBatch } from "./squeezeBatch";
export { howToUnswap, noteNames, swappedNames, swappedNamesCode } from "./swappedNames";

const rules: readonly WarningRule[] = [
  ...[batchReshape, idRange, oneSize, outerBroadcast, scalarTarget],
  ...[singleElement, squeezeBatch],
];

const rulesByOp = new Map<string, WarningRule[]>();
for (const rule of rules) {
  for (const op of rule.ops) rulesByOp.set(op, [...(rulesByOp.get(op) ?? []), rule]);
}

/** What is suspicious about the ops of one call. */
export function warningsAbout(records: readonly OpRecord[], past: Past): Warning[] {
  return records.flatMap((record) =>
    (rulesByOp.get(record.op) ?? []).flatMap((rule) => {
      const suspicion = rule.check(record, past);
      return suspicion ? [{ op: record.op, ...suspicion, code: rule.code }] : [];
    }),
  );
}
