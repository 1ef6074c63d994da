// Sums of products over labelled axes: what einsum computes.

import { sizeOf, stridesOf } from "../shape/shape";
import { type DataArray } from "../tensor/dtype";
import { matmulKernel } from "./matmul";
import { gatherStrided, scatterStrided, type StridedView } from "./strided";

/** An array whose axes have labels. An axis of length 1 may stand for a longer one of its label. */
export interface Labelled {
  readonly labels: readonly string[];
  readonly shape: readonly number[];
  readonly data: DataArray;
}

/** Adds to each element of `out` the products of all elements of the inputs that its labels go with. */
export function contract(inputs: readonly Labelled[], out: Labelled, sizes: ReadonlyMap<string, number>): void {
  if (inputs.length === 2 && contractPair(inputs[0]!, inputs[1]!, out, sizes)) return;
  const labels = [...new Set([out, ...inputs].flatMap((operand) => operand.labels))];
  const lengths = labels.map((label) => sizes.get(label)!);
  const steps = [out, ...inputs].map((operand) => labels.map((label) => stepOf(operand, label)));
  const places = new Array<number>(steps.length).fill(0);
  const position = new Array<number>(labels.length).fill(0);
  const sums = new Float64Array(out.data.length);
  const count = sizeOf(lengths);
  for (let n = 0; n < count; n++) {
    let product = 1;
    for (let i = 0; i < inputs.length; i++) product *= inputs[i]!.data[places[i + 1]!]!;
    sums[places[0]!]! += product;
    for (let axis = labels.length - 1; axis >= 0; axis--) {
      position[axis]!++;
      const end = position[axis] === lengths[axis];
      for (let i = 0; i < steps.length; i++) places[i]! += steps[i]![axis]! * (end ? 1 - lengths[axis]! : 1);
      if (!end) break;
      position[axis] = 0;
    }
  }
  out.data.set(sums);
}

/** How far one goes in the array when a label's position grows by one; a label on two axes walks their diagonal. */
function stepOf({ labels, shape }: Labelled, label: string): number {
  const strides = stridesOf(shape);
  return labels.reduce((sum, own, axis) => (own === label && shape[axis] !== 1 ? sum + strides[axis]! : sum), 0);
}

/** The common case, as matrix products. Answers false where it is not one. */
function contractPair(a: Labelled, b: Labelled, out: Labelled, sizes: ReadonlyMap<string, number>): boolean {
  const isPlain = ({ labels, shape }: Labelled): boolean =>
    new Set(labels).size === labels.length && labels.every((label, axis) => shape[axis] === sizes.get(label));
  if (![a, b, out].every(isPlain)) return false;
  const kind = (inA: boolean, inB: boolean, inOut: boolean): string[] =>
    [...new Set([...a.labels, ...b.labels, ...out.labels])].filter(
      (label) =>
        a.labels.includes(label) === inA && b.labels.includes(label) === inB && out.labels.includes(label) === inOut,
    );
  if ([kind(true, false, false), kind(false, true, false), kind(false, false, true)].some((list) => list.length > 0)) {
    return false;
  }
  const [batch, rows, columns, inner] = [
    kind(true, true, true),
    kind(true, false, true),
    kind(false, true, true),
    kind(true, true, false),
  ];
  const lengthOf = (labels: readonly string[]): number => sizeOf(labels.map((label) => sizes.get(label)!));
  const [n, k, m] = [lengthOf(rows), lengthOf(inner), lengthOf(columns)];
  const left = gatherStrided(a.data, viewOf(a, [...batch, ...rows, ...inner], sizes), a.data.slice());
  const right = gatherStrided(b.data, viewOf(b, [...batch, ...inner, ...columns], sizes), b.data.slice());
  const product = out.data.slice();
  for (let i = 0; i < lengthOf(batch); i++) {
    const first = { data: left, offset: i * n * k, transposed: false };
    matmulKernel(first, { data: right, offset: i * k * m, transposed: false }, product, i * n * m, n, k, m);
  }
  scatterStrided(product, viewOf(out, [...batch, ...rows, ...columns], sizes), out.data);
  return true;
}

function viewOf(operand: Labelled, order: readonly string[], sizes: ReadonlyMap<string, number>): StridedView {
  return {
    offset: 0,
    steps: order.map((label) => stepOf(operand, label)),
    shape: order.map((label) => sizes.get(label)!),
  };
}
