// The problem of a call that gives a function a length which is no multiple of what the function needs, in words.

import { formatPolynomial, formatShape } from "@shapelens/engine/tooling";
import { ts } from "ts-morph";
import { axisOrigin, callersOf, isFirst, linesOf } from "../../bridge";
import { ownParameters } from "../../interpreter/hoisting";
import { type FailedCall } from "../../interpreter/machine";
import {
  type Clues,
  type DimExpr,
  type DimFacts,
  formatDim,
  type ReportedProblem,
  type Value,
  withFacts,
} from "../../values";
import { type Need } from "./needs";
import { usualName } from "../lengths";

/** An axis of an argument that is tried with any length, and the length that it has. */
export interface OpenAxis {
  readonly argument: number;
  readonly axis: number;
  readonly symbol: DimExpr;
  readonly length: number;
}

/** One whose length does not fit, with the nearest that do. */
export interface BrokenAxis extends OpenAxis {
  readonly need: Need;
  readonly below: number | undefined;
  readonly above: number | undefined;
}

interface Mended {
  readonly side: "below" | "above";
  readonly args: readonly Value[];
}

/** `failures`: what goes wrong inside the function. `facts`: what was learned with open lengths. */
export function brokenNeed(
  call: FailedCall,
  broken: readonly BrokenAxis[],
  mended: readonly Mended[],
  facts: DimFacts,
  failures: readonly ReportedProblem[],
): ReportedProblem {
  const { site, args } = call;
  const needs = withFacts(facts, () => wordsOf(broken, call));
  const found = shapesOf(call, args, (_, argument) => broken.some((axis) => axis.argument === argument));
  const failure = failures[0]!;
  const inside = { text: `inside it, ${headOf(failure)}`, place: failure.place };
  const origins = broken.flatMap(({ argument, axis }) => {
    const value = args[argument];
    if (value?.kind !== "tensor") return [];
    const { dim, text, place } = axisOrigin(value, axis, nameOf(call, argument));
    return [{ text: `${dim} is ${text}`, place }];
  });
  const explanations = [...origins, inside];
  const related = explanations.flatMap(({ text, place }) => (place ? [{ place, message: text }] : []));
  const others = failures.slice(1).map((each) => ({ place: each.place, message: headOf(each) }));
  const nearest = mended.map((each) => shapesOf(call, each.args, (value, i) => value !== args[i]));
  return {
    place: site.argument(broken[0]!.argument),
    severity: "error",
    code: "precondition",
    get message() {
      const head = `${calleeOf(call)}: ${needs}, found ${found}.`;
      return `${head}${linesOf(explanations, site)}\n  Fix: ${nearest.length > 1 ? "the nearest that fit are" : "what fits is"} ${nearest.join(" and ")}.`;
    },
    related: [...related, ...failure.related, ...others, ...callersOf(site)].filter(isFirst),
    subject: {
      numbers: broken.map(({ length }) => length).join(", "),
      isConcrete: true,
      tensors: args.filter((value) => value.kind === "tensor"),
      receiver: undefined,
    },
    clues: cluesOf(call, broken, nearestSide(broken, mended)),
  };
}

/** "height and width must be multiples of 4", "axis 1 of x must be a multiple of 3". */
function wordsOf(broken: readonly BrokenAxis[], call: FailedCall): string {
  const subjects = new Map<number, string[]>();
  for (const { need, symbol, argument, axis } of broken) {
    const expression = formatPolynomial(need.of);
    const isNameless = expression === usualName(nameOf(call, argument), axis) && expression === formatDim(symbol);
    const subject = isNameless ? `axis ${axis} of ${nameOf(call, argument)}` : expression;
    subjects.set(need.divisor, [...(subjects.get(need.divisor) ?? []), subject]);
  }
  const needs = [...subjects].map(([divisor, each]) => {
    const many = each.length > 1;
    return `${each.join(" and ")} must be ${many ? "multiples" : "a multiple"} of ${divisor}`;
  });
  return needs.join(", ");
}

/** `x [2, 3, 99, 99]` for the arguments that are meant. */
function shapesOf(
  call: FailedCall,
  args: readonly Value[],
  isMeant: (value: Value, argument: number) => boolean,
): string {
  const shapes = args.map((value, argument) =>
    value.kind === "tensor" && value.tensor && isMeant(value, argument)
      ? `${nameOf(call, argument)} ${formatShape(value.tensor.dims)}`
      : "",
  );
  return shapes.filter(Boolean).join(" with ");
}

function nameOf({ fn }: FailedCall, argument: number): string {
  const name = ownParameters(fn.node)[argument]?.name;
  return name && ts.isIdentifier(name) ? name.text : `argument ${argument}`;
}

/** `UNet.forward`. */
function calleeOf({ fn, thisValue }: FailedCall): string {
  const owner = thisValue.kind === "object" && thisValue.class?.kind === "class" ? `${thisValue.class.name}.` : "";
  return `${owner}${fn.name}`;
}

/** The first line of a message, as a part of a sentence. */
function headOf({ message }: ReportedProblem): string {
  return message.split("\n")[0]!.replace(/\.$/, "");
}

/** The side on which less is to be changed. */
function nearestSide(broken: readonly BrokenAxis[], mended: readonly Mended[]): Mended["side"] {
  const distance = ({ side }: Mended): number =>
    broken.reduce((sum, axis) => sum + Math.abs(axis[side]! - axis.length), 0);
  return mended.reduce((best, each) => (distance(each) < distance(best) ? each : best)).side;
}

/** For each axis its number as it has to be, then as it is. */
function cluesOf({ args, site }: FailedCall, broken: readonly BrokenAxis[], side: Mended["side"]): Clues {
  const operands = broken.map(({ argument, axis }) => {
    const value = args[argument];
    const dims = value?.kind === "tensor" && value.tensor ? value.tensor.dims : [];
    return { dims, axis, place: site.argument(argument) };
  });
  const numbers = broken.flatMap((axis, i) => [axis[side]!, operands[i]!.dims[axis.axis]!]);
  return { op: "", call: site.place, operands, numbers };
}
