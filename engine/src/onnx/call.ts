// One traced op on its way into the graph: what a lowering reads and how it refuses.

import { broadcastShapes } from "../shape/broadcast";
import { type Dim } from "../shape/dim";
import { type Shape } from "../shape/shape";
import { type DType } from "../tensor/dtype";
import { type Tensor } from "../tensor/tensor";
import { type ElementType, type Graph, numbersOf, Value } from "./graph";
import { type Lengths } from "./lengths";
import { inModule } from "./trace";

/**
 * A result that is put into the graph only when it is known what is read of it: a recurrent layer gives more than ONNX's
 * operators do, and nobody reads all of it.
 */
export interface Deferred {
  /** All of it. */
  whole(): Value;
  /** A part of it, as `slice` reads it; undefined for one that has to be cut out of the whole. */
  part?(ranges: readonly unknown[]): Lowered | undefined;
  /** True for zeros, which need not be passed where they are taken for granted. */
  readonly isZero?: boolean;
}

export type Lowered = Value | Deferred;

/** How an op is said in ONNX. */
export type Lowering<Params = unknown> = (call: Call<Params>) => Lowered;

/** What an op was called with. */
export interface CallDetails<Params> {
  readonly name: string;
  readonly path: string;
  readonly tensors: readonly Tensor[];
  readonly params: Params;
  readonly output: Tensor;
}

export class Call<Params = unknown> {
  readonly name: string;
  readonly params: Params;
  /** The inputs as the engine knows them. */
  readonly tensors: readonly Tensor[];
  /** The shape and type of the result. */
  readonly dims: Shape;
  readonly dtype: DType;

  constructor(
    readonly graph: Graph,
    readonly lengths: Lengths,
    readonly details: CallDetails<Params>,
    readonly loweredOf: (tensor: Tensor) => Lowered,
  ) {
    this.name = details.name;
    this.params = details.params;
    this.tensors = details.tensors;
    this.dims = details.output.dims;
    this.dtype = details.output.dtype;
  }

  /** Runs with new nodes named by the module of this call, for what is put into the graph later. */
  inScope<T>(run: () => T): T {
    const before = this.graph.scope;
    this.graph.scope = this.details.path;
    try {
      return run();
    } finally {
      this.graph.scope = before;
    }
  }

  /** An input in its place as it was lowered. */
  lowered(index: number): Lowered {
    return this.loweredOf(this.tensors[index]!);
  }

  /** An input as a value, converted to a type if one is named. */
  input(index: number, dtype?: ElementType): Value {
    const lowered = this.lowered(index);
    const value = lowered instanceof Value ? lowered : lowered.whole();
    return dtype === undefined ? value : this.cast(value, dtype);
  }

  /** All inputs in one type. */
  all(dtype: ElementType): Value[] {
    return this.tensors.map((_, i) => this.input(i, dtype));
  }

  /** A node that gives a value of this shape and type, those of the result unless given. */
  node(
    type: string,
    inputs: readonly (Value | undefined)[],
    attributes: Parameters<Graph["node"]>[3] = {},
    dims: Shape = this.dims,
    dtype: ElementType = this.dtype,
  ): Value {
    return this.graph.node(type, inputs, { dims, dtype }, attributes);
  }

  /** A node that works element by element and broadcasts, on values of one type, which is the result's too. */
  elementwise(type: string, inputs: readonly Value[], dtype: ElementType = inputs[0]!.dtype): Value {
    const dims = broadcastShapes(
      this.name,
      inputs.map((value) => value.dims),
    );
    return this.graph.node(type, inputs, { dims, dtype });
  }

  /** A number in the type of a value that it meets. */
  scalar(value: number, like: Value): Value {
    return this.graph.scalar(value, like.dtype);
  }

  cast(value: Value, dtype: ElementType): Value {
    if (value.dtype === dtype) return value;
    if (value.data && value.data.length <= 64) {
      const numbers = Array.from(value.data as ArrayLike<number | bigint>, Number);
      return this.graph.constant(numbersOf(numbers, dtype), value.dims.map(Number), dtype);
    }
    return this.graph.node("Cast", [value], { dims: value.dims, dtype }, { to: dataTypeCodes[dtype] });
  }

  transpose(value: Value, order: readonly number[]): Value {
    if (order.every((axis, i) => axis === i)) return value;
    const dims = order.map((axis) => value.dims[axis]!);
    return this.graph.node("Transpose", [value], { dims, dtype: value.dtype }, { perm: order });
  }

  /** The last two axes exchanged. */
  swapLast(value: Value): Value {
    const axes = value.dims.map((_, axis) => axis);
    return this.transpose(value, [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!]);
  }

  reshape(value: Value, dims: Shape): Value {
    if (dims.length === value.dims.length && this.lengths.areSame(dims, value.dims)) return value;
    const { target, attributes } = this.lengths.target(value.dims, dims);
    return this.graph.node("Reshape", [value, target], { dims, dtype: value.dtype }, attributes);
  }

  /** Puts in axes of length 1 at these places of the result. */
  unsqueeze(value: Value, axes: readonly number[]): Value {
    const rest = [...value.dims];
    const dims = Array.from({ length: rest.length + axes.length }, (_, i): Dim =>
      axes.includes(i) ? 1 : rest.shift()!,
    );
    return this.graph.node("Unsqueeze", [value, this.graph.ints(axes)], { dims, dtype: value.dtype });
  }

  squeeze(value: Value, axes: readonly number[]): Value {
    const dims = value.dims.filter((_, axis) => !axes.includes(axis));
    return this.graph.node("Squeeze", [value, this.graph.ints(axes)], { dims, dtype: value.dtype });
  }

  /** What to throw for what cannot be said in ONNX. */
  refuse(reason: string): TypeError {
    return new TypeError(`exportOnnx: ${this.name}${inModule(this.details.path)} cannot be exported: ${reason}`);
  }
}

/** The numbers of ONNX for its types, as the operator Cast takes them. */
const dataTypeCodes: Readonly<Record<ElementType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9, float64: 11 };
