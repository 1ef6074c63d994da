// Arguments that are one of a few values: every combination, as long as there are few.

import { unknownNumber, type Value } from "../values";
import { describeValue } from "./describe";

/** One way the alternatives can fall. */
export interface Choice {
  readonly values: readonly Value[];
  /** "argument 1 is [64, 784]": what this choice assumes. */
  readonly text: string;
}

const mostChoices = 8;

/** All combinations; when there are too many, alternatives count as unknown. */
export function choicesOf(values: readonly Value[]): readonly Choice[] {
  let choices: Choice[] = [{ values: [], text: "" }];
  for (const value of values) {
    const ways = waysOf(value);
    if (choices.length * ways.length > mostChoices) {
      choices = choices.map((choice) => ({ ...choice, values: [...choice.values, { kind: "unknown" }] }));
      continue;
    }
    choices = choices.flatMap((choice) =>
      ways.map((way) => ({
        values: [...choice.values, way],
        text:
          ways.length === 1
            ? choice.text
            : [choice.text, `one of them is ${describeValue(way)}`].filter(Boolean).join(" and "),
      })),
    );
  }
  return choices;
}

/** The alternatives of a value, or of the elements of a short list of tensors. */
function waysOf(value: Value): readonly Value[] {
  if (value.kind === "oneOf") return value.alternatives;
  if (value.kind !== "array" || !value.elements?.some((element) => element.kind === "oneOf")) return [value];
  const ways = value.elements.reduce(
    (count, each) => count * (each.kind === "oneOf" ? each.alternatives.length : 1),
    1,
  );
  const elements = ways > mostChoices ? value.elements.map(anyNumber) : value.elements;
  const inside = choicesOf(elements);
  return inside.map((choice) => ({ ...value, elements: [...choice.values] }));
}

/** In a long list of numbers it does not matter which one each of them is. */
function anyNumber(value: Value): Value {
  const isNumber = value.kind === "oneOf" && value.alternatives.every(({ kind }) => kind === "number");
  return isNumber ? unknownNumber : value;
}
