// A data set in pieces small enough for one step of training.

import { checkOptions } from "../ops/axis";
import { checkTensor } from "../ops/create";
import { engineFunction } from "../ops/op";
import { type Generator as RandomGenerator } from "../random/generator";
import { constantOf, type Dim, formatDim } from "../shape/dim";
import { differ, ShapeError } from "../shape/errors";
import { agree, checkDim, formatShape } from "../shape/shape";
import { allocate } from "../tensor/dtype";
import { isShapeOnly } from "../tensor/mode";
import { Tensor } from "../tensor/tensor";
import { type DataOptions, generatorOf } from "./labelled";

export interface BatchOptions extends DataOptions {
  /** Goes through the rows in another random order each time. */
  readonly shuffle?: boolean;
  /** Leaves out the last batch when it is smaller than the others. */
  readonly dropLast?: boolean;
}

export type Batch = [x: Tensor, y: Tensor];

/** Batches to loop over, as often as wanted. */
export interface Batches extends Iterable<Batch> {
  /** How many there are. */
  readonly length: number;
}

export const batches = engineFunction({
  name: "batches",
  doc: "The rows of x and y in batches of `size`; the last may be smaller. Every loop starts anew.",
  example: "[...batches(ones([5, 2]), arange(5), 2)].map(([x]) => x)",
  call(x: Tensor, y: Tensor, size: number, options: BatchOptions = {}): Batches {
    checkRows(checkTensor("batches", "x", x), checkTensor("batches", "y", y));
    checkOptions("batches", options, ["shuffle", "dropLast", "seed"]);
    const rows = checkDim("batches", "size", size, 1);
    const generator = options.shuffle ? generatorOf("batches", options) : undefined;
    const dropLast = options.dropLast ?? false;
    return {
      get length() {
        const count = Number(x.dims[0]!) / Number(rows);
        return dropLast ? Math.floor(count) : Math.ceil(count);
      },
      [Symbol.iterator]: () =>
        x.isAbstract || y.isAbstract || isShapeOnly()
          ? abstractBatches(x, y, rows, dropLast)
          : realBatches(x, y, Number(rows), dropLast, generator),
    };
  },
});

function* realBatches(
  x: Tensor,
  y: Tensor,
  size: number,
  dropLast: boolean,
  generator: RandomGenerator | undefined,
): Generator<Batch> {
  const count = x.shape[0]!;
  const order = generator?.order(count) ?? Array.from({ length: count }, (_, i) => i);
  for (let start = 0; start < count; start += size) {
    const rows = order.slice(start, start + size);
    if (dropLast && rows.length < size) return;
    yield [takeRows(x, rows), takeRows(y, rows)];
  }
}

function takeRows(x: Tensor, rows: readonly number[]): Tensor {
  const width = x.shape.slice(1).reduce((product, length) => product * length, 1);
  const data = allocate(x.dtype, rows.length * width);
  rows.forEach((row, i) => data.set(x.data.subarray(row * width, (row + 1) * width), i * width));
  return new Tensor([rows.length, ...x.shape.slice(1)], x.dtype, data);
}

/** One batch of every size that occurs, as far as that is known. */
function* abstractBatches(x: Tensor, y: Tensor, size: Dim, dropLast: boolean): Generator<Batch> {
  const count = constantOf(x.dims[0]!);
  const full = constantOf(size);
  const batch = (rows: Dim): Batch => [
    new Tensor([rows, ...x.dims.slice(1)], x.dtype),
    new Tensor([rows, ...y.dims.slice(1)], y.dtype),
  ];
  if (count === undefined || full === undefined) {
    yield batch(size);
    return;
  }
  if (count >= full) yield batch(size);
  if (count % full > 0 && !dropLast) yield batch(count < full ? x.dims[0]! : count % full);
}

/** @throws ShapeError unless x and y have equally many rows. */
function checkRows(x: Tensor, y: Tensor): void {
  const [left, right] = [x.dims[0], y.dims[0]];
  const operands = [
    { name: "x", dims: x.dims },
    { name: "y", dims: y.dims },
  ];
  if (left === undefined || right === undefined) {
    const name = left === undefined ? "x" : "y";
    throw new ShapeError({
      code: "rank",
      op: "batches",
      message: `${name} is a scalar; expected one row per sample.`,
      operands,
      blame: left === undefined ? 0 : 1,
    });
  }
  if (agree(left, right)) return;
  throw new ShapeError({
    code: "broadcast",
    op: "batches",
    message: `x is ${formatShape(x.dims)} and y is ${formatShape(y.dims)}: ${differ(left, right)} rows.`,
    operands,
    axes: [0, 0],
    blame: 1,
    numbers: [left, right],
    suggestion: `give every row of x one row of y: ${formatDim(left)}.`,
  });
}
