// Examples to learn from, in batches.

import { type Tensor, tensor } from "@shapelens/engine";

/** Inputs and the answers to them, row by row. */
export interface Data {
  readonly inputs: readonly Tensor[];
  readonly target: Tensor | undefined;
}

/** Batches of shuffled rows; the first is the data's beginning in its own order. */
export class Batches {
  readonly #data: Data;
  readonly #batchSize: number;
  /** How many examples there are; 0 when the data cannot be cut into batches and is always used whole. */
  readonly examples: number;
  #order: Uint32Array;
  #position = 0;
  #current: Data;

  constructor(data: Data, batchSize: number) {
    this.#data = data;
    this.#batchSize = Math.max(1, batchSize);
    this.examples = commonRows(data) ?? 0;
    this.#order = Uint32Array.from({ length: this.examples }, (_, index) => index);
    this.#current = this.#take();
  }

  get current(): Data {
    return this.#current;
  }

  /** Goes on to the next batch; after the last one the rows are shuffled anew. A smaller rest is left out. */
  advance(): void {
    if (this.#isWhole) return;
    this.#position += this.#batchSize;
    if (this.#position + this.#batchSize > this.examples) {
      shuffle(this.#order);
      this.#position = 0;
    }
    this.#current = this.#take();
  }

  get #isWhole(): boolean {
    return this.examples <= this.#batchSize;
  }

  #take(): Data {
    if (this.#isWhole) return this.#data;
    const rows = this.#order.subarray(this.#position, this.#position + this.#batchSize);
    const { inputs, target } = this.#data;
    return { inputs: inputs.map((input) => rowsOf(input, rows)), target: target && rowsOf(target, rows) };
  }
}

/** The first rows of everything, as many as a batch has. */
export function batchOf(data: Data, batchSize: number): Data {
  return new Batches(data, batchSize).current;
}

/** Rows of a tensor, copied, in this order. */
export function rowsOf(source: Tensor, rows: ArrayLike<number>): Tensor {
  const { data, shape, dtype } = source;
  const length = source.size / Math.max(1, shape[0]!);
  const copy = data.slice(0, rows.length * length);
  for (let i = 0; i < rows.length; i++) copy.set(data.subarray(rows[i]! * length, (rows[i]! + 1) * length), i * length);
  return tensor(copy, { shape: [rows.length, ...shape.slice(1)], dtype });
}

function commonRows({ inputs, target }: Data): number | undefined {
  const all = target === undefined ? inputs : [...inputs, target];
  const [rows] = all[0]!.shape;
  return all.every(({ shape }) => shape[0] === rows) ? rows : undefined;
}

/** Fisher and Yates. */
function shuffle(order: Uint32Array): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
}
