// Where a dimension comes from that is no whole number: nearly always a division that leaves a rest.

import { type Dim, formatDim } from "@shapelens/engine/tooling";
import { type Related } from "../../facts";
import { type NumberValue, type Value } from "../../values";
import { wordsOf } from "../origins";

export interface Division {
  /** "85.33 is 256 / 3". */
  readonly text: string;
  readonly operands: readonly Dim[];
  readonly related: readonly Related[];
}

/** The division among the arguments that leaves a rest. */
export function brokenDivision({ args }: { readonly args: readonly Value[] }): Division | undefined {
  for (const number of numbersIn(args)) {
    const { value, derivation } = number;
    if (value === undefined || Number.isInteger(value) || derivation?.operator !== "/") continue;
    const [left, right] = derivation.operands.map((operand) => operand.dim);
    if (left === undefined || right === undefined) continue;
    const related = derivation.operands.flatMap(({ origin, dim }) =>
      origin?.place && dim ? [{ place: origin.place, message: `${formatDim(dim)} is ${wordsOf(origin)}` }] : [],
    );
    return {
      text: `${Number(value.toFixed(2))} is ${formatDim(left)} / ${formatDim(right)}`,
      operands: [left, right],
      related,
    };
  }
  return undefined;
}

function numbersIn(values: readonly Value[]): NumberValue[] {
  return values.flatMap((value) => {
    if (value.kind === "number") return [value];
    return value.kind === "array" && value.elements ? numbersIn(value.elements) : [];
  });
}
