// The notation of einsum: `ij,jk->ik` names the axes of each input and of the result.

import { constantOf, type Dim } from "../../shape/dim";
import { differ, ShapeError, type ShapeErrorDetails } from "../../shape/errors";
import { agree, countAxes, describe, formatShape, sharper } from "../../shape/shape";
import { type Tensor } from "../../tensor/tensor";

/** What a spec says before the tensors are known; `…` stands for the axes that are not named. */
export interface EinsumSpec {
  readonly text: string;
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/** The same with a label for each axis of these tensors. Axes that are not named are counted from their last. */
export interface EinsumAxes {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
  readonly sizes: ReadonlyMap<string, Dim>;
}

const REST = "…";

/** Reads a spec. Without `->` the result has, in the order of the alphabet, the labels that occur once, as in NumPy. */
export function parseSpec(spec: unknown): EinsumSpec {
  const example = 'expected something like "ij,jk->ik"';
  if (typeof spec !== "string")
    throw new TypeError(`einsum: spec must be a string, found ${describe(spec)}; ${example}.`);
  const [left = "", right, ...more] = spec.replaceAll(/\s/g, "").split("->");
  const inputs = left.split(",").map((part) => readLabels(spec, part));
  if (more.length > 0) throw new TypeError(`einsum: spec ${describe(spec)} has more than one arrow; ${example}.`);
  if (right !== undefined) return { text: spec, inputs, output: checkOutput(spec, inputs, readLabels(spec, right)) };
  const all = inputs.flat();
  const once = all.filter((label) => label !== REST && all.indexOf(label) === all.lastIndexOf(label)).sort();
  return { text: spec, inputs, output: all.includes(REST) ? [REST, ...once] : once };
}

function readLabels(spec: string, part: string): string[] {
  const labels = [...part.replace("...", REST)];
  const wrong = labels.find((label) => !/[a-zA-Z…]/.test(label));
  if (wrong === undefined && labels.filter((label) => label === REST).length <= 1) return labels;
  const problem = wrong === undefined ? '"..." twice for one tensor' : describe(wrong);
  throw new TypeError(`einsum: spec ${describe(spec)} has ${problem}; expected letters, and "..." at most once.`);
}

function checkOutput(spec: string, inputs: EinsumSpec["inputs"], output: string[]): string[] {
  const twice = output.find((label, i) => output.indexOf(label) !== i);
  const unknown = output.find((label) => !inputs.some((labels) => labels.includes(label)));
  if (twice === undefined && unknown === undefined) return output;
  const name = (twice ?? unknown!).replace(REST, "...");
  throw new ShapeError({
    code: "einsum",
    op: "einsum",
    message:
      twice === undefined
        ? `the result of ${describe(spec)} has the axis "${name}", which no input has.`
        : `the result of ${describe(spec)} has the axis "${name}" twice.`,
    parameter: "spec",
    suggestion: twice === undefined ? "add the label to an input, or drop it from the result." : undefined,
  });
}

/** Gives each axis its label and each label its length. @throws ShapeError `einsum` where they do not go together. */
export function resolve(spec: EinsumSpec, xs: readonly Tensor[]): EinsumAxes {
  const refuse = (details: Omit<ShapeErrorDetails, "code" | "op" | "operands">): ShapeError =>
    new ShapeError({
      ...details,
      code: "einsum",
      op: "einsum",
      operands: xs.map(({ dims }, i) => ({ name: `xs[${i}]`, dims })),
    });
  if (spec.inputs.length !== xs.length) {
    throw refuse({
      message: `${describe(spec.text)} names the axes of ${spec.inputs.length} ${spec.inputs.length === 1 ? "tensor" : "tensors"}, found ${xs.length}.`,
      parameter: "spec",
      numbers: [spec.inputs.length, xs.length],
    });
  }
  const restOf = xs.map((x, i) => x.rank - spec.inputs[i]!.filter((label) => label !== REST).length);
  spec.inputs.forEach((labels, i) => {
    if (labels.includes(REST) ? restOf[i]! >= 0 : restOf[i] === 0) return;
    const named = xs[i]!.rank - restOf[i]!;
    throw refuse({
      message: `"${labels.join("").replace(REST, "...")}" names ${countAxes(named)} and xs[${i}] is ${formatShape(xs[i]!.dims)}: ${named} ≠ ${xs[i]!.rank}.`,
      blame: i,
      numbers: [named, xs[i]!.rank],
      suggestion: labels.includes(REST) ? undefined : 'put "..." where axes are not named.',
    });
  });
  const fill = (labels: readonly string[], count: number): string[] =>
    labels.flatMap((label) =>
      label === REST ? Array.from({ length: count }, (_, i) => `${REST}${count - i}`) : [label],
    );
  const inputs = spec.inputs.map((labels, i) => fill(labels, restOf[i]!));
  const longest = Math.max(0, ...spec.inputs.map((labels, i) => (labels.includes(REST) ? restOf[i]! : 0)));
  const output = fill(spec.output, longest);
  return { inputs, output, sizes: sizesOf(xs, inputs, output, refuse) };
}

function sizesOf(
  xs: readonly Tensor[],
  inputs: readonly (readonly string[])[],
  output: readonly string[],
  refuse: (details: Omit<ShapeErrorDetails, "code" | "op" | "operands">) => ShapeError,
): Map<string, Dim> {
  const sizes = new Map<string, Dim>();
  const first = new Map<string, readonly [x: number, axis: number]>();
  const wrong: (() => ShapeError)[] = [];
  inputs.forEach((labels, x) =>
    labels.forEach((label, axis) => {
      const dim = xs[x]!.dims[axis]!;
      const known = sizes.get(label);
      const broadcasts = label.startsWith(REST);
      if (known === undefined || (broadcasts && constantOf(known) === 1)) {
        sizes.set(label, dim);
        first.set(label, [x, axis]);
      } else if (broadcasts && constantOf(dim) === 1) return;
      else if (agree(known, dim)) sizes.set(label, sharper(known, dim));
      else {
        const [other, otherAxis] = first.get(label)!;
        const name = broadcasts ? '"..."' : `"${label}"`;
        wrong.push(() =>
          refuse({
            message: `${name} is axis ${otherAxis} of xs[${other}] ${formatShape(xs[other]!.dims)} and axis ${axis} of xs[${x}] ${formatShape(xs[x]!.dims)}: ${differ(known, dim)}.`,
            axes: xs.map((_, i) => (i === x ? axis : i === other ? otherAxis : undefined)),
            blame: x,
            numbers: [known, dim],
            likely: { dims: output.map((own) => sizes.get(own)!) },
          }),
        );
      }
    }),
  );
  if (wrong.length > 0) throw wrong[0]!();
  return sizes;
}
