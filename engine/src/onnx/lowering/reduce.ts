// Sums, means, extremes and spreads along axes, in ONNX.

import { axesOf, axisOf } from "../../ops/axis";
import { type ReduceParams } from "../../ops/reduce/reduction";
import { constantOf, productOfDims } from "../../shape/dim";
import { type Shape } from "../../shape/shape";
import { type Call, type Lowering } from "../call";
import { type Value } from "../graph";

type Reduce = Call<ReduceParams>;

export const reduce: Readonly<Record<string, Lowering<never>>> = {
  sum: reduction("ReduceSum"),
  mean: reduction("ReduceMean"),
  prod: reduction("ReduceProd"),
  max: reduction("ReduceMax"),
  min: reduction("ReduceMin"),
  norm: reduction("ReduceL2"),
  logSumExp: reduction("ReduceLogSumExp"),
  variance: (call: Reduce) => variance(call),
  std: (call: Reduce) => call.node("Sqrt", [variance(call)]),
  // Counting cannot overflow an empty axis, of which ONNX's extremes make infinities.
  all: (call: Reduce) => call.node("Not", [holds(call, call.node("Not", [call.input(0, "bool")], {}, dimsOf(call)))]),
  any: (call: Reduce) => holds(call, call.input(0, "bool")),
  argmax: extremePlace("ArgMax"),
  argmin: extremePlace("ArgMin"),
  cumsum: (call: Call<{ readonly axis: number | undefined }>) => {
    const { axis } = call.params;
    const x = call.input(0, call.dtype);
    if (axis !== undefined) {
      const along = axisOf("cumsum", call.tensors[0]!, axis);
      return call.node("CumSum", [x, call.graph.scalar(along, "int64")]);
    }
    return call.node("CumSum", [call.reshape(x, call.dims), call.graph.scalar(0, "int64")]);
  },
};

const dimsOf = (call: Call): Shape => call.tensors[0]!.dims;

function reduction(type: string): Lowering<ReduceParams> {
  return (call) => reduced(call, type, call.input(0, call.dtype));
}

/** A value with the axes of the call reduced by an operator. */
function reduced(call: Reduce, type: string, x: Value): Value {
  const axes = axesOf(call.name, call.tensors[0]!, call.params.axis);
  // No axes at all mean all of them to ONNX: one more is put in front, to be reduced.
  if (axes.length === 0) {
    return call.node(type, [call.unsqueeze(x, [0]), call.graph.ints([0])], { keepdims: 0 }, call.dims, x.dtype);
  }
  const keepdims = call.params.keepDims ? 1 : 0;
  return call.node(type, [x, call.graph.ints(axes)], { keepdims }, call.dims, x.dtype);
}

/** Whether any of these bools holds. */
function holds(call: Reduce, bools: Value): Value {
  const count = reduced(call, "ReduceSum", call.cast(bools, "int32"));
  return call.node("Greater", [count, call.graph.scalar(0, "int32")], {}, call.dims, "bool");
}

function variance(call: Reduce): Value {
  const x = call.input(0, call.dtype);
  const { correction } = call.params;
  const axes = axesOf(call.name, call.tensors[0]!, call.params.axis);
  const kept = x.dims.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const center =
    axes.length === 0 ? x : call.node("ReduceMean", [x, call.graph.ints(axes)], { keepdims: 1 }, kept, x.dtype);
  const distance = call.node("Sub", [x, center], {}, x.dims);
  const squares = call.node("Mul", [distance, distance], {}, x.dims);
  if (correction === 0) return reduced(call, "ReduceMean", squares);
  return call.elementwise("Div", [reduced(call, "ReduceSum", squares), countWithout(call, axes, correction)]);
}

/** max(count − correction, 0), where the count is how many numbers become one. */
function countWithout(call: Reduce, axes: readonly number[], correction: number): Value {
  const count = productOfDims(axes.map((axis) => dimsOf(call)[axis]!));
  const constant = constantOf(count);
  if (constant !== undefined) return call.graph.scalar(Math.max(constant - correction, 0), call.dtype);
  const counted = call.cast(call.lengths.scalar(count), call.dtype);
  const corrected = call.elementwise("Sub", [counted, call.scalar(correction, counted)]);
  return call.elementwise("Max", [corrected, call.scalar(0, counted)]);
}

/** ONNX gives places as int64, along one axis, and knows no bools. */
function extremePlace(type: string): Lowering<ReduceParams> {
  return (call) => {
    const { axis, keepDims } = call.params;
    const [tensor] = call.tensors;
    const given = call.input(0, tensor!.dtype === "bool" ? "int32" : tensor!.dtype);
    const place = (x: Value, along: number, keepdims: 0 | 1, dims: Shape): Value =>
      call.node(type, [x], { axis: along, keepdims }, dims, "int64");
    if (axis !== undefined) {
      const along = axisOf(call.name, tensor!, axis as number);
      return call.cast(place(given, along, keepDims ? 1 : 0, call.dims), "int32");
    }
    const flat = call.reshape(given, [productOfDims(given.dims)]);
    return call.cast(call.reshape(place(flat, 0, 0, []), call.dims), "int32");
  };
}
