// A function may fail because a length that it was given is no multiple of what it needs: an image of 99 pixels in a
// network that halves it twice and joins the halves with what it had before. Then the mistake is the caller's. The
// nearest lengths that fit are those with which the function, tried again, makes no mistake any more.

import { Tensor } from "@shapelens/engine";
import { mentions } from "@shapelens/engine/tooling";
import { callFunction } from "../../interpreter/functions";
import { ownParameters } from "../../interpreter/hoisting";
import { type FailedCall, type Machine } from "../../interpreter/machine";
import {
  constantOf,
  currentFacts,
  DimExpr,
  type DimFacts,
  polynomialOf,
  type ReportedProblem,
  symbolOf,
  tensorValue,
  type Value,
  withFacts,
} from "../../values";
import { type BrokenAxis, brokenNeed, type OpenAxis } from "./brokenNeed";
import { type Need, needsOf, valueOf } from "./needs";
import { passes, runOnce } from "../outcome";
import { openLengths } from "../lengths";

/** A length that fits is no help further away than this. */
const furthest = 1024;

/** Puts one problem of the caller in the place of those inside the function, where the caller is to blame for them. */
export function blameCaller(machine: Machine, call: FailedCall, from: number): void {
  const { problems } = machine;
  const failures = problems.slice(from).filter(({ severity }) => severity === "error");
  if (failures.length === 0 || failures.some(({ isStatic }) => isStatic) || machine.expectsThrow) return;
  const problem = inPeace(machine, () => problemOfCaller(machine, call, failures));
  if (!problem) return;
  const others = problems.slice(from).filter((each) => !failures.includes(each));
  problems.splice(from, Infinity, problem, ...others);
}

/** Runs with nobody blamed for what goes wrong, and leaves no trace. */
function inPeace<T>(machine: Machine, run: () => T): T {
  const { blame, firstErrorAt, mayHaveThrown, contradictions, rankQuestions } = machine;
  const boundaries = [...machine.boundaries];
  machine.blame = undefined;
  try {
    return run();
  } finally {
    machine.blame = blame;
    machine.firstErrorAt = firstErrorAt;
    machine.mayHaveThrown = mayHaveThrown;
    machine.contradictions = contradictions;
    machine.rankQuestions = rankQuestions;
    machine.boundaries.splice(0, Infinity, ...boundaries);
  }
}

function problemOfCaller(
  machine: Machine,
  call: FailedCall,
  failures: readonly ReportedProblem[],
): ReportedProblem | undefined {
  const facts = currentFacts();
  const tryWith = (argumentsOf: () => readonly Value[]) =>
    runOnce(machine, facts, () => callFunction(machine, call.fn, call.thisValue, argumentsOf(), call.site));
  if (!call.args.some(knownLengths)) return undefined;
  let axes: OpenAxis[] = [];
  const open = tryWith(() => {
    axes = openAxes(machine, call);
    return withLengths(call.args, (argument) =>
      axes.filter((each) => each.argument === argument).map((each) => each.symbol),
    );
  });
  if (!passes(open) || !open.isComplete) return undefined;
  const broken = brokenAxes(axes, needsOf(open.facts, facts));
  if (broken.length === 0) return undefined;
  const mended = (["below", "above"] as const).flatMap((side) => {
    const args = mendedArguments(call.args, axes, broken, side, open.facts);
    return args && passes(tryWith(() => args)) ? [{ side, args }] : [];
  });
  return mended.length > 0 ? brokenNeed(call, broken, mended, open.facts, failures) : undefined;
}

function openAxes(machine: Machine, { fn, args }: FailedCall): OpenAxis[] {
  return args.flatMap((value, argument) => {
    const lengths = knownLengths(value) ?? [];
    const dtype = value.kind === "tensor" ? value.tensor?.dtype : undefined;
    const name = ownParameters(fn.node)[argument]?.name.getText() ?? `argument${argument}`;
    const symbols = openLengths(machine, name, lengths.length, argument === 0, dtype ?? "float32");
    return symbols.map((symbol, axis) => ({ argument, axis, symbol, length: lengths[axis]! }));
  });
}

/** The lengths of a tensor, where all are known and there are any. */
function knownLengths(value: Value): number[] | undefined {
  if (value.kind !== "tensor" || !value.tensor || value.tensor.rank === 0) return undefined;
  const lengths = value.tensor.dims.map(constantOf);
  return lengths.every((length) => length !== undefined) ? lengths : undefined;
}

function brokenAxes(axes: readonly OpenAxis[], needs: readonly Need[]): BrokenAxis[] {
  const isIn = ({ of }: Need, { symbol }: OpenAxis): boolean => mentions(of, symbolOf(symbol)!.key);
  return axes.flatMap((open): BrokenAxis[] => {
    const own = needs.filter((need) => axes.every((each) => isIn(need, each) === (each === open)));
    const isMet = (length: number, { divisor, of }: Need): boolean => {
      const value = valueOf(of, [[open.symbol, length]]);
      return value === undefined || value % divisor === 0;
    };
    const need = own.find((each) => !isMet(open.length, each));
    const fits = (length: number): boolean => own.every((each) => isMet(length, each));
    return need ? [{ ...open, need, below: nearest(open.length, -1, fits), above: nearest(open.length, 1, fits) }] : [];
  });
}

function nearest(from: number, step: 1 | -1, fits: (length: number) => boolean): number | undefined {
  for (let length = from + step; length > 0 && Math.abs(length - from) <= furthest; length += step) {
    if (fits(length)) return length;
  }
  return undefined;
}

/** The arguments with lengths that fit instead of those that do not. What the function needs to be equal to them follows. */
function mendedArguments(
  args: readonly Value[],
  axes: readonly OpenAxis[],
  broken: readonly BrokenAxis[],
  side: "below" | "above",
  facts: DimFacts,
): readonly Value[] | undefined {
  const lengths = new Map(axes.map(({ symbol, length }) => [symbol, length]));
  for (const axis of broken) {
    const length = axis[side];
    if (length === undefined) return undefined;
    lengths.set(axis.symbol, length);
  }
  const lengthOf = ({ symbol }: OpenAxis): number =>
    valueOf(
      withFacts(facts, () => polynomialOf(symbol)),
      [...lengths],
    ) ?? NaN;
  if (!axes.every((axis) => Number.isSafeInteger(lengthOf(axis)))) return undefined;
  return withLengths(args, (argument) =>
    axes.filter((each) => each.argument === argument).map((axis) => DimExpr.constant(lengthOf(axis))),
  );
}

/** The arguments with other lengths, for the tensors that there are any for. */
function withLengths(args: readonly Value[], lengthsOf: (argument: number) => readonly DimExpr[]): readonly Value[] {
  return args.map((value, argument) => {
    const lengths = lengthsOf(argument);
    if (lengths.length === 0 || value.kind !== "tensor" || !value.tensor) return value;
    return tensorValue(new Tensor(lengths, value.tensor.dtype));
  });
}
